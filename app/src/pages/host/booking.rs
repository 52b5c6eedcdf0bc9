//! `/host/bookings/{id}`: one booking, for the host and whoever looks after them: who, when, the calendar, and what happened
//! so far.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::appointment::AppointmentStatus;
use timetap_core::times::{format_date_short, format_time, format_when};
use timetap_store::entities::{calendar_write, timeline};
use timetap_store::orders::list_orders::find_item_order;
use timetap_usecases::bookings::{BookingView, view_hosted_booking};

use super::access::done_notice;
use super::whose::{bookings_of, section_of};
use crate::components::Tone;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::Icon;
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::pages::booking::place::BookedPlace;
use crate::pages::booking::private_page::keep_private;
use crate::pages::booking::questions::Answers;

const DONE: &[(&str, &str)] = &[
    ("moved", "Moved. The customer is told by e-mail."),
    ("unchanged", "It stands at this time already, so nothing has changed."),
    (
        "cancelled",
        "Cancelled. The customer is told by e-mail, and the time is free again.",
    ),
    ("retried", "Trying again. Look back in a moment."),
    ("adding", "It is being added. Look back in a moment."),
];

/// The same to somebody who does not serve it.
const DONE_FOR_ANOTHER: &[(&str, &str)] = &[
    ("moved", "Moved. The customer and who serves it are told by e-mail."),
    ("unchanged", "It stands at this time already, so nothing has changed."),
    (
        "cancelled",
        "Cancelled. The customer and who was to serve it are told by e-mail, and the time is free again.",
    ),
];

/// `/host/bookings/:id`.
#[component]
pub fn HostBookingPage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let (viewer, id) = asked?;
        let found = view_hosted_booking(&app, id, viewer.user_id)
            .await?
            .ok_or(PageError::NotFound)?;
        let (booking, write, past, given_up) = (found.booking, found.write, found.timeline, found.mail_given_up);
        let host = booking.host.clone();
        let another = (!found.serves).then(|| host.display_name.clone());
        let section = section_of(&viewer, host.user_id, Section::Bookings);
        let done = if found.serves { DONE } else { DONE_FOR_ANOTHER };
        let (list, words) = match &another {
            None => ("/host/bookings".to_owned(), "All bookings".to_owned()),
            Some(name) => (bookings_of(host.user_id), format!("Bookings of {name}")),
        };
        let order = match booking.appointment.order_item_id {
            Some(item) => find_item_order(app.db.reader(), item).await?,
            None => None,
        };
        let title = format!(
            "{} with {}",
            booking.appointment.service_title, booking.appointment.customer_name
        );
        Ok(view! {
            <PageTitle text=format!("{title} · TimeTap")/>
            <HostLayout current=section>
                <p>
                    <a class="tt-link inline-flex items-center min-h-11" href=list>{words}</a>
                </p>
                {done_notice(done)}
                <FormSummary form=form/>
                {given_up.map(|reason| view! { <MailGivenUp reason=reason name=booking.appointment.customer_name.clone()/> })}
                <div class="grid gap-6 lg:grid-cols-[3fr_2fr] items-start">
                    <div class="flex flex-col gap-6">
                        <Details title=title booking=booking.clone() serves=found.serves/>
                        {order.map(|order| view! {
                            <p>
                                <a class="tt-link inline-flex items-center min-h-11" href=format!("/orders/{order}")>
                                    "The order that it belongs to"
                                </a>
                            </p>
                        })}
                        <Past past=past booking=booking.clone()/>
                    </div>
                    {match another {
                        None => view! { <CalendarCard booking=booking write=write by_hand=found.by_hand/> }.into_any(),
                        Some(name) => view! { <TheirCalendar booking=booking name=name/> }.into_any(),
                    }}
                </div>
            </HostLayout>
        })
    })
}

/// The customer does not know what the mail was to tell them; the host is the only one who can.
#[component]
fn MailGivenUp(reason: String, name: String) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warning>
            <p>{format!("A mail to {name} could not be delivered. The booking stands; please tell them about it another way.")}</p>
            <p class="tt-muted">{reason}</p>
        </Notice>
    }
}

#[component]
fn Details(title: String, booking: BookingView, serves: bool) -> impl IntoView {
    let appointment = booking.appointment.clone();
    let cancelled = booking.state == AppointmentStatus::Cancelled;
    let differs =
        booking.customer_zone.to_offset(booking.span.start) != booking.host_zone.to_offset(booking.span.start);
    let theirs = differs.then(|| {
        view! {
            <p class="tt-muted tt-figures">
                {format!("For the customer: {}", format_when(booking.span, &booking.customer_zone))}
            </p>
        }
    });
    let message = appointment.cancel_message.clone().map(|message| {
        let by = match appointment.cancelled_by.as_deref() {
            // Whoever of the host's side cancelled wrote to the customer.
            Some("host") => "The customer was told:".to_owned(),
            _ => format!("{} wrote:", appointment.customer_name),
        };
        view! {
            <div>
                <p class="tt-muted">{by}</p>
                <p class="whitespace-pre-line tt-prose">{message}</p>
            </div>
        }
    });
    let can_change = booking.state.can_be_changed() && !booking.is_over;
    // When a date is, or a weekly time, and who serves it, is the same for everybody.
    let takes_a_time = booking.takes_a_time;
    let date = appointment.occurrence_id.filter(|_| can_change);
    let base = format!("/host/bookings/{}", appointment.id);
    let state = match booking.state {
        AppointmentStatus::Cancelled => view! { <Chip icon=Icon::Cross>"Cancelled"</Chip> }.into_any(),
        AppointmentStatus::NoShow => view! { <Chip tone=Tone::Warning icon=Icon::Alert>"No-show"</Chip> }.into_any(),
        _ if booking.is_over => view! { <Chip icon=Icon::Check>"Over"</Chip> }.into_any(),
        _ => view! { <Chip tone=Tone::Success icon=Icon::Check>"Booked"</Chip> }.into_any(),
    };
    view! {
        <section class="tt-card flex flex-col gap-5" aria-label="The booking">
            <div class="flex flex-col gap-2">
                <div class="flex flex-wrap items-start justify-between gap-3">
                    <h1>{title}</h1>
                    {state}
                </div>
                <p class="tt-figures">
                    <time
                        datetime=booking.span.start.to_string()
                        class=if cancelled { "line-through" } else { "" }
                    >
                        {format_when(booking.span, &booking.host_zone)}
                    </time>
                </p>
                {theirs}
            </div>
            {message}
            <dl class="tt-facts">
                {(!serves).then(|| view! {
                    <dt class="tt-muted">"Served by"</dt>
                    <dd class="break-words">{booking.host.display_name.clone()}</dd>
                })}
                <dt class="tt-muted">"E-mail"</dt>
                <dd>
                    <a class="tt-link break-all" href=format!("mailto:{}", appointment.customer_email)>
                        {appointment.customer_email.clone()}
                    </a>
                </dd>
                {appointment.customer_phone.clone().map(|phone| {
                    let dial: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                    view! {
                        <dt class="tt-muted">"Phone"</dt>
                        <dd><a class="tt-link tt-figures" href=format!("tel:{dial}")>{phone}</a></dd>
                    }
                })}
                <dt class="tt-muted">"Where"</dt>
                <dd>
                    <BookedPlace
                        kind=booking.location
                        detail=appointment.location_detail.clone()
                        host="the host".to_owned()
                        phone=appointment.customer_phone.clone()
                    />
                </dd>
                <Answers answers=booking.answers.clone()/>
            </dl>
            {date.map(|date| view! {
                <p>
                    "Its time is the same for everybody who booked it. "
                    <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/dates/{date}")>"The date, and who comes"</a>
                </p>
            })}
            {can_change.then(|| view! {
                <p class="flex flex-wrap gap-3">
                    {takes_a_time.then(|| view! {
                        <a class="tt-button tt-button-quiet" href=format!("{base}/reschedule")>"Choose another time"</a>
                        <a class="tt-button tt-button-quiet" href=format!("{base}/staff")>"Let somebody else serve it"</a>
                    })}
                    <a class="tt-button tt-button-danger" href=format!("{base}/cancel")>"Cancel"</a>
                </p>
            })}
        </section>
    }
}

/// The way into the meeting, as long as it may take place.
#[component]
fn MeetButton(booking: BookingView) -> impl IntoView {
    let live = booking.state == AppointmentStatus::Scheduled && !booking.is_over;
    let link = booking.appointment.meet_link.filter(|_| live);
    link.map(|link| {
        view! {
            <p>
                <a class="tt-button tt-button-primary" href=link rel="noopener noreferrer" target="_blank">
                    "Join Google Meet"
                </a>
            </p>
        }
    })
}

/// The state of the entry in the host's calendar, in the words of somebody who can do something about it.
#[component]
fn CalendarCard(booking: BookingView, write: Option<calendar_write::Model>, by_hand: bool) -> impl IntoView {
    let id = booking.appointment.id;
    let (tone, icon, sentence) = match booking.status.calendar {
        "added" => (Tone::Success, Icon::Check, None),
        "adding" => (Tone::Neutral, Icon::Clock, None),
        "not_connected" => (
            Tone::Warning,
            Icon::Plug,
            Some("No calendar is connected. Connect Google to add this booking to it.".to_owned()),
        ),
        "off" => (
            Tone::Neutral,
            Icon::Calendar,
            write.as_ref().and_then(|write| write.last_error.clone()),
        ),
        "delayed" => (
            Tone::Warning,
            Icon::Alert,
            Some("The booking stands. Google could not take the entry yet; it is tried again by itself.".to_owned()),
        ),
        "waiting" => (
            Tone::Warning,
            Icon::Plug,
            Some(
                "The booking stands. Google no longer lets TimeTap in; reconnect, and it is added by itself."
                    .to_owned(),
            ),
        ),
        "failed" => (
            Tone::Danger,
            Icon::Alert,
            Some("The booking stands, but the entry could not be made.".to_owned()),
        ),
        _ => (Tone::Neutral, Icon::Calendar, None),
    };
    let reason = write.as_ref().and_then(|write| write.last_error.clone());
    let reason = reason.filter(|_| matches!(booking.status.calendar, "delayed" | "failed"));
    let entry = write
        .as_ref()
        .and_then(|write| write.html_link.clone())
        .filter(|_| booking.status.calendar == "added");
    let act = match booking.status.calendar {
        "delayed" | "failed" => Some("Retry now"),
        "off" if by_hand => Some("Add to Google Calendar"),
        _ => None,
    };
    let way = match booking.status.calendar {
        "waiting" => Some("Reconnect Google"),
        "not_connected" => Some("Connect Google"),
        "off" if !by_hand => Some("Your calendars"),
        _ => None,
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-label="Calendar">
            <h2 class="text-lg">"Calendar"</h2>
            <MeetButton booking=booking.clone()/>
            <p><Chip tone=tone icon=icon>{booking.status.label_to_hosts()}</Chip></p>
            {sentence.map(|sentence| view! { <p class="tt-muted">{sentence}</p> })}
            {reason.map(|reason| view! { <Notice tone=Tone::Warning><p>{reason}</p></Notice> })}
            {entry.map(|entry| view! {
                <p>
                    <a class="tt-link inline-flex items-center min-h-11" href=entry rel="noopener noreferrer" target="_blank">
                        "Open it in Google Calendar"
                    </a>
                </p>
            })}
            {way.map(|words| view! {
                <p><a class="tt-button tt-button-quiet" href="/host/integrations">{words}</a></p>
            })}
            {act.map(|words| view! {
                <form method="post" action=format!("/host/bookings/{id}")>
                    <SubmitButton weight=Weight::Quiet>{words}</SubmitButton>
                </form>
            })}
        </section>
    }
}

/// The same of somebody else's calendar: only they can do something about it.
#[component]
fn TheirCalendar(booking: BookingView, name: String) -> impl IntoView {
    let (tone, icon, sentence) = match booking.status.calendar {
        "added" => (Tone::Success, Icon::Check, None),
        "adding" => (Tone::Neutral, Icon::Clock, None),
        "not_connected" | "off" => (
            Tone::Neutral,
            Icon::Plug,
            Some(format!(
                "It is not in a calendar of {name}’s. The booking stands, and they were told by e-mail."
            )),
        ),
        "delayed" => (
            Tone::Warning,
            Icon::Alert,
            Some("The booking stands. Google could not take the entry yet; it is tried again by itself.".to_owned()),
        ),
        "waiting" => (
            Tone::Warning,
            Icon::Plug,
            Some(format!(
                "The booking stands. Google no longer lets TimeTap into this calendar; once {name} reconnects it, the entry \
                 is added by itself."
            )),
        ),
        "failed" => (
            Tone::Warning,
            Icon::Alert,
            Some(format!(
                "The booking stands, but the entry could not be made. {name} sees why, and can have it tried again."
            )),
        ),
        _ => (Tone::Neutral, Icon::Calendar, None),
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="calendar">
            <h2 class="text-lg break-words" id="calendar">{format!("Calendar of {name}")}</h2>
            <MeetButton booking=booking.clone()/>
            <p><Chip tone=tone icon=icon>{booking.status.label_to_hosts()}</Chip></p>
            {sentence.map(|sentence| view! { <p class="tt-muted">{sentence}</p> })}
        </section>
    }
}

#[component]
fn Past(past: Vec<timeline::Model>, booking: BookingView) -> impl IntoView {
    let zone = booking.host_zone.clone();
    let entries: Vec<_> = past
        .into_iter()
        .map(|entry| {
            let at = entry.at.timestamp();
            let when = format!("{}, {}", format_date_short(at, &zone), format_time(at, &zone));
            view! {
                <li class="grid gap-x-4 sm:grid-cols-[160px_minmax(0,1fr)]">
                    <time class="tt-muted tt-figures shrink-0" datetime=at.to_string()>{when}</time>
                    <span class="min-w-0">{entry.text}</span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="tt-card flex flex-col gap-3" aria-labelledby="past">
            <h2 class="text-lg" id="past">"What happened"</h2>
            <ol class="flex flex-col gap-2">{entries}</ol>
        </section>
    }
}

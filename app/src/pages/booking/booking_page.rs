//! `/bookings/{id}`: what and when first, then the Meet link and the calendar, then everything else.

use crate::components::page_title::PageTitle;
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use timetap_core::appointment::AppointmentStatus;
use timetap_core::location::LocationKind;
use timetap_core::times::{format_date_long, format_time, format_weekday, format_when, zone_label};
use timetap_usecases::bookings::{Actor, BookingView, find_booking, view_booking};

use super::place::BookedPlace;
use super::private_page::keep_private;
use super::questions::Answers;
use super::status_card::StatusCard;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::PublicLayout;
use crate::page::address_id::address_id;
use crate::page::form::page_query;
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

/// `/bookings/:id`, with the token of the customer's link or for the signed-in customer.
#[component]
pub fn BookingPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let id = address_id();
    keep_private();
    load_page(async move {
        let id = id?;
        let user_id = viewer.map(|viewer| viewer.user_id);
        let actor = Actor::Customer {
            capability: query.get("token"),
            user_id,
        };
        let Some(booking) = view_booking(&app, id, &actor).await? else {
            // A host who follows a link meant for the other side is shown their own.
            if let Some(user_id) = user_id
                && find_booking(app.db.reader(), id, &Actor::Host { user_id })
                    .await?
                    .is_some()
            {
                return Err(PageError::Redirect(format!("/host/bookings/{id}")));
            }
            return Err(PageError::NoBooking);
        };
        let heading = heading(&booking, query.text("done"), app.clock.now());
        Ok(view! {
            <PageTitle text=format!("{} · TimeTap", booking.appointment.service_title)/>
            <PublicLayout>
                <div class="flex flex-col gap-6 max-w-2xl w-full mx-auto pt-4">
                    <h1>{heading}</h1>
                    <BookingCard booking=booking.clone()/>
                    <Changes booking=booking/>
                </div>
            </PublicLayout>
        })
    })
}

/// The first sentence: what was just done, and when one meets.
fn heading(booking: &BookingView, done: &str, now: Timestamp) -> String {
    match (booking.state, done) {
        (AppointmentStatus::Cancelled, "cancelled") => return "Cancelled. The time is free again.".to_owned(),
        (AppointmentStatus::Cancelled, _) => return "This booking is cancelled".to_owned(),
        _ if booking.is_over => return "This session is over".to_owned(),
        _ => {}
    }
    let zone = &booking.customer_zone;
    let start = booking.span.start;
    let soon = now
        .checked_add(SignedDuration::from_hours(6 * 24))
        .is_ok_and(|limit| start < limit);
    let same_day = zone.to_datetime(start).date() == zone.to_datetime(now).date();
    let day = if same_day {
        "today".to_owned()
    } else if soon {
        format!("on {}", format_weekday(start, zone))
    } else {
        let date = format_date_long(start, zone);
        format!("on {}", date.rsplit_once(' ').map_or(date.as_str(), |(day, _)| day))
    };
    match done {
        "booked" => format!("Booked. See you {day}."),
        "moved" => format!("Moved. See you {day}."),
        "unchanged" => format!("It stands at this time already. See you {day}."),
        _ => format!("See you {day}."),
    }
}

#[component]
fn BookingCard(booking: BookingView) -> impl IntoView {
    let appointment = &booking.appointment;
    let token = booking.capability.clone();
    let address = timetap()
        .settings
        .link(&format!("/bookings/{}?token={token}", appointment.id));
    let base = format!("/bookings/{}", appointment.id);
    let live = booking.state == AppointmentStatus::Scheduled && !booking.is_over;
    let is_meet = booking.location == LocationKind::GoogleMeet;
    let host = booking.host.display_name.clone();
    let links = live.then(|| {
        let file = format!("{base}/invite.ics?token={token}");
        view! {
            <div class="flex flex-col gap-2">
                <h2 class="text-base">"Add it to your calendar"</h2>
                <p class="flex flex-wrap gap-2">
                    <a class="tt-button tt-button-quiet" href=booking.google_link.clone() rel="noopener noreferrer" target="_blank">
                        "Google"
                    </a>
                    <a class="tt-button tt-button-quiet" href=booking.outlook_link.clone() rel="noopener noreferrer" target="_blank">
                        "Outlook"
                    </a>
                    <a class="tt-button tt-button-quiet" href=file download="booking.ics">"Other (.ics)"</a>
                </p>
            </div>
        }
    });
    let message = appointment.cancel_message.clone().map(|message| {
        let by = match appointment.cancelled_by.as_deref() {
            Some("host") => format!("{host} wrote:"),
            _ => "You wrote:".to_owned(),
        };
        view! {
            <div>
                <p class="tt-muted">{by}</p>
                <p class="whitespace-pre-line tt-prose">{message}</p>
            </div>
        }
    });
    view! {
        <section class="tt-card flex flex-col gap-6" aria-label="Your booking">
            <div class="flex flex-col gap-1">
                <p class="text-lg font-medium">{format!("{} with {host}", appointment.service_title)}</p>
                <When booking=booking.clone()/>
            </div>
            {live.then(|| view! {
                <StatusCard
                    status=booking.status.clone()
                    url=format!("{base}/status?token={token}")
                    link_goes_to=is_meet.then(|| appointment.customer_email.clone())
                    refresh=format!("{base}?token={token}")
                    address=address
                />
            })}
            {message}
            <dl class="tt-facts">
                {(!is_meet).then(|| view! {
                    <dt class="tt-muted">"Where"</dt>
                    <dd>
                        <BookedPlace
                            kind=booking.location
                            detail=appointment.location_detail.clone()
                            host=host.clone()
                            phone=appointment.customer_phone.clone()
                        />
                    </dd>
                })}
                <dt class="tt-muted">"Booked by"</dt>
                <dd>{appointment.customer_name.clone()}<span class="tt-muted block">{appointment.customer_email.clone()}</span></dd>
                <Answers answers=booking.answers.clone()/>
            </dl>
            {links}
        </section>
    }
}

/// The time in the customer's zone, and in the host's where that differs.
#[component]
pub fn When(booking: BookingView) -> impl IntoView {
    let span = booking.span;
    let (own, theirs) = (&booking.customer_zone, &booking.host_zone);
    let differs = own.to_offset(span.start) != theirs.to_offset(span.start);
    let host = booking.host.display_name.clone();
    let cancelled = booking.state == AppointmentStatus::Cancelled;
    view! {
        <p class="tt-figures">
            <time datetime=span.start.to_string() class=if cancelled { "line-through" } else { "" }>
                {format_when(span, own)}
            </time>
        </p>
        {differs.then(|| view! {
            <p class="tt-muted tt-figures">
                {format!(
                    "For {host} it is {}, {}–{} ({}).",
                    format_weekday(span.start, theirs),
                    format_time(span.start, theirs),
                    format_time(span.end, theirs),
                    theirs.iana_name().unwrap_or("local time"),
                )}
            </p>
        })}
    }
}

#[component]
fn Changes(booking: BookingView) -> impl IntoView {
    let appointment = &booking.appointment;
    let query = format!("token={}", booking.capability);
    if booking.can_change {
        let (close, zone) = (booking.changes_close, &booking.customer_zone);
        let until = format!(
            "{}, {} ({})",
            format_date_long(close, zone),
            format_time(close, zone),
            zone_label(zone, close)
        );
        let cancel = format!("/bookings/{}/cancel?{query}", appointment.id);
        if !booking.takes_a_time {
            return view! { <FixedDates booking=booking cancel=cancel until=until/> }.into_any();
        }
        return view! {
            <div class="flex flex-col gap-1">
                <p class="flex flex-wrap gap-x-6">
                    <a class="tt-link inline-flex items-center min-h-11" href=format!("/bookings/{}/reschedule?{query}", appointment.id)>
                        "Choose another time"
                    </a>
                    <a class="tt-link inline-flex items-center min-h-11" href=cancel>
                        "Cancel this booking"
                    </a>
                </p>
                <p class="tt-muted text-sm tt-figures">{format!("Possible until {until}.")}</p>
            </div>
        }
        .into_any();
    }
    let again = booking.again.clone();
    let again_words = if booking.takes_a_time {
        "Book another time"
    } else {
        "See the dates"
    };
    let late = (booking.state == AppointmentStatus::Scheduled && !booking.is_over)
        .then(|| booking.too_late.clone())
        .flatten();
    match late {
        Some(late) => view! {
            <p class="tt-muted flex gap-2 items-start"><IconView icon=Icon::Info size=18/><span>{late}</span></p>
        }
        .into_any(),
        None => view! {
            <p><a class="tt-button tt-button-quiet" href=again>{again_words}</a></p>
        }
        .into_any(),
    }
}

/// What can be done about something whose time is the same for everybody who comes: one date of a camp, a week of many.
#[component]
fn FixedDates(booking: BookingView, cancel: String, until: String) -> impl IntoView {
    let is_week = booking.appointment.run != 0;
    let (sentence, what) = if is_week {
        (
            "It takes place at the same time every week, so this one cannot be moved. If you cannot come, you can cancel \
             this week; the others stay.",
            "Cancel this week",
        )
    } else {
        (
            "It takes place on fixed dates, so its time cannot be changed. If you cannot come, cancel this booking and \
             choose another date.",
            "Cancel this booking",
        )
    };
    view! {
        <div class="flex flex-col gap-1">
            <p class="flex gap-2 items-start"><IconView icon=Icon::Info size=18/><span>{sentence}</span></p>
            <p class="flex flex-wrap gap-x-6">
                {(!is_week).then(|| view! {
                    <a class="tt-link inline-flex items-center min-h-11" href=booking.again>"See the other dates"</a>
                })}
                <a class="tt-link inline-flex items-center min-h-11" href=cancel>{what}</a>
            </p>
            <p class="tt-muted text-sm tt-figures">{format!("Possible until {until}.")}</p>
        </div>
    }
}

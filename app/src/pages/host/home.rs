//! A host's first page: today, what comes next, and at most one thing that needs a hand.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::times::{format_date_long, zone_label};
use timetap_usecases::hosts::{CalendarHealth, HomeView, Unreached, load_home};

use super::access::{done_notice, require_host_role, to_profile};
use super::setup_checklist::SetupChecklist;
use super::timeline::{NextBookings, TodayTimeline};
use crate::components::Tone;
use crate::components::button::{LinkButton, Weight};
use crate::components::copy_text::CopyText;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

/// `/host`.
#[component]
pub fn HomePage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    load_page(async move {
        let viewer = require_host_role(viewer)?;
        let home = match load_home(&app, viewer.user_id).await? {
            Some(home) => home,
            None if viewer.has_only_others() => return Err(PageError::Redirect(viewer.home().to_owned())),
            None => return Err(to_profile(&viewer)),
        };
        let link = app.settings.link(&format!("/{}", home.host.slug));
        let zone = home.host.time_zone.time_zone().clone();
        let date = format_date_long(home.now, &zone);
        let label = zone_label(&zone, home.now);
        let is_first_visit = !home.booked_ever && !is_set_up(&home);
        let slug = home.host.slug.clone();
        Ok(view! {
            <PageTitle text="Home · TimeTap"/>
            <HostLayout current=Section::Home>
                <div class="flex flex-col gap-1">
                    <h1>{date}</h1>
                    <p class="tt-muted">{label}</p>
                </div>
                {done_notice(&[("welcome", "Your page is open. It has hours and a first service; make them yours below.")])}
                <Banner home=home.clone()/>
                <UnreachedCustomers unreached=home.unreached.clone()/>
                {is_first_visit.then(|| view! { <SetupChecklist home=home.clone()/> })}
                {if is_first_visit {
                    view! { <PublicLink link=link slug=slug/> }.into_any()
                } else {
                    view! {
                        <div class="grid gap-6 lg:grid-cols-[3fr_2fr] items-start">
                            <div class="flex flex-col gap-6 min-w-0"><Days home=home/></div>
                            <PublicLink link=link slug=slug/>
                        </div>
                    }
                    .into_any()
                }}
            </HostLayout>
        })
    })
}

/// Whether all three steps of the first visit are done.
fn is_set_up(home: &HomeView) -> bool {
    home.weekly.iter().any(|day| !day.is_empty())
        && home.services.iter().any(|service| service.active)
        && home.calendar != CalendarHealth::NotConnected
}

/// The most pressing thing, with the button that mends it; nothing where all is well.
#[component]
fn Banner(home: HomeView) -> impl IntoView {
    let (tone, text, href, button) = match home.calendar {
        CalendarHealth::NeedsReconnect { account } => (
            Tone::Danger,
            format!("Google no longer lets TimeTap into {account}. Bookings stand; they are added once you reconnect."),
            "/host/integrations".to_owned(),
            "Reconnect Google",
        ),
        _ if home.failed_writes > 0 => {
            let text = if home.failed_writes == 1 {
                "One booking could not be added to your calendar. The booking stands.".to_owned()
            } else {
                format!(
                    "{} bookings could not be added to your calendar. The bookings stand.",
                    home.failed_writes
                )
            };
            let href = match home.failed_appointment {
                Some(id) if home.failed_writes == 1 => format!("/host/bookings/{id}"),
                _ => "/host/integrations".to_owned(),
            };
            (Tone::Danger, text, href, "See why and retry")
        }
        CalendarHealth::Degraded { account } => (
            Tone::Warning,
            format!("Google is not answering for {account} right now. Bookings stand; we keep trying."),
            "/host/integrations".to_owned(),
            "See details",
        ),
        CalendarHealth::NotConnected if home.booked_ever => (
            Tone::Neutral,
            "No calendar is connected, so bookings are not added to one and your busy times are not known.".to_owned(),
            "/host/integrations".to_owned(),
            "Connect Google",
        ),
        CalendarHealth::NotConnected | CalendarHealth::Fine => return None,
    };
    Some(view! {
        <Notice tone=tone>
            <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
                <p>{text}</p>
                <LinkButton href=href weight=Weight::Quiet>{button}</LinkButton>
            </div>
        </Notice>
    })
}

/// Customers who were not reached by mail, whatever else there is to say: they may not know when to come.
#[component]
fn UnreachedCustomers(unreached: Vec<Unreached>) -> impl IntoView {
    (!unreached.is_empty()).then(|| {
        let rows = unreached
            .into_iter()
            .map(|each| {
                view! {
                    <li class="min-w-0 wrap-anywhere">
                        {format!("A mail to {} could not be delivered. ", each.customer_name)}
                        <a class="tt-link" href=format!("/host/bookings/{}", each.appointment_id)>"See the booking"</a>
                    </li>
                }
            })
            .collect_view();
        view! { <Notice tone=Tone::Warning><ul class="flex flex-col gap-1">{rows}</ul></Notice> }
    })
}

/// Today and after.
#[component]
fn Days(home: HomeView) -> impl IntoView {
    let zone = home.host.time_zone.time_zone().clone();
    let today = if home.today.is_empty() {
        view! { <p class="tt-muted">"Nothing booked today."</p> }.into_any()
    } else {
        view! { <TodayTimeline appointments=home.today zone=zone.clone() now=home.now/> }.into_any()
    };
    let next = if home.next.is_empty() {
        let words = if home.booked_ever {
            "Nothing booked after today."
        } else {
            "Nothing booked yet. Share your link, and it fills."
        };
        view! { <p class="tt-muted">{words}</p> }.into_any()
    } else {
        view! { <NextBookings appointments=home.next zone=zone/> }.into_any()
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="today-heading">
            <h2 id="today-heading">"Today"</h2>
            {today}
        </section>
        <section class="tt-card flex flex-col gap-3" aria-labelledby="next-heading">
            <div class="flex flex-wrap items-baseline justify-between gap-3">
                <h2 id="next-heading">"Next"</h2>
                <a class="tt-link" href="/host/bookings">"All bookings"</a>
            </div>
            {next}
        </section>
    }
}

#[component]
fn PublicLink(link: String, slug: String) -> impl IntoView {
    view! {
        <section class="tt-card flex flex-col gap-3" aria-labelledby="link-heading">
            <h2 id="link-heading">"Your public link"</h2>
            <p class="tt-muted">"Put it in your mails and on your site: whoever opens it can book."</p>
            <p class="font-medium break-all select-all">{link.clone()}</p>
            <div class="flex flex-wrap gap-3">
                <LinkButton href=format!("/{slug}") weight=Weight::Quiet>
                    <IconView icon=Icon::Globe size=18/>
                    "See your page"
                </LinkButton>
                <CopyText text=link label="Copy link"/>
            </div>
        </section>
    }
}

//! A host's calendars: what is connected, how it is doing, and the one sensible thing to do about it.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{Integrations, view_integrations};

use super::calendar_choice::CalendarChoice;
use super::connect_problem::ConnectProblem;
use super::connection_row::{ConnectionRow, NotConnectedRow};
use super::troubled_writes::TroubledWrites;
use super::unknown_events::UnknownEvents;
use crate::components::Tone;
use crate::components::button::SubmitButton;
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::page::loading::{PageError, load_page};
use crate::page::query::done_notice;
use crate::page::timetap;
use crate::page::viewer::{Viewer, require_host, viewer};

/// Where this page stands for those who are booked by others.
pub const HOST_ADDRESS: &str = "/host/integrations";
/// Where it stands for those who only book.
pub const CUSTOMER_ADDRESS: &str = "/account/calendars";

/// Where it stands for whoever looks at it.
pub fn address() -> &'static str {
    viewer().map_or(CUSTOMER_ADDRESS, |viewer| address_of(&viewer))
}

/// Where it stands for this person.
pub fn address_of(viewer: &Viewer) -> &'static str {
    if viewer.role.is_host() {
        HOST_ADDRESS
    } else {
        CUSTOMER_ADDRESS
    }
}

const DONE: &[(&str, &str)] = &[
    (
        "connected",
        "Google is connected. New bookings go into your calendar from now on.",
    ),
    (
        "connected_one",
        "Google is connected. The booking that waited is being added, and new ones go into your calendar from now on.",
    ),
    (
        "connected_some",
        "Google is connected. The bookings that waited are being added, and new ones go into your calendar from now on.",
    ),
    ("chosen", "Saved. Your busy times are being read again."),
    ("chosen_write", "Saved. New bookings go there from now on."),
    (
        "adding",
        "On their way. Your upcoming bookings appear in your calendar within a minute.",
    ),
    ("preferences", "Saved."),
    ("all_events", "Saved. Your calendar follows in a moment."),
    ("retrying", "Trying again now. This page shows how it went in a moment."),
    (
        "disconnected",
        "Google is disconnected, and our access there is withdrawn. Your bookings stand.",
    ),
    (
        "disconnected_shared",
        "Google is disconnected here. Somebody else in this TimeTap uses the same Google account, so our access to it stays.",
    ),
    (
        "disconnected_not_told",
        "Google is disconnected here, but could not be told. To be thorough, remove TimeTap under “Third-party apps” in your Google account.",
    ),
];

/// `/host/integrations`.
#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let (app, viewer) = (timetap(), require_host());
    load_page(async move { show_calendars(&app, &viewer?).await })
}

/// The page of a person's calendars, whoever they are.
///
/// # Errors
/// The database refuses.
pub async fn show_calendars(app: &TimeTap, viewer: &Viewer) -> Result<impl IntoView + use<>, PageError> {
    let shown = view_integrations(app, viewer.user_id).await?;
    let now = app.clock.now();
    let Integrations {
        google_configured,
        connections,
        troubled,
        upcoming_skipped,
        has_write_calendar,
        time_zone,
        wants_all_events,
    } = shown;
    let is_admin = viewer.role.is_admin();
    let intro = if viewer.role.is_host() {
        "TimeTap reads when you are busy, and puts each booking into your calendar with its Meet link. What your other events are about stays with you."
    } else {
        "TimeTap puts each of your bookings into your calendar, and keeps it up to date there. What your other events are about stays with you."
    };
    let unknown = connections
        .iter()
        .flat_map(|connection| connection.unknown.clone())
        .collect::<Vec<_>>();
    let any = !connections.is_empty();
    let choice = any.then(|| {
        view! { <CalendarChoice connections=connections.clone() has_write_calendar=has_write_calendar/> }
    });
    let rows = connections
        .into_iter()
        .map(|connection| view! { <ConnectionRow connection=connection now=now/> })
        .collect_view();
    Ok(view! {
        <PageTitle text="Calendars · TimeTap"/>
        <HostLayout current=Section::Integrations>
            <div class="flex flex-col gap-1">
                <h1>"Calendars"</h1>
                <p class="tt-muted tt-prose">{intro}</p>
            </div>
            {done_notice(DONE)}
            <ConnectProblem/>
            {(any && has_write_calendar && upcoming_skipped > 0).then(|| view! { <AddUpcoming count=upcoming_skipped/> })}
            <section class="tt-card flex flex-col gap-5" aria-labelledby="google-heading">
                <h2 id="google-heading" class="text-lg">"Google Calendar"</h2>
                {if any {
                    view! {
                        <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
                        <p>
                            <a class="tt-link" href="/api/google/calendar/connect" rel="external">
                                "Connect another Google account"
                            </a>
                        </p>
                    }
                    .into_any()
                } else {
                    view! { <NotConnectedRow configured=google_configured/> }.into_any()
                }}
            </section>
            <TroubledWrites writes=troubled now=now/>
            <UnknownEvents events=unknown zone=time_zone.time_zone().clone()/>
            {choice}
            {is_admin.then(|| view! { <AllEvents wanted=wants_all_events/> })}
        </HostLayout>
    })
}

/// Whether an administrator has an event of every booking of the installation.
#[component]
fn AllEvents(wanted: bool) -> impl IntoView {
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="all-heading">
            <h2 id="all-heading" class="text-lg">"Everybody’s bookings"</h2>
            <form method="post" action=address() class="flex flex-col gap-4">
                <input type="hidden" name="form" value="all_events"/>
                <label class="tt-check">
                    <input type="checkbox" name="all" value="on" checked=wanted/>
                    <span>"Put every booking of this TimeTap into my calendar, with staff and customer named"</span>
                </label>
                <p><SubmitButton>"Save"</SubmitButton></p>
            </form>
        </section>
    }
}

/// The offer to add what was booked before there was a calendar.
#[component]
fn AddUpcoming(count: usize) -> impl IntoView {
    let (sentence, button) = if count == 1 {
        (
            "One upcoming booking is not in your calendar yet.".to_owned(),
            "Add 1 upcoming booking".to_owned(),
        )
    } else {
        (
            format!("{count} upcoming bookings are not in your calendar yet."),
            format!("Add {count} upcoming bookings"),
        )
    };
    view! {
        <Notice tone=Tone::Neutral>
            <form method="post" action=address() class="flex flex-wrap items-center gap-x-4 gap-y-2">
                <input type="hidden" name="form" value="add_upcoming"/>
                <p>{sentence}</p>
                <SubmitButton>{button}</SubmitButton>
            </form>
        </Notice>
    }
}

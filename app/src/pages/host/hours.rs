//! When a host can be booked: the week, single days, and the rules around bookings, on one page.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::times::zone_label;
use timetap_usecases::hosts::load_hours;

use super::access::{done_notice, require_host_role, to_profile};
use super::booking_rules::BookingRulesSection;
use super::special_days::SpecialDaysSection;
use super::weekly_hours::WeeklyHoursSection;
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::timetap;
use crate::page::viewer::viewer;

const DONE: &[(&str, &str)] = &[
    (
        "weekly",
        "Saved. Your week is open as below; what is booked already stays.",
    ),
    (
        "rules",
        "Saved. New bookings follow these rules; what is booked already stays.",
    ),
    (
        "day",
        "Saved. Bookings that already stand on that day stay; move or cancel them under Bookings.",
    ),
    ("day-removed", "Removed. That day has its usual hours again."),
];

/// `/host/hours`.
#[component]
pub fn HoursPage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    load_page(async move {
        let viewer = require_host_role(viewer)?;
        let hours = load_hours(&app, viewer.user_id)
            .await?
            .ok_or_else(|| to_profile(&viewer))?;
        let zone = zone_label(hours.host.time_zone.time_zone(), app.clock.now());
        Ok(view! {
            <PageTitle text="Hours · TimeTap"/>
            <HostLayout current=Section::Hours>
                <div class="flex flex-col gap-2">
                    <h1>"Hours"</h1>
                    <p class="tt-muted">
                        "All times in " {zone} ". "
                        <a class="tt-link" href="/host/profile#field-time_zone">"Change the zone"</a>
                        " · "
                        <a class="tt-link" href=format!("/{}", hours.host.slug)>"See your page"</a>
                        " · "
                        <a class="tt-link" href="/host/why">"Why is a time not offered?"</a>
                    </p>
                </div>
                {done_notice(DONE)}
                // What broke without any one form being to blame.
                <FormSummary form=FormState::new("", Values::default())/>
                <div class="grid gap-6 lg:grid-cols-2 items-start">
                    <WeeklyHoursSection weekly=hours.weekly/>
                    <div class="flex flex-col gap-6">
                        <SpecialDaysSection today=hours.today days=hours.special_days/>
                        <BookingRulesSection rules=hours.host.rules/>
                    </div>
                </div>
            </HostLayout>
        })
    })
}

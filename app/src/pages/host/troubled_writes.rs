//! Bookings that the calendar does not show as it should: the booking stands, here is why, and the button that tries again.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::times::{format_date_long, format_time};
use timetap_usecases::calendars::TroubledWrite;

use super::integrations::address;
use crate::components::Tone;
use crate::components::button::Weight;
use crate::components::chip::Chip;
use crate::components::icon::Icon;

/// The list; nothing where all is well.
#[component]
pub fn TroubledWrites(writes: Vec<TroubledWrite>, now: Timestamp) -> impl IntoView {
    (!writes.is_empty()).then(|| {
        let rows = writes
            .into_iter()
            .map(|write| view! { <TroubledRow write=write now=now/> })
            .collect_view();
        view! {
            <section class="tt-card flex flex-col gap-4" aria-labelledby="troubled-heading">
                <div class="flex flex-col gap-1">
                    <h2 id="troubled-heading" class="text-lg">"Not in your calendar as they should be"</h2>
                    <p class="tt-muted">"These bookings stand all the same, and the customers know about them."</p>
                </div>
                <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
            </section>
        }
    })
}

#[component]
fn TroubledRow(write: TroubledWrite, now: Timestamp) -> impl IntoView {
    let zone = TimeZone::get(&write.host_time_zone).unwrap_or(TimeZone::UTC);
    let starts = write.starts_at.timestamp();
    let when = format!("{}, {}", format_date_long(starts, &zone), format_time(starts, &zone));
    let (tone, icon, word) = match write.state.as_str() {
        "failed" => (Tone::Danger, Icon::Alert, "Not added".to_owned()),
        "written" => (Tone::Warning, Icon::Video, "No Meet link".to_owned()),
        "needs_reconnect" => (Tone::Warning, Icon::Plug, "Waiting for you".to_owned()),
        _ => {
            let wait = write
                .next_attempt_at
                .map(timetap_store::UnixMillis::timestamp)
                .filter(|at| *at > now)
                .map(|at| format!("Trying again at {}", format_time(at, &zone)));
            (
                Tone::Warning,
                Icon::Refresh,
                wait.unwrap_or_else(|| "Trying again".to_owned()),
            )
        }
    };
    // What waits for the connection goes on by itself once that is renewed, with the button further up; trying before that
    // would change nothing.
    let can_retry = write.state != "needs_reconnect";
    let label = format!("Retry the booking of {}", write.customer_name);
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0">
            <div class="flex flex-col gap-1 min-w-0">
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <a class="tt-link font-medium" href=format!("/host/bookings/{}", write.appointment_id)>
                        {write.customer_name}
                    </a>
                    <Chip tone=tone icon=icon>{word}</Chip>
                </p>
                <p class="text-sm"><time datetime=starts.to_string()>{when}</time></p>
                <p class="tt-muted tt-prose text-sm">{write.last_error}</p>
            </div>
            {can_retry.then(|| view! {
                <form method="post" action=address()>
                    <input type="hidden" name="form" value="retry_write"/>
                    <input type="hidden" name="write" value=write.id.to_string()/>
                    <button type="submit" class=Weight::Quiet.class() aria-label=label>"Retry"</button>
                </form>
            })}
        </li>
    }
}

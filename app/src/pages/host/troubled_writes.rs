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

/// The role of whoever only booked it.
const CUSTOMER: &str = "customer";

/// The list; nothing where all is well.
#[component]
pub fn TroubledWrites(writes: Vec<TroubledWrite>, now: Timestamp) -> impl IntoView {
    (!writes.is_empty()).then(|| {
        let sells = writes.iter().any(|write| write.role != CUSTOMER);
        let words = if sells {
            "These bookings stand all the same, and the customers know about them."
        } else {
            "Your bookings stand all the same."
        };
        let rows = writes
            .into_iter()
            .map(|write| view! { <TroubledRow write=write now=now/> })
            .collect_view();
        view! {
            <section class="tt-card flex flex-col gap-4" aria-labelledby="troubled-heading">
                <div class="flex flex-col gap-1">
                    <h2 id="troubled-heading" class="text-lg">"Not in your calendar as they should be"</h2>
                    <p class="tt-muted">{words}</p>
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
        "failed" if !write.desired_present => (Tone::Danger, Icon::Alert, "Not removed".to_owned()),
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
    // To oneself a booking is what was booked, to everybody else who booked it; and who that is concerns nobody any more from
    // whose calendar it is to leave.
    let is_own = write.role == CUSTOMER;
    let (name, label) = if is_own {
        let label = format!("Retry “{}”", write.service_title);
        (write.service_title, label)
    } else if write.desired_present {
        let label = format!("Retry the booking of {}", write.customer_name);
        (write.customer_name, label)
    } else {
        let name = "A booking that is not yours any more".to_owned();
        (name, format!("Retry removing the booking on {when}"))
    };
    let href = (is_own || write.desired_present).then(|| match (write.role.as_str(), write.order_id) {
        ("staff", _) | (_, None) if !is_own => format!("/host/bookings/{}", write.appointment_id),
        (_, Some(order)) => format!("/orders/{order}"),
        (_, None) => format!("/bookings/{}", write.appointment_id),
    });
    let name = match href {
        Some(href) => view! { <a class="tt-link font-medium" href=href>{name}</a> }.into_any(),
        None => view! { <span class="font-medium">{name}</span> }.into_any(),
    };
    view! {
        <li class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0">
            <div class="flex flex-col gap-1 min-w-0">
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    {name}
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

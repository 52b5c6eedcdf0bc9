//! How far a date that was called off got: who is cancelled, whose money is back.

use leptos::prelude::*;
use timetap_core::money::Money;
use timetap_core::times::{format_date_short, format_time};
use timetap_usecases::catalogue::{CallOffView, CalledOffBooking};
use uuid::Uuid;

use crate::components::Tone;
use crate::components::chip::Chip;
use crate::components::icon::Icon;
use crate::components::notice::Notice;

/// Amounts in a row: usually one.
pub fn money_words(amounts: &[Money]) -> String {
    let words: Vec<String> = amounts.iter().map(ToString::to_string).collect();
    words.join(" and ")
}

/// The progress, with every booking.
#[component]
pub fn CallOffProgress(view: CallOffView, id: Uuid) -> impl IntoView {
    let zone = view.zone.time_zone();
    let (settled, total) = (view.is_settled(), view.bookings.len());
    let (paid, back) = view.refunds();
    let who = view.called_off.clone().map(|off| {
        let when = format!("{}, {}", format_date_short(off.at, zone), format_time(off.at, zone));
        let by = off.by.map(|by| format!(" by {by}")).unwrap_or_default();
        view! {
            <p>{format!("Called off{by} on {when}.")}</p>
            {off.message.map(|message| view! {
                <p class="tt-muted">"The customers were told:"</p>
                <p class="whitespace-pre-line tt-prose">{message}</p>
            })}
        }
    });
    let bookings = (total > 0).then(|| format!("{} of {total} cancelled", view.cancelled()));
    let money = (paid > 0).then(|| {
        let all = money_words(&view.money());
        let so_far = view.money_back();
        let so_far = if so_far.is_empty() {
            "nothing yet".to_owned()
        } else {
            money_words(&so_far)
        };
        format!("{back} of {paid} refunded: {so_far} of {all}")
    });
    let unpaid = (view.unpaid > 0).then(|| match view.unpaid {
        1 => "1 order that was not paid yet is being ended".to_owned(),
        count => format!("{count} orders that were not paid yet are being ended"),
    });
    let given_up = view.bookings.iter().filter(|booking| booking.has_failed()).count();
    let problem = (given_up > 0).then(|| {
        view! {
            <Notice tone=Tone::Warning>
                <p>"Some of the money was not taken back. Please give it back to these customers by another way."</p>
            </Notice>
        }
    });
    let wait = (!settled).then(|| {
        view! {
            <p>
                "The rest goes on by itself, also when Stripe does not answer for a while. "
                <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/dates/{id}")>"Look again"</a>
            </p>
        }
    });
    let nobody = (total == 0 && view.unpaid == 0).then(|| view! { <p>"Nobody had booked it."</p> });
    let rows = view
        .bookings
        .into_iter()
        .map(|booking| view! { <Row booking=booking/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="called-off">
            <div class="flex flex-wrap items-center gap-3">
                <h2 class="text-lg" id="called-off">"Called off"</h2>
                {if settled {
                    view! { <Chip tone=Tone::Success icon=Icon::Check>"All done"</Chip> }.into_any()
                } else {
                    view! { <Chip tone=Tone::Warning icon=Icon::Clock>"Under way"</Chip> }.into_any()
                }}
            </div>
            {who}
            {nobody}
            <ul class="flex flex-col gap-1 tt-figures">
                {[bookings, money, unpaid].into_iter().flatten().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            {problem}
            {wait}
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
        </section>
    }
}

#[component]
fn Row(booking: CalledOffBooking) -> impl IntoView {
    let (tone, icon, words) = match (booking.is_cancelled, booking.refund.as_deref()) {
        (false, _) => (Tone::Neutral, Icon::Clock, "Being cancelled"),
        (true, None) => (Tone::Neutral, Icon::Check, "Cancelled"),
        (true, Some("succeeded")) => (Tone::Success, Icon::Check, "Refunded"),
        (true, Some("failed")) => (Tone::Danger, Icon::Alert, "Not refunded"),
        (true, Some(_)) => (Tone::Neutral, Icon::Clock, "Refund under way"),
    };
    view! {
        <li class="py-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <div class="min-w-0">
                <p class="break-words">{booking.customer_name}</p>
                <p class="tt-muted text-sm tt-figures">
                    "order " {booking.order_number}
                    {booking.money.map(|money| format!(" · {money}"))}
                </p>
                {booking.problem.map(|problem| view! { <p class="text-sm">{problem}</p> })}
            </div>
            <Chip tone=tone icon=icon>{words}</Chip>
        </li>
    }
}

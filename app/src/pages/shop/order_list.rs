//! The orders of the signed-in person, a line each.

use leptos::prelude::*;
use timetap_core::text::ZoneName;
use timetap_core::times::format_date_long;
use timetap_usecases::orders::ListedOrder;

use super::cart_line::money_label;
use super::order_words::order_state;
use crate::components::chip::Chip;

/// The orders, latest first; nothing where there are none.
#[component]
pub fn OrderList(orders: Vec<ListedOrder>) -> impl IntoView {
    if orders.is_empty() {
        return None;
    }
    let lines: Vec<_> = orders
        .into_iter()
        .map(|listed| {
            let order = listed.order;
            let (tone, icon) = order_state(listed.status);
            let zone = ZoneName::parse(&order.customer_time_zone)
                .map_or(jiff::tz::TimeZone::UTC, |zone| zone.time_zone().clone());
            let made = format_date_long(order.created_at.timestamp(), &zone);
            view! {
                <li class="tt-line">
                    <a class="tt-line-link" href=format!("/orders/{}", order.id)>
                        <span class="tt-figures font-medium">{order.number}</span>
                        <span class="min-w-0">
                            <span class="block">{listed.titles.join(", ")}</span>
                            <span class="tt-muted block text-sm tt-figures">{format!("{made} · {}", money_label(listed.total))}</span>
                        </span>
                    </a>
                    <Chip tone=tone icon=icon>{listed.status.label()}</Chip>
                </li>
            }
        })
        .collect();
    Some(view! {
        <section class="flex flex-col gap-3" aria-labelledby="orders">
            <h2 id="orders">"What you ordered"</h2>
            <ul class="tt-card tt-lines">{lines}</ul>
        </section>
    })
}

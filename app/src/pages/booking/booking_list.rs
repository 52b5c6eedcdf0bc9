//! A list of bookings, a line each, with the tabs above and the pages below it.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::span::Span;
use timetap_core::times::{format_when_short, zone_label};
use timetap_store::entities::appointment;
use timetap_usecases::bookings::Shelf;

use crate::components::Tone;
use crate::components::chip::Chip;
use crate::components::icon::Icon;

/// Who reads the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListSide {
    /// The host, who sees customers.
    Host,
    /// The customer.
    Customer,
}

/// The shelf of an address's `show`.
pub fn parse_shelf(text: &str) -> Shelf {
    match text {
        "past" => Shelf::Past,
        "cancelled" => Shelf::Cancelled,
        _ => Shelf::Upcoming,
    }
}

fn shelf_word(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Upcoming => "upcoming",
        Shelf::Past => "past",
        Shelf::Cancelled => "cancelled",
    }
}

/// The page of an address's `page`; the first where that is no number.
pub fn parse_page(text: &str) -> u64 {
    text.parse().unwrap_or(1)
}

/// The three shelves.
#[component]
pub fn ShelfTabs(#[prop(into)] path: String, shelf: Shelf) -> impl IntoView {
    let tabs: Vec<_> = [
        (Shelf::Upcoming, "Upcoming"),
        (Shelf::Past, "Past"),
        (Shelf::Cancelled, "Cancelled"),
    ]
    .into_iter()
    .map(|(tab, label)| {
        let href = format!("{path}?show={}", shelf_word(tab));
        view! {
            <li>
                <a class="tt-nav-link" href=href aria-current=(tab == shelf).then_some("page")>{label}</a>
            </li>
        }
    })
    .collect();
    view! { <nav aria-label="Which bookings"><ul class="flex flex-wrap gap-1">{tabs}</ul></nav> }
}

/// The bookings.
#[component]
pub fn BookingList(bookings: Vec<appointment::Model>, zone: TimeZone, side: ListSide) -> impl IntoView {
    let shown_in = bookings
        .first()
        .map(|booking| format!("Times in {}", zone_label(&zone, booking.starts_at.timestamp())));
    let lines: Vec<_> = bookings.into_iter().map(|booking| line(booking, &zone, side)).collect();
    view! {
        <p class="tt-muted text-sm tt-figures">{shown_in}</p>
        <ul class="tt-card tt-lines">{lines}</ul>
    }
}

fn line(booking: appointment::Model, zone: &TimeZone, side: ListSide) -> impl IntoView + use<> {
    let when = Span::new(booking.starts_at.timestamp(), booking.ends_at.timestamp())
        .map(|span| format_when_short(span, zone))
        .unwrap_or_default();
    let (href, who) = match side {
        ListSide::Host => (
            format!("/host/bookings/{}", booking.id),
            Some(booking.customer_name.clone()),
        ),
        ListSide::Customer => (format!("/bookings/{}", booking.id), None),
    };
    let state = match booking.status.as_str() {
        "cancelled" => Some(view! { <Chip icon=Icon::Cross>"Cancelled"</Chip> }.into_any()),
        "no_show" => Some(view! { <Chip tone=Tone::Warning icon=Icon::Alert>"No-show"</Chip> }.into_any()),
        "completed" => Some(view! { <Chip tone=Tone::Success icon=Icon::Check>"Completed"</Chip> }.into_any()),
        _ => None,
    };
    view! {
        <li class="tt-line">
            <a class="tt-line-link" href=href>
                <time class="tt-figures font-medium" datetime=booking.starts_at.timestamp().to_string()>{when}</time>
                <span class="min-w-0">
                    <span class="block">{who.clone().unwrap_or_else(|| booking.service_title.clone())}</span>
                    {who.map(|_| view! { <span class="tt-muted block text-sm">{booking.service_title.clone()}</span> })}
                </span>
            </a>
            {state}
        </li>
    }
}

/// The way to the other pages of the list, where there are any.
#[component]
pub fn Pages(#[prop(into)] path: String, shelf: Shelf, search: String, page: u64, pages: u64) -> impl IntoView {
    let href = move |page: u64| {
        let search = percent_encoding::utf8_percent_encode(&search, percent_encoding::NON_ALPHANUMERIC).to_string();
        format!("{path}?show={}&q={search}&page={page}", shelf_word(shelf))
    };
    (pages > 1).then(|| {
        view! {
            <nav aria-label="Pages" class="flex flex-wrap items-center gap-4">
                {(page > 1).then(|| view! { <a class="tt-button tt-button-quiet" href=href(page - 1)>"Back"</a> })}
                <span class="tt-muted tt-figures">{format!("Page {page} of {pages}")}</span>
                {(page < pages).then(|| view! { <a class="tt-button tt-button-quiet" href=href(page + 1)>"Further"</a> })}
            </nav>
        }
    })
}

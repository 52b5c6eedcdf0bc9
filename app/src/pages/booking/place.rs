//! Where a session takes place, in a line with its icon.

use leptos::prelude::*;
use timetap_core::location::LocationKind;

use crate::components::icon::{Icon, IconView};

/// For customers, whose place it is.
const AT_YOUR_PLACE: &str = "At your place";

/// The icon of a kind of place.
pub fn place_icon(kind: LocationKind) -> Icon {
    match kind {
        LocationKind::GoogleMeet => Icon::Video,
        LocationKind::Phone => Icon::Phone,
        LocationKind::InPerson => Icon::Pin,
        LocationKind::Link => Icon::Link,
        LocationKind::AtCustomer => Icon::Home,
    }
}

/// What is to be said of the place before somebody has booked: a link of the host's is for those who did.
pub fn place_before_booking(kind: LocationKind, detail: Option<&str>, host: &str) -> String {
    match (kind, detail) {
        (LocationKind::InPerson, Some(address)) => address.to_owned(),
        (LocationKind::AtCustomer, _) => format!("At your place: {host} comes to you"),
        (LocationKind::Phone, None) => format!("Phone call: {host} calls you"),
        _ => kind.label().to_owned(),
    }
}

/// The place of a booking: as much as its people need to get there.
#[component]
pub fn BookedPlace(kind: LocationKind, detail: String, host: String, phone: Option<String>) -> impl IntoView {
    let words = match kind {
        LocationKind::GoogleMeet => view! { "Google Meet" }.into_any(),
        LocationKind::Phone if detail.is_empty() => {
            let phone = phone.map(|phone| format!(" on {phone}")).unwrap_or_default();
            format!("Phone call: {host} calls you{phone}").into_any()
        }
        LocationKind::Phone => {
            let dial: String = detail.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            view! { "Phone call: " <a class="tt-link" href=format!("tel:{dial}")>{detail}</a> }.into_any()
        }
        LocationKind::AtCustomer if detail.is_empty() => AT_YOUR_PLACE.into_any(),
        LocationKind::InPerson | LocationKind::AtCustomer => {
            view! { <span class="whitespace-pre-line">{detail}</span> }.into_any()
        }
        LocationKind::Link => {
            let href = detail.clone();
            view! { <a class="tt-link break-all" href=href rel="noopener noreferrer">{detail}</a> }.into_any()
        }
    };
    view! {
        <span class="inline-flex gap-2 items-start">
            <span class="tt-muted mt-0.5"><IconView icon=place_icon(kind) size=18/></span>
            <span>{words}</span>
        </span>
    }
}

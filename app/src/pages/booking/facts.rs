//! The quiet column beside the times: with whom, what, how long, where.

use leptos::prelude::*;
use timetap_core::times::format_minutes;
use timetap_usecases::bookings::Offering;

use super::place::{place_before_booking, place_icon};
use crate::components::icon::{Icon, IconView};

/// A host's initials in a circle, for those who have no picture.
#[component]
pub fn Initials(#[prop(into)] name: String) -> impl IntoView {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    let initials: String = first.into_iter().chain(last).flat_map(char::to_uppercase).collect();
    view! { <span class="tt-initials" aria-hidden="true">{initials}</span> }
}

/// A fact with its icon.
#[component]
pub fn Fact(icon: Icon, children: Children) -> impl IntoView {
    view! {
        <p class="flex gap-2 items-start">
            <span class="tt-muted mt-0.5"><IconView icon=icon size=18/></span>
            <span class="whitespace-pre-line min-w-0">{children()}</span>
        </p>
    }
}

/// What is booked with whom.
#[component]
pub fn OfferingFacts(offering: Offering) -> impl IntoView {
    let host = offering.host.display_name.clone();
    let place = place_before_booking(offering.location, offering.location_detail(), &host);
    let price = offering.price_label();
    let takes_a_time = offering.kind.takes_a_time();
    let description = offering.service.description.clone();
    view! {
        <div class="flex flex-col gap-3">
            <a class="inline-flex items-center gap-3 min-h-11 self-start" href=format!("/{}", offering.host.slug)>
                <Initials name=host.clone()/>
                <span class="font-medium">{host}</span>
            </a>
            <h1>{offering.service.title.clone()}</h1>
            <div class="flex flex-col gap-2 pt-1">
                // What is dated says with each date how long it is.
                {takes_a_time.then(|| view! {
                    <Fact icon=Icon::Clock>
                        <span class="tt-figures">{format_minutes(u32::from(offering.duration_minutes))}</span>
                    </Fact>
                })}
                <Fact icon=place_icon(offering.location)>{place}</Fact>
                <Fact icon=Icon::Tag><span class="tt-figures">{price}</span></Fact>
            </div>
            {(!description.is_empty()).then(|| view! { <p class="whitespace-pre-line tt-muted">{description}</p> })}
        </div>
    }
}

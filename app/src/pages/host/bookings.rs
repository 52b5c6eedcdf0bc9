//! `/host/bookings`: everything that was booked with the host; and the same of somebody whom one looks after.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{BookingPage, Party, Shelf, list_bookings};

use super::access::{done_notice, require_profile};
use super::whose::Whose;
use crate::components::button::{SubmitButton, Weight};
use crate::components::layout::{HostLayout, Section};
use crate::page::address_id::host_and_id;
use crate::page::form::{Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::require_host;
use crate::pages::booking::booking_list::{BookingList, ListSide, Pages, ShelfTabs, parse_page, parse_shelf};
use crate::pages::booking::private_page::keep_private;

const DONE: &[(&str, &str)] = &[(
    "handed_over",
    "Given to somebody else. They and the customer are told by e-mail.",
)];

/// `/host/bookings`, with `show`, `q` and `page`.
#[component]
pub fn HostBookingsPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), require_host(), page_query());
    load_page(async move {
        let viewer = viewer?;
        let host = require_profile(&app, &viewer).await?;
        show(&app, Whose::of(&viewer, host), &query).await
    })
}

/// `/host/team/{id}/bookings`, with the same.
#[component]
pub fn TeamBookingsPage() -> impl IntoView {
    let (app, asked, query) = (timetap(), host_and_id(), page_query());
    keep_private();
    load_page(async move {
        let (viewer, id) = asked?;
        show(&app, Whose::find(&app, &viewer, id).await?, &query).await
    })
}

async fn show(app: &TimeTap, whose: Whose, query: &Values) -> Result<impl IntoView + use<>, PageError> {
    let shelf = parse_shelf(query.text("show"));
    let search = query.text("q").trim().to_owned();
    let party = Party::Host(whose.host.user_id);
    let list = list_bookings(app, party, shelf, &search, parse_page(query.text("page"))).await?;
    let show = query.text("show").to_owned();
    let (heading, path) = (whose.bookings(), whose.booking_list());
    let back = (!whose.own).then(|| {
        view! {
            <p><a class="tt-link inline-flex items-center min-h-11" href="/host/team">"Team and rooms"</a></p>
        }
    });
    let why = whose.own.then(|| {
        view! { <a class="tt-link inline-flex items-center min-h-11" href="/host/why">"Why is a time not offered?"</a> }
    });
    Ok(view! {
        <PageTitle text=format!("{heading} · TimeTap")/>
        <HostLayout current=whose.section(Section::Bookings)>
            {done_notice(DONE)}
            <div class="flex flex-wrap items-center justify-between gap-3">
                <div class="flex flex-col gap-1">
                    {back}
                    <h1>{heading}</h1>
                </div>
                {why}
            </div>
            <div class="flex flex-wrap items-end justify-between gap-4">
                <ShelfTabs path=path.clone() shelf=shelf/>
                <form method="get" action=path role="search" class="flex gap-2 items-end">
                    <input type="hidden" name="show" value=show/>
                    <div>
                        <label class="sr-only" for="field-q">"Customer’s name or e-mail"</label>
                        <input
                            class="tt-input"
                            id="field-q"
                            name="q"
                            type="search"
                            maxlength="100"
                            placeholder="Name or e-mail"
                            value=search.clone()
                        />
                    </div>
                    <SubmitButton weight=Weight::Quiet>"Find"</SubmitButton>
                </form>
            </div>
            <Shown list=list shelf=shelf search=search whose=whose/>
        </HostLayout>
    })
}

#[component]
fn Shown(list: BookingPage, shelf: Shelf, search: String, whose: Whose) -> impl IntoView {
    if list.bookings.is_empty() {
        let sentence = match shelf {
            _ if !search.is_empty() => "Nobody of this name or address is among these.",
            Shelf::Upcoming if whose.own => "Nothing is booked yet. Share your page, and bookings stand here.",
            Shelf::Upcoming => "Nothing is booked yet.",
            Shelf::Past => "Nothing has taken place yet.",
            Shelf::Cancelled => "Nothing was cancelled.",
        };
        let share = (shelf == Shelf::Upcoming && search.is_empty()).then(|| {
            let href = format!("/{}", whose.host.slug);
            let words = whose.say("See your page", "See their page").to_owned();
            view! { <p><a class="tt-link inline-flex items-center min-h-11" href=href>{words}</a></p> }
        });
        return view! { <div class="tt-card flex flex-col gap-2"><p>{sentence}</p>{share}</div> }.into_any();
    }
    let (page, pages) = (list.page, list.pages);
    let zone = whose.host.time_zone.time_zone().clone();
    view! {
        <BookingList bookings=list.bookings zone=zone side=ListSide::Host/>
        <Pages path=whose.booking_list() shelf=shelf search=search page=page pages=pages/>
    }
    .into_any()
}

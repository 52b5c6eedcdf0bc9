//! `/host/bookings`: everything that was booked with the host.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::bookings::{BookingPage, Party, Shelf, list_bookings};
use timetap_usecases::hosts::HostView;

use super::access::{done_notice, require_profile};
use crate::components::button::{SubmitButton, Weight};
use crate::components::layout::{HostLayout, Section};
use crate::page::form::page_query;
use crate::page::loading::load_page;
use crate::page::timetap;
use crate::page::viewer::require_host;
use crate::pages::booking::booking_list::{BookingList, ListSide, Pages, ShelfTabs, parse_page, parse_shelf};

const PATH: &str = "/host/bookings";

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
        let shelf = parse_shelf(query.text("show"));
        let search = query.text("q").trim().to_owned();
        let party = Party::Host(viewer.user_id);
        let list = list_bookings(&app, party, shelf, &search, parse_page(query.text("page"))).await?;
        let show = query.text("show").to_owned();
        Ok(view! {
            <PageTitle text="Bookings · TimeTap"/>
            <HostLayout current=Section::Bookings>
                {done_notice(DONE)}
                <div class="flex flex-wrap items-center justify-between gap-3">
                    <h1>"Bookings"</h1>
                    <a class="tt-link inline-flex items-center min-h-11" href="/host/why">"Why is a time not offered?"</a>
                </div>
                <div class="flex flex-wrap items-end justify-between gap-4">
                    <ShelfTabs path=PATH shelf=shelf/>
                    <form method="get" action=PATH role="search" class="flex gap-2 items-end">
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
                <Shown list=list shelf=shelf search=search host=host/>
            </HostLayout>
        })
    })
}

#[component]
fn Shown(list: BookingPage, shelf: Shelf, search: String, host: HostView) -> impl IntoView {
    if list.bookings.is_empty() {
        let sentence = match shelf {
            _ if !search.is_empty() => "Nobody of this name or address is among these.",
            Shelf::Upcoming => "Nothing is booked yet. Share your page, and bookings stand here.",
            Shelf::Past => "Nothing has taken place yet.",
            Shelf::Cancelled => "Nothing was cancelled.",
        };
        let share = (shelf == Shelf::Upcoming && search.is_empty()).then(|| {
            let href = format!("/{}", host.slug);
            view! { <p><a class="tt-link inline-flex items-center min-h-11" href=href>"See your page"</a></p> }
        });
        return view! { <div class="tt-card flex flex-col gap-2"><p>{sentence}</p>{share}</div> }.into_any();
    }
    let (page, pages) = (list.page, list.pages);
    let zone = host.time_zone.time_zone().clone();
    view! {
        <BookingList bookings=list.bookings zone=zone side=ListSide::Host/>
        <Pages path=PATH shelf=shelf search=search page=page pages=pages/>
    }
    .into_any()
}

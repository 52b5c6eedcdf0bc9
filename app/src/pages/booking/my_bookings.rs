//! `/account/bookings`: what the signed-in person has booked.

use crate::components::page_title::PageTitle;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::text::ZoneName;
use timetap_usecases::bookings::{BookingPage, Party, Shelf, list_bookings};
use timetap_usecases::orders::list_orders;

use super::booking_list::{BookingList, ListSide, Pages, ShelfTabs, parse_page, parse_shelf};
use crate::components::layout::{HostLayout, Section};
use crate::page::form::page_query;
use crate::page::loading::load_page;
use crate::page::timetap;
use crate::page::viewer::require_viewer;
use crate::pages::shop::order_list::OrderList;

/// `/account/bookings`.
#[component]
pub fn MyBookingsPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), require_viewer(), page_query());
    load_page(async move {
        let viewer = viewer?;
        // Hosts keep what is booked with them under that name, and find their own bookings beside their account.
        let section = if viewer.role.is_host() {
            Section::Account
        } else {
            Section::Bookings
        };
        let shelf = parse_shelf(query.text("show"));
        let party = Party::Customer(viewer.user_id);
        let list = list_bookings(&app, party, shelf, "", parse_page(query.text("page"))).await?;
        let orders = list_orders(&app, viewer.user_id).await?;
        // Each booking knows the zone that it was made in; the latest one stands for all.
        let zone = list
            .bookings
            .first()
            .and_then(|booking| ZoneName::parse(&booking.customer_time_zone).ok())
            .map_or(TimeZone::UTC, |zone| zone.time_zone().clone());
        Ok(view! {
            <PageTitle text="What you booked · TimeTap"/>
            <HostLayout current=section>
                <h1>"What you booked"</h1>
                <ShelfTabs path="/account/bookings" shelf=shelf/>
                <Shown list=list shelf=shelf zone=zone/>
                {(shelf == Shelf::Upcoming).then(|| view! { <OrderList orders=orders/> })}
            </HostLayout>
        })
    })
}

#[component]
fn Shown(list: BookingPage, shelf: Shelf, zone: TimeZone) -> impl IntoView {
    if list.bookings.is_empty() {
        let sentence = match shelf {
            Shelf::Upcoming => "Nothing is coming up. What you book while signed in stands here.",
            Shelf::Past => "Nothing yet.",
            Shelf::Cancelled => "Nothing was cancelled.",
        };
        return view! { <div class="tt-card"><p>{sentence}</p></div> }.into_any();
    }
    let (page, pages) = (list.page, list.pages);
    view! {
        <BookingList bookings=list.bookings zone=zone side=ListSide::Customer/>
        <Pages path="/account/bookings" shelf=shelf search=String::new() page=page pages=pages/>
    }
    .into_any()
}

//! Who comes to a date: for those who care for them, and to print. Where it was called off, how far that got.

use leptos::prelude::*;
use timetap_core::orders::Participant;
use timetap_core::times::format_when;
use timetap_usecases::catalogue::{RosterEntry, load_roster, view_call_off};

use super::access::done_notice;
use super::call_off_progress::CallOffProgress;
use crate::components::layout::{HostLayout, Section};
use crate::components::page_title::PageTitle;
use crate::page::address_id::host_and_id;
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;

const DONE: &[(&str, &str)] = &[(
    "called_off",
    "Called off. Nothing can be bought on this date any more; everybody is told and gets all their money back.",
)];

/// `/host/dates/{id}`.
#[component]
pub fn RosterPage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    load_page(async move {
        let (viewer, id) = asked?;
        let roster = load_roster(&app, viewer.user_id, id)
            .await?
            .ok_or(PageError::NotFound)?;
        let call_off = view_call_off(&app, viewer.user_id, id)
            .await?
            .ok_or(PageError::NotFound)?;
        let open = call_off.called_off.is_none() && !call_off.begun;
        let is_off = call_off.called_off.is_some();
        let when = format_when(roster.span, roster.zone.time_zone());
        let place = [Some(roster.staff), roster.room].into_iter().flatten();
        let place = place.collect::<Vec<_>>().join(" · ");
        let heads: usize = roster.entries.iter().map(|entry| entry.participants.len().max(1)).sum();
        let entries = roster
            .entries
            .into_iter()
            .map(|entry| view! { <Entry entry=entry/> })
            .collect_view();
        let seats = match (is_off, call_off.is_week) {
            (true, _) => None,
            (false, true) => Some(format!("{heads} of {} places are taken.", roster.seats)),
            (false, false) => Some(format!("{heads} of {} seats are paid for.", roster.seats)),
        };
        let heading = if is_off {
            format!("{} is called off", roster.title)
        } else {
            format!("Who comes to {}", roster.title)
        };
        // The other dates are for those who may act for the host; everybody else who works here goes back to what they serve.
        let section = match (roster.sees_dates, roster.host_id == viewer.user_id) {
            (false, _) => Section::Bookings,
            (true, true) => Section::Services,
            (true, false) => Section::Team,
        };
        let (back, back_words) = if roster.sees_dates {
            let dates = format!("/host/services/{}/dates", roster.service_id);
            (dates, format!("All dates of {}", roster.title))
        } else {
            ("/host/bookings".to_owned(), "All bookings".to_owned())
        };
        Ok(view! {
            <PageTitle text=format!("{heading} · TimeTap")/>
            <HostLayout current=section>
                <div class="flex flex-col gap-2">
                    <p><a class="tt-link inline-flex items-center min-h-11" href=back>{back_words}</a></p>
                    <h1>{heading}</h1>
                    <p>{when}</p>
                    <p class="tt-muted">{place}</p>
                    {seats.map(|seats| view! { <p class="tt-figures">{seats}</p> })}
                </div>
                {done_notice(DONE)}
                {is_off.then(|| view! { <CallOffProgress view=call_off id=id/> })}
                {(heads == 0 && !is_off).then(|| view! { <p class="tt-card">"Nobody yet."</p> })}
                <ul class="grid gap-4 lg:grid-cols-2">{entries}</ul>
                {open.then(|| view! {
                    <p>
                        <a class="tt-button tt-button-danger" href=format!("/host/dates/{id}/call-off")>"Call this date off"</a>
                    </p>
                })}
            </HostLayout>
        })
    })
}

#[component]
fn Entry(entry: RosterEntry) -> impl IntoView {
    let people = entry
        .participants
        .into_iter()
        .map(|person| view! { <Person person=person/> })
        .collect_view();
    let phone = entry.customer_phone.map(|phone| {
        let dial: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! { " · " <a class="tt-link" href=format!("tel:{dial}")>{phone}</a> }
    });
    view! {
        <li class="tt-card flex flex-col gap-3">
            <ul class="flex flex-col gap-3">{people}</ul>
            {entry.notes.map(|notes| view! { <p class="whitespace-pre-line">"Note: " {notes}</p> })}
            <p class="tt-muted text-sm break-words">
                "Booked by " {entry.customer_name} " · "
                <a class="tt-link" href=format!("mailto:{}", entry.customer_email)>{entry.customer_email.clone()}</a>
                {phone}
                " · order " {entry.order_number}
            </p>
        </li>
    }
}

#[component]
fn Person(person: Participant) -> impl IntoView {
    let age = match (person.age, person.birth_date) {
        (_, Some(born)) => format!(", born {born}"),
        (Some(age), None) => format!(", {age} years old"),
        (None, None) => String::new(),
    };
    view! {
        <li>
            <p class="font-medium">{person.name} <span class="font-normal">{age}</span></p>
            {person.allergies.map(|allergies| view! { <p><strong>"Allergies: "</strong> {allergies}</p> })}
            {person.notes.map(|notes| view! { <p class="tt-muted">{notes}</p> })}
        </li>
    }
}

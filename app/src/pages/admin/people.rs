//! Who has an account, and what they may do.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::accounts::Actor;
use timetap_usecases::accounts::list_people::{ListPeopleError, People, list_people};
use timetap_usecases::catalogue::list_managers;

use super::person_row::PersonRow;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::query::{done_notice, query};
use crate::page::timetap;
use crate::page::viewer::require_admin;

/// `/admin/people?q=&page=`.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let (app, viewer) = (timetap(), require_admin());
    let query = query();
    let search = query.text("q").to_owned();
    let page = query.text("page").parse().unwrap_or(1);
    load_page(async move {
        let viewer = viewer?;
        let by = Actor {
            user_id: viewer.user_id,
            role: viewer.role,
        };
        let people = list_people(&app, by, &search, page)
            .await
            .map_err(|error| match error {
                ListPeopleError::Forbidden => PageError::Forbidden,
                ListPeopleError::Unexpected(error) => error.into(),
            })?;
        let now = app.clock.now();
        let place = people_address(&search, people.page);
        let managers = list_managers(&app).await?;
        let rows = people
            .people
            .iter()
            .map(|person| {
                let own = person.id == viewer.user_id;
                view! { <PersonRow person=person.clone() managers=managers.clone() own=own now=now place=place.clone()/> }
            })
            .collect_view();
        let nobody = people.people.is_empty().then(|| {
            view! { <p class="tt-muted">"Nobody's name or address contains that. Try fewer letters."</p> }
        });
        Ok(view! {
            <PageTitle text="People · TimeTap"/>
            <HostLayout current=Section::People>
                <h1>"People"</h1>
                {done_notice(&[
                    ("role", "The role is changed. It counts at once."),
                    ("manager", "Saved. The managers’ calendars follow in a moment."),
                    ("disabled", "The account is disabled and signed out everywhere. Its bookings stand."),
                    ("enabled", "The account can be used again."),
                ])}
                <FormSummary form=FormState::new("", Values::default())/>
                <SearchForm search=search.clone()/>
                <section class="tt-card flex flex-col gap-4" aria-labelledby="people-heading">
                    <h2 id="people-heading" class="tt-figures">{headline(&people, &search)}</h2>
                    {nobody}
                    <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
                    <Pages people=people search=search/>
                </section>
            </HostLayout>
        })
    })
}

/// The address of one page of the list.
pub fn people_address(search: &str, page: u64) -> String {
    let search = percent_encoding::utf8_percent_encode(search, percent_encoding::NON_ALPHANUMERIC);
    format!("/admin/people?q={search}&page={page}")
}

fn headline(people: &People, search: &str) -> String {
    let count = match people.total {
        1 => "1 account".to_owned(),
        several => format!("{several} accounts"),
    };
    if search.is_empty() {
        count
    } else {
        format!("{count} with “{search}”")
    }
}

#[component]
fn SearchForm(search: String) -> impl IntoView {
    let searching = !search.is_empty();
    view! {
        <form method="get" action="/admin/people" role="search" class="flex flex-wrap items-end gap-3">
            <div class="grow max-w-md">
                <label class="tt-label" for="people-search">"Search by name or address"</label>
                <input class="tt-input" id="people-search" type="search" name="q" value=search maxlength=200/>
            </div>
            <SubmitButton weight=Weight::Quiet>"Search"</SubmitButton>
            {searching.then(|| view! {
                <LinkButton href="/admin/people" weight=Weight::Plain>"Show everybody"</LinkButton>
            })}
        </form>
    }
}

#[component]
fn Pages(people: People, search: String) -> impl IntoView {
    (people.pages > 1).then(|| {
        let link = |label: &'static str, page: u64| {
            view! { <LinkButton href=people_address(&search, page) weight=Weight::Quiet>{label}</LinkButton> }
        };
        view! {
            <nav aria-label="Pages" class="flex flex-wrap items-center justify-between gap-3">
                {(people.page > 1).then(|| link("Previous page", people.page - 1))}
                <span class="tt-muted tt-figures">{format!("Page {} of {}", people.page, people.pages)}</span>
                {(people.page < people.pages).then(|| link("Next page", people.page + 1))}
            </nav>
        }
    })
}

//! Which calendars make their owner busy, and which one receives the bookings.

use leptos::prelude::*;
use timetap_usecases::calendars::{CalendarView, ConnectionView};

use super::integrations::address;
use crate::components::Tone;
use crate::components::button::SubmitButton;
use crate::components::field::SelectField;
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::notice::Notice;
use crate::page::form::{FormState, Values};
use crate::page::viewer::viewer;

/// What the form says for "no calendar".
pub const NONE: &str = "none";

/// The form.
#[component]
pub fn CalendarChoice(connections: Vec<ConnectionView>, has_write_calendar: bool) -> impl IntoView {
    let is_host = viewer().is_some_and(|viewer| viewer.role.is_host());
    let several = connections.len() > 1;
    let all: Vec<(String, CalendarView)> = connections
        .into_iter()
        .flat_map(|connection| {
            let account = connection.account;
            connection
                .calendars
                .into_iter()
                .map(move |calendar| (account.clone(), calendar))
        })
        .collect();
    let stored = Values::from_pairs(
        all.iter()
            .filter(|(_, calendar)| calendar.counts_as_busy)
            .map(|(_, calendar)| ("busy".to_owned(), calendar.key.clone()))
            .chain(
                all.iter()
                    .filter(|(_, calendar)| calendar.receives_events)
                    .map(|(_, calendar)| ("write".to_owned(), calendar.key.clone())),
            )
            .chain((!has_write_calendar).then(|| ("write".to_owned(), NONE.to_owned()))),
    );
    let form = FormState::new("calendars", stored);
    let named = |account: &str, calendar: &CalendarView| {
        if several && calendar.name != account {
            format!("{} ({account})", calendar.name)
        } else {
            calendar.name.clone()
        }
    };
    let mut options = vec![(NONE.to_owned(), "None: do not add bookings to a calendar".to_owned())];
    options.extend(
        all.iter()
            .filter(|(_, calendar)| calendar.writable)
            .map(|(account, calendar)| {
                let note = if calendar.makes_meet_links {
                    ""
                } else {
                    " · no Meet links"
                };
                (calendar.key.clone(), format!("{}{note}", named(account, calendar)))
            }),
    );
    let boxes = all
        .iter()
        .enumerate()
        .map(|(number, (account, calendar))| {
            let id = if number == 0 {
                "field-busy".to_owned()
            } else {
                format!("field-busy-{number}")
            };
            let checked = form.chosen("busy", &calendar.key);
            view! {
                <li>
                    <label class="tt-check">
                        <input type="checkbox" id=id name="busy" value=calendar.key.clone() checked=checked/>
                        <span>
                            {named(account, calendar)}
                            {(calendar.unreadable && calendar.counts_as_busy).then(|| view! {
                                <span class="flex items-center gap-1.5 text-sm text-tt-warning">
                                    <IconView icon=Icon::Alert size=16/>
                                    "gave no answer last time; what was known before still counts"
                                </span>
                            })}
                        </span>
                    </label>
                </li>
            }
        })
        .collect_view();
    let busy_error = form.error("busy");
    let busy_described = busy_error.as_ref().map(|_| "field-busy-error");
    view! {
        <section class="tt-card flex flex-col gap-5" aria-labelledby="choice-heading">
            <h2 id="choice-heading" class="text-lg">
                {if is_host { "Which calendars count" } else { "Where your bookings go" }}
            </h2>
            <FormSummary form=form.clone()/>
            {(!has_write_calendar).then(|| view! {
                <Notice tone=Tone::Warning>
                    "No calendar receives your bookings at the moment. Choose one below."
                </Notice>
            })}
            <form method="post" action=address() class="flex flex-col gap-5 max-w-xl">
                <input type="hidden" name="form" value="calendars"/>
                {is_host.then(|| view! {
                    <fieldset aria-describedby=busy_described>
                        <legend class="tt-label">"Events in these make you busy"</legend>
                        <ul>{boxes}</ul>
                        {busy_error.map(|error| view! {
                            <p class="tt-error" id="field-busy-error"><IconView icon=Icon::Alert size=16/>{error}</p>
                        })}
                    </fieldset>
                })}
                <SelectField
                    form=form
                    name="write"
                    label="New bookings go into"
                    hint="Bookings that stand already stay where they are."
                    options=options
                />
                {is_host.then(|| view! {
                    <p class="tt-muted tt-prose">
                        "What customers are offered while a calendar does not answer is up to you: see "
                        <a class="tt-link" href="/host/hours">"your hours and rules"</a>
                        "."
                    </p>
                })}
                <p><SubmitButton>"Save the choice"</SubmitButton></p>
            </form>
        </section>
    }
}

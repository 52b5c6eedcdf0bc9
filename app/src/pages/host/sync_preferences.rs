//! What is done with one connected account: a form that opens without any script.

use leptos::prelude::*;
use timetap_usecases::calendars::{ConnectionView, Direction};

use super::integrations::address;
use crate::components::button::{SubmitButton, Weight};
use crate::page::viewer::is_host;

const DIRECTIONS: [(Direction, &str); 3] = [
    (Direction::Both, "Add bookings, and read when I am busy"),
    (Direction::Write, "Only add bookings"),
    (Direction::Read, "Only read when I am busy"),
];

/// The form.
#[component]
pub fn SyncPreferences(connection: ConnectionView) -> impl IntoView {
    let chosen = connection.preferences;
    let id = connection.id.to_string();
    let choices = DIRECTIONS
        .into_iter()
        .map(|(direction, label)| {
            view! {
                <li>
                    <label class="tt-check">
                        <input
                            type="radio"
                            name="direction"
                            value=direction.as_str()
                            checked=direction == chosen.direction
                        />
                        <span>{label}</span>
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="group">
            <summary
                class="tt-link cursor-pointer inline-flex items-center min-h-11"
                aria-label=format!("How {} is used…", connection.account)
            >
                "How it is used…"
            </summary>
            <form
                method="post"
                action=address()
                class="mt-2 flex flex-col gap-4 rounded-control bg-tt-surface-sunken p-4"
            >
                <input type="hidden" name="form" value="preferences"/>
                <input type="hidden" name="connection" value=id/>
                <label class="tt-check">
                    <input type="checkbox" name="sync" value="on" checked=chosen.sync_enabled/>
                    <span>"Sync with this account"</span>
                </label>
                <label class="tt-check">
                    <input type="checkbox" name="auto" value="on" checked=chosen.auto_sync/>
                    <span>"Add new bookings by themselves; without this, you add them here when you like"</span>
                </label>
                {if is_host() {
                    view! {
                        <fieldset>
                            <legend class="tt-label">"What for"</legend>
                            <ul>{choices}</ul>
                        </fieldset>
                    }
                    .into_any()
                } else {
                    // Who only books is never asked when they are busy: the calendar can only receive.
                    let direction = match chosen.direction {
                        Direction::Read => Direction::Write,
                        kept => kept,
                    };
                    view! { <input type="hidden" name="direction" value=direction.as_str()/> }.into_any()
                }}
                <p><SubmitButton weight=Weight::Quiet>"Save"</SubmitButton></p>
            </form>
        </details>
    }
}

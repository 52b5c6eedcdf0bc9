//! The week: a few rows of from–to for every weekday.

use leptos::prelude::*;
use timetap_core::slots::DayWindow;
use timetap_usecases::hosts::{WEEKDAYS, WindowForm};

use super::window_rows::{WindowRow, read_rows, write_rows};
use crate::components::button::SubmitButton;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};

/// The form of this name on the hours page.
pub const FORM: &str = "weekly";

/// The section with its form.
#[component]
pub fn WeeklyHoursSection(weekly: [Vec<DayWindow>; 7]) -> impl IntoView {
    let form = FormState::new(FORM, stored_values(&weekly));
    let days = WEEKDAYS
        .iter()
        .map(|(key, name, _)| view! { <Weekday form=form.clone() key=*key name=*name/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-5" aria-labelledby="weekly-heading" id="weekly">
            <div class="flex flex-col gap-1">
                <h2 id="weekly-heading">"Every week"</h2>
                <p class="tt-muted">
                    "Hours may cross midnight: 22:00–02:00 ends on the next day, and 00:00 at the end is midnight. Clear both times to remove a row."
                </p>
            </div>
            <form method="post" action="/host/hours" class="flex flex-col gap-5">
                <input type="hidden" name="form" value=FORM/>
                // Pressing Enter in a field presses the form's first button: that has to be the one that saves.
                <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true" formnovalidate>"Save"</button>
                <FormSummary form=form/>
                <div class="flex flex-col divide-y divide-tt-border">{days}</div>
                <p><SubmitButton>"Save weekly hours"</SubmitButton></p>
            </form>
        </section>
    }
}

#[component]
fn Weekday(form: FormState, key: &'static str, name: &'static str) -> impl IntoView {
    let mut rows = read_rows(form.values(), key);
    // The last empty row is the one that is always there to be filled in.
    if rows.last().is_some_and(WindowForm::is_empty) {
        rows.pop();
    }
    let shown = rows.len();
    let just_added = form.value("do") == format!("add-{key}");
    let windows = (1..=shown)
        .map(|row| {
            view! {
                <WindowRow
                    form=form.clone()
                    prefix=key
                    row=row
                    spoken=format!("{name}, hours {row}")
                    remove=format!("remove-{key}-{row}")
                    focus=just_added && row == shown
                />
            }
        })
        .collect_view();
    let spare = shown + 1;
    view! {
        <fieldset class="py-3 grid gap-x-4 gap-y-2 sm:grid-cols-[7.5rem_1fr] items-start min-w-0">
            <legend class="sr-only">{name}</legend>
            <p class="font-medium sm:pt-2.5" aria-hidden="true">{name}</p>
            <div class="flex flex-col gap-2">
                {(shown == 0).then(|| view! { <p class="tt-muted sm:pt-2.5">"Closed"</p> })}
                {windows}
                <details>
                    <summary class="tt-link cursor-pointer py-2 w-fit">
                        "Add hours" <span class="sr-only">" on " {name}</span>
                    </summary>
                    <div class="flex flex-col gap-2 items-start pt-1">
                        <WindowRow form=form prefix=key row=spare spoken=format!("{name}, new hours")/>
                        <button
                            type="submit"
                            class="tt-button tt-button-plain"
                            name="do"
                            value=format!("add-{key}")
                            formnovalidate
                        >
                            "Add a window"
                            <span class="sr-only">" on " {name}</span>
                        </button>
                    </div>
                </details>
            </div>
        </fieldset>
    }
}

fn stored_values(weekly: &[Vec<DayWindow>; 7]) -> Values {
    Values::from_pairs(weekly.iter().zip(WEEKDAYS).flat_map(|(windows, (key, ..))| {
        let rows: Vec<WindowForm> = windows
            .iter()
            .map(|window| WindowForm::of(window.start_minute, window.end_minute))
            .collect();
        write_rows(key, &rows)
    }))
}

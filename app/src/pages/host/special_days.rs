//! Single days with other hours, or none.

use jiff::civil::Date;
use leptos::prelude::*;
use timetap_core::times::format_day_long;
use timetap_usecases::hosts::{SpecialDay, WindowForm, format_clock_time};

use super::access::query;
use super::window_rows::{WindowRow, read_rows, write_rows};
use crate::components::button::{SubmitButton, Weight};
use crate::components::choices::{Choice, RadioField};
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};

/// The form that sets a day.
pub const FORM: &str = "day";
/// The form that gives a day its usual hours back.
pub const REMOVE_FORM: &str = "remove-day";

/// The section: the days that are set, and the form for one more.
#[component]
pub fn SpecialDaysSection(today: Date, days: Vec<SpecialDay>) -> impl IntoView {
    let wanted = query().text("edit").to_owned();
    let edited = days.iter().find(|day| day.date.to_string() == wanted);
    let form = FormState::new(FORM, stored_values(edited));
    let is_open = edited.is_some() || form.reply().is_some();
    let removing = FormState::new(REMOVE_FORM, Values::default());
    let is_empty = days.is_empty();
    let list = days.into_iter().map(|day| view! { <Day day=day/> }).collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="special-heading" id="special-days">
            <div class="flex flex-col gap-1">
                <h2 id="special-heading">"Special days"</h2>
                <p class="tt-muted">"Holidays, travel, a long evening: these replace the week’s hours on one day."</p>
            </div>
            <FormSummary form=removing/>
            {if is_empty {
                view! { <p>"None ahead. Your week holds as it is."</p> }.into_any()
            } else {
                view! { <ul class="flex flex-col divide-y divide-tt-border">{list}</ul> }.into_any()
            }}
            <details open=is_open>
                <summary class="tt-link cursor-pointer py-2 w-fit">
                    {if is_open { "Set a day" } else { "Add a special day" }}
                </summary>
                <DayForm form=form today=today/>
            </details>
        </section>
    }
}

#[component]
fn Day(day: SpecialDay) -> impl IntoView {
    let date = day.date.to_string();
    let name = format_day_long(day.date);
    let hours = if day.windows.is_empty() {
        "Closed".to_owned()
    } else {
        day.windows
            .iter()
            .map(|window| {
                format!(
                    "{}–{}",
                    format_clock_time(window.start_minute),
                    format_clock_time(window.end_minute)
                )
            })
            .collect::<Vec<_>>()
            .join(", ")
    };
    view! {
        <li class="py-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <div>
                <p class="font-medium"><time datetime=date.clone()>{name.clone()}</time></p>
                <p class="tt-figures">{hours}</p>
                {(!day.note.is_empty()).then(|| view! { <p class="tt-muted text-sm">{day.note}</p> })}
            </div>
            <form method="post" action="/host/hours" class="flex flex-wrap items-center gap-2">
                <input type="hidden" name="form" value=REMOVE_FORM/>
                <input type="hidden" name="date" value=date.clone()/>
                <a class="tt-button tt-button-plain" href=format!("/host/hours?edit={date}#special-days")>
                    "Edit" <span class="sr-only">" " {name.clone()}</span>
                </a>
                <SubmitButton weight=Weight::Quiet>
                    "Remove" <span class="sr-only">" " {name}</span>
                </SubmitButton>
            </form>
        </li>
    }
}

#[component]
fn DayForm(form: FormState, today: Date) -> impl IntoView {
    let kinds = vec![
        Choice::plain("closed", "Closed all day"),
        Choice::plain("hours", "Other hours"),
    ];
    let mut rows = read_rows(form.values(), "window");
    if rows.last().is_some_and(WindowForm::is_empty) {
        rows.pop();
    }
    let count = rows.len() + 1;
    let windows = (1..=count)
        .map(|row| {
            view! {
                <WindowRow
                    form=form.clone()
                    prefix="window"
                    row=row
                    spoken=format!("Hours {row}")
                    focus=form.value("do") == "add" && row == count
                />
            }
        })
        .collect_view();
    view! {
        <form method="post" action="/host/hours" class="flex flex-col gap-4 pt-2 group">
            <input type="hidden" name="form" value=FORM/>
            // Pressing Enter in a field presses the form's first button: that has to be the one that saves.
            <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">"Save"</button>
            <FormSummary form=form.clone()/>
            <TextField form=form.clone() name="date" label="Day" kind="date" min=today.to_string()/>
            <RadioField form=form.clone() name="kind" legend="On this day" ids="day" options=kinds/>
            <div class="flex flex-col gap-2 items-start group-has-[#day-closed:checked]:hidden">
                {windows}
                <button type="submit" class="tt-button tt-button-plain" name="do" value="add" formnovalidate>
                    "Add a window"
                </button>
            </div>
            <TextField
                form=form
                name="note"
                label="Note"
                hint="For you alone, such as “School holidays”."
                maxlength=200
                optional=true
            />
            <p><SubmitButton weight=Weight::Quiet>"Save this day"</SubmitButton></p>
        </form>
    }
}

fn stored_values(edited: Option<&SpecialDay>) -> Values {
    let Some(day) = edited else {
        return Values::from_pairs([("kind", "closed")]);
    };
    let rows: Vec<WindowForm> = day
        .windows
        .iter()
        .map(|window| WindowForm::of(window.start_minute, window.end_minute))
        .collect();
    let kind = if rows.is_empty() { "closed" } else { "hours" };
    let mut pairs = write_rows("window", &rows);
    pairs.extend([
        ("date".to_owned(), day.date.to_string()),
        ("kind".to_owned(), kind.to_owned()),
        ("note".to_owned(), day.note.clone()),
    ]);
    Values::from_pairs(pairs)
}

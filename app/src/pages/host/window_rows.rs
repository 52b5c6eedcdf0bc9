//! Rows of from–to: between form fields and the use cases' rows, and as they are drawn.

use leptos::prelude::*;
use timetap_usecases::hosts::WindowForm;

use crate::components::icon::{Icon, IconView};
use crate::page::form::{FormState, Values};

/// More rows than this of one day are not read: no browser form of ours has them.
const MAX_ROWS: usize = 40;

/// The rows `{prefix}-1-from`, `{prefix}-1-to`, … up to the last one that was sent, empty ones included, so that numbers
/// of rows and fields agree.
pub fn read_rows(values: &Values, prefix: &str) -> Vec<WindowForm> {
    (1..=MAX_ROWS)
        .map_while(|row| {
            let from = values.get(&field(prefix, row, "from"));
            let to = values.get(&field(prefix, row, "to"));
            (from.is_some() || to.is_some()).then(|| WindowForm {
                from: from.unwrap_or_default().to_owned(),
                to: to.unwrap_or_default().to_owned(),
            })
        })
        .collect()
}

/// The fields of these rows, numbered from 1.
pub fn write_rows(prefix: &str, rows: &[WindowForm]) -> Vec<(String, String)> {
    rows.iter()
        .zip(1..)
        .flat_map(|(row, number)| {
            [
                (field(prefix, number, "from"), row.from.clone()),
                (field(prefix, number, "to"), row.to.clone()),
            ]
        })
        .collect()
}

/// The name of a field.
pub fn field(prefix: &str, row: usize, end: &str) -> String {
    format!("{prefix}-{row}-{end}")
}

/// One row: two times, perhaps a button that removes it, and what is wrong with it.
#[component]
pub fn WindowRow(
    form: FormState,
    /// Begins the names of its fields.
    #[prop(into)]
    prefix: String,
    /// Counted from 1.
    row: usize,
    /// What screen readers say before "from" and "to": "Monday, hours 1".
    #[prop(into)]
    spoken: String,
    /// The value of the removing button, where there is one.
    #[prop(optional, into)]
    remove: Option<String>,
    /// Whether the row takes the focus when the page is shown.
    #[prop(default = false)]
    focus: bool,
) -> impl IntoView {
    let (from, to) = (field(&prefix, row, "from"), field(&prefix, row, "to"));
    let error = form.error(&from).or_else(|| form.error(&to));
    let error_id = error.as_ref().map(|_| format!("{prefix}-{row}-error"));
    let (from_wrong, to_wrong) = (form.error(&from).is_some(), form.error(&to).is_some());
    let next_day = describe_next_day(&form.value(&from), &form.value(&to)).filter(|_| error.is_none());
    view! {
        <div>
            <div class="flex flex-wrap items-center gap-1.5">
                <input
                    class="tt-input tt-figures w-[6.5rem] sm:w-34 px-2 sm:px-3"
                    type="time"
                    id=format!("field-{from}")
                    name=from.clone()
                    value=form.value(&from)
                    aria-label=format!("{spoken}, from")
                    aria-describedby=error_id.clone()
                    aria-invalid=from_wrong.then_some("true")
                    autofocus=focus
                />
                <span aria-hidden="true">"–"</span>
                <input
                    class="tt-input tt-figures w-[6.5rem] sm:w-34 px-2 sm:px-3"
                    type="time"
                    id=format!("field-{to}")
                    name=to.clone()
                    value=form.value(&to)
                    aria-label=format!("{spoken}, to")
                    aria-describedby=error_id.clone()
                    aria-invalid=to_wrong.then_some("true")
                />
                {remove.map(|value| view! {
                    <button
                        type="submit"
                        class="tt-button tt-button-quiet px-2.5"
                        name="do"
                        value=value
                        formnovalidate
                        aria-label=format!("Remove {spoken}")
                        title="Remove"
                    >
                        <IconView icon=Icon::Cross size=18/>
                    </button>
                })}
            </div>
            {next_day.map(|words| view! { <p class="tt-muted text-sm mt-1">{words}</p> })}
            {error.map(|error| view! {
                <p class="tt-error" id=error_id><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </div>
    }
}

/// What is not plain from two times: that the end is midnight, or lies on the next day.
fn describe_next_day(from: &str, to: &str) -> Option<&'static str> {
    // Times of a time field are of one width, so that they compare as they follow each other.
    match (from, to) {
        ("", _) | (_, "") => None,
        (_, "00:00") => Some("Until midnight"),
        (from, to) if to <= from => Some("Ends on the next day"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_written() {
        let rows = vec![
            WindowForm::of(540, 720),
            WindowForm::default(),
            WindowForm::of(1320, 1560),
        ];
        let values = Values::from_pairs(write_rows("mon", &rows));
        assert_eq!(read_rows(&values, "mon"), rows);
        assert!(read_rows(&values, "tue").is_empty());
    }

    #[test]
    fn an_end_that_is_not_plain_is_told() {
        assert_eq!(describe_next_day("22:00", "02:00"), Some("Ends on the next day"));
        assert_eq!(describe_next_day("22:00", "00:00"), Some("Until midnight"));
        assert_eq!(describe_next_day("09:00", "17:00"), None);
        assert_eq!(describe_next_day("09:00", ""), None);
    }
}

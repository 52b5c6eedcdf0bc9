//! The questions of a service in its form: between fields and the use case's rows, and as they are drawn.

use leptos::prelude::*;
use timetap_core::questions::{MAX_LABEL, MAX_QUESTIONS};
use timetap_usecases::hosts::QuestionForm;

use crate::components::field::{CheckField, SelectField, TextAreaField, TextField};
use crate::page::form::{FormState, Values};

/// The rows `question-1-id`, `question-1-label`, … up to the last one that was sent.
pub fn read_questions(values: &Values) -> Vec<QuestionForm> {
    // One more than allowed, so that too many are refused and not dropped.
    (1..=MAX_QUESTIONS + 1)
        .map_while(|row| {
            let text = |part: &str| values.text(&field(row, part)).to_owned();
            values.get(&field(row, "label"))?;
            Some(QuestionForm {
                id: text("id"),
                label: text("label"),
                kind: text("kind"),
                options: text("options"),
                required: values.get(&field(row, "required")).is_some(),
            })
        })
        .collect()
}

/// The fields of these rows, numbered from 1.
pub fn write_questions(rows: &[QuestionForm]) -> Vec<(String, String)> {
    rows.iter()
        .zip(1..)
        .flat_map(|(row, number)| {
            let mut pairs = vec![
                (field(number, "id"), row.id.clone()),
                (field(number, "label"), row.label.clone()),
                (field(number, "kind"), row.kind.clone()),
                (field(number, "options"), row.options.clone()),
            ];
            if row.required {
                pairs.push((field(number, "required"), "yes".to_owned()));
            }
            pairs
        })
        .collect()
}

/// An empty row with an id that none of `rows` has.
pub fn new_question(rows: &[QuestionForm]) -> QuestionForm {
    let taken = rows
        .iter()
        .filter_map(|row| row.id.strip_prefix('q')?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    QuestionForm {
        id: format!("q{}", taken.saturating_add(1)),
        kind: "line".to_owned(),
        ..QuestionForm::default()
    }
}

/// Does what a button of the editor says: `add-question`, `remove-question-2`, `question-up-2`, `question-down-2`.
/// Returns whether it is such a button.
pub fn edit_questions(rows: &mut Vec<QuestionForm>, button: &str) -> bool {
    if button == "add-question" {
        if rows.len() < MAX_QUESTIONS {
            rows.push(new_question(rows));
        }
        return true;
    }
    let index = |prefix: &str| {
        let row: usize = button.strip_prefix(prefix)?.parse().ok()?;
        row.checked_sub(1).filter(|index| *index < rows.len())
    };
    let (remove, up, down) = (
        index("remove-question-"),
        index("question-up-"),
        index("question-down-"),
    );
    if let Some(at) = remove {
        rows.remove(at);
    } else if let Some(at) = up {
        rows.swap(at, at.saturating_sub(1));
    } else if let Some(at) = down {
        let last = rows.len() - 1;
        rows.swap(at, (at + 1).min(last));
    } else {
        return false;
    }
    true
}

fn field(row: usize, part: &str) -> String {
    format!("question-{row}-{part}")
}

/// All rows with the buttons that add, remove and move them.
#[component]
pub fn QuestionRows(form: FormState) -> impl IntoView {
    let count = read_questions(form.values()).len();
    let rows = (1..=count)
        .map(|row| view! { <QuestionRow form=form.clone() row=row count=count/> })
        .collect_view();
    view! {
        <fieldset class="flex flex-col gap-4 min-w-0">
            <legend class="font-bold text-lg">"Questions"</legend>
            <p class="tt-muted">
                {if count == 0 {
                    "Name and e-mail are always asked. Add what else you need to know."
                } else {
                    "Asked after name and e-mail. Clear a question to leave it out."
                }}
            </p>
            {rows}
            {(count < MAX_QUESTIONS).then(|| view! {
                <p>
                    <button type="submit" class="tt-button tt-button-quiet" name="do" value="add-question" formnovalidate>
                        "Add a question"
                    </button>
                </p>
            })}
        </fieldset>
    }
}

#[component]
fn QuestionRow(form: FormState, row: usize, count: usize) -> impl IntoView {
    let kinds = [
        ("line", "One line"),
        ("block", "Several lines"),
        ("choice", "One of several options"),
        ("checkbox", "A box to tick"),
    ]
    .map(|(value, label)| (value.to_owned(), label.to_owned()))
    .to_vec();
    let id = form.value(&field(row, "id"));
    let button = |value: String, text: &'static str| {
        view! {
            <button type="submit" class="tt-button tt-button-plain" name="do" value=value formnovalidate>
                {text} <span class="sr-only">" question " {row}</span>
            </button>
        }
    };
    view! {
        <fieldset class="group flex flex-col gap-4 border border-tt-border rounded-control p-4 min-w-0">
            <legend class="px-1 font-medium">"Question " {row}</legend>
            <input type="hidden" name=field(row, "id") value=id/>
            <TextField
                form=form.clone()
                name=field(row, "label")
                label="What customers read"
                maxlength=u16::try_from(MAX_LABEL).unwrap_or(200)
                conditional=true
            />
            <SelectField form=form.clone() name=field(row, "kind") label="Answered by" options=kinds/>
            <div class="hidden group-has-[option[value=choice]:checked]:block">
                <TextAreaField
                    form=form.clone()
                    name=field(row, "options")
                    label="Options"
                    hint="One a line."
                    maxlength=7000
                    conditional=true
                />
            </div>
            <CheckField form=form name=field(row, "required") label="Needs an answer"/>
            <div class="flex flex-wrap gap-1">
                {(row > 1).then(|| button(format!("question-up-{row}"), "Move up"))}
                {(row < count).then(|| button(format!("question-down-{row}"), "Move down"))}
                {button(format!("remove-question-{row}"), "Remove")}
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, label: &str) -> QuestionForm {
        QuestionForm {
            id: id.to_owned(),
            label: label.to_owned(),
            kind: "line".to_owned(),
            ..QuestionForm::default()
        }
    }

    fn ids(rows: &[QuestionForm]) -> Vec<&str> {
        rows.iter().map(|row| row.id.as_str()).collect()
    }

    #[test]
    fn rows_come_back_as_they_were_written() {
        let mut rows = vec![row("q1", "Goal?"), row("q7", "")];
        rows[0].required = true;
        rows[1].options = "a\nb".to_owned();
        assert_eq!(read_questions(&Values::from_pairs(write_questions(&rows))), rows);
    }

    #[test]
    fn buttons_add_move_and_remove() {
        let mut rows = vec![row("q1", "A"), row("q4", "B")];
        assert!(edit_questions(&mut rows, "add-question"));
        assert_eq!(ids(&rows), ["q1", "q4", "q5"]);
        assert!(edit_questions(&mut rows, "question-up-3"));
        assert_eq!(ids(&rows), ["q1", "q5", "q4"]);
        assert!(edit_questions(&mut rows, "question-up-1"));
        assert!(edit_questions(&mut rows, "question-down-3"));
        assert_eq!(ids(&rows), ["q1", "q5", "q4"]);
        assert!(edit_questions(&mut rows, "question-down-1"));
        assert_eq!(ids(&rows), ["q5", "q1", "q4"]);
        assert!(edit_questions(&mut rows, "remove-question-1"));
        assert_eq!(ids(&rows), ["q1", "q4"]);
    }

    #[test]
    fn other_buttons_change_nothing() {
        let mut rows = vec![row("q1", "A")];
        for button in ["", "save", "remove-question-2", "remove-question-0", "question-up-x"] {
            assert!(!edit_questions(&mut rows, button), "{button}");
        }
        assert_eq!(ids(&rows), ["q1"]);
    }
}

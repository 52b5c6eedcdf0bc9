//! The host's own questions in the booking form, and their answers wherever they are read.

use leptos::prelude::*;
use timetap_core::questions::{Answer, MAX_BLOCK, MAX_LINE, Question, QuestionKind};

use crate::components::field::{CheckField, SelectField, TextAreaField, TextField};
use crate::page::form::FormState;

/// The field of one question; its name is `answer-{id}`.
#[component]
pub fn QuestionField(form: FormState, question: Question) -> impl IntoView {
    let name = format!("answer-{}", question.id);
    let optional = !question.required;
    let length = |max: usize| u16::try_from(max).unwrap_or(u16::MAX);
    match question.kind {
        QuestionKind::Line => view! {
            <TextField form=form name=name label=question.label optional=optional maxlength=length(MAX_LINE)/>
        }
        .into_any(),
        QuestionKind::Block => view! {
            <TextAreaField form=form name=name label=question.label optional=optional maxlength=length(MAX_BLOCK)/>
        }
        .into_any(),
        QuestionKind::Choice { options } => {
            let options = std::iter::once((String::new(), "Please choose".to_owned()))
                .chain(options.into_iter().map(|option| (option.clone(), option)))
                .collect();
            view! { <SelectField form=form name=name label=question.label options=options optional=optional/> }
                .into_any()
        }
        QuestionKind::Checkbox => view! { <CheckField form=form name=name label=question.label/> }.into_any(),
    }
}

/// Questions with their answers.
#[component]
pub fn Answers(answers: Vec<Answer>) -> impl IntoView {
    answers
        .into_iter()
        .map(|answer| {
            view! {
                <dt class="tt-muted">{answer.label}</dt>
                <dd class="whitespace-pre-line">{answer.value}</dd>
            }
        })
        .collect_view()
}

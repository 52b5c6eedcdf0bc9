//! Who takes part in a thing: asked once for each place.

use leptos::prelude::*;
use timetap_core::orders::{MAX_PARTICIPANT_TEXT, Participant, ServiceKind};
use timetap_usecases::carts::CartLine;

use crate::components::field::{TextAreaField, TextField};
use crate::page::form::FormState;

/// The stored values of the fields, from what the cart knows.
pub fn stored_participants(line: &CartLine) -> Vec<(String, String)> {
    let values = |(index, one): (usize, &Participant)| {
        let field = |part: &str| format!("p-{}-{}-{part}", line.item.id, index + 1);
        [
            (field("name"), one.name.clone()),
            (field("age"), one.age.map(|age| age.to_string()).unwrap_or_default()),
            (
                field("born"),
                one.birth_date.map(|date| date.to_string()).unwrap_or_default(),
            ),
            (field("allergies"), one.allergies.clone().unwrap_or_default()),
            (field("notes"), one.notes.clone().unwrap_or_default()),
        ]
    };
    line.participants.iter().enumerate().flat_map(values).collect()
}

/// The fields of all participants of a thing. Where there are no seats, one may say whom it is for.
#[component]
pub fn ParticipantFields(form: FormState, line: CartLine) -> impl IntoView {
    let kind = line.ware.kind;
    let count = line.item.quantity;
    if !kind.has_seats() {
        let fields = one(form, &line, 1);
        let summary = match kind {
            ServiceKind::Party => "Whose party is it?",
            _ => "Is it for somebody else?",
        };
        let opened = !line.participants.is_empty();
        return view! {
            <details class="tt-fold" open=opened>
                <summary class="tt-link inline-flex items-center min-h-11">{summary}</summary>
                <div class="flex flex-col gap-4 pt-2">{fields}</div>
            </details>
        }
        .into_any();
    }
    let people: Vec<_> = (1..=count)
        .map(|number| {
            let legend = if count == 1 {
                "Participant".to_owned()
            } else {
                format!("Participant {number}")
            };
            let fields = one(form.clone(), &line, number);
            view! {
                <fieldset class="flex flex-col gap-4 min-w-0">
                    <legend class="font-medium pb-2">{legend}</legend>
                    {fields}
                </fieldset>
            }
        })
        .collect();
    view! { <div class="flex flex-col gap-6">{people}</div> }.into_any()
}

fn one(form: FormState, line: &CartLine, number: i64) -> impl IntoView + use<> {
    let field = |part: &str| format!("p-{}-{number}-{part}", line.item.id);
    let camp = line.ware.kind == ServiceKind::Camp;
    let needed = line.ware.kind.has_seats();
    let longest = u16::try_from(MAX_PARTICIPANT_TEXT).unwrap_or(1000);
    let born_hint = if camp {
        "Or this instead of the age."
    } else {
        "If it matters."
    };
    view! {
        <TextField form=form.clone() name=field("name") label="Name" autocomplete="off" maxlength=120 optional=!needed/>
        <div class="grid sm:grid-cols-2 gap-4 items-start">
            <TextField
                form=form.clone()
                name=field("age")
                label="Age"
                hint="In whole years."
                inputmode="numeric"
                autocomplete="off"
                maxlength=3
                conditional=camp
                optional=!camp
            />
            <TextField
                form=form.clone()
                name=field("born")
                label="Date of birth"
                kind="date"
                hint=born_hint
                autocomplete="off"
                conditional=camp
                optional=!camp
            />
        </div>
        <div class="grid sm:grid-cols-2 gap-4">
            <TextAreaField form=form.clone() name=field("allergies") label="Allergies" maxlength=longest rows=2 optional=true/>
            <TextAreaField form=form name=field("notes") label="What we should know" maxlength=longest rows=2 optional=true/>
        </div>
    }
}

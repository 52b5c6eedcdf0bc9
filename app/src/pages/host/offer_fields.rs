//! What a service is, what it costs, who serves and in which room.

use leptos::prelude::*;
use timetap_core::orders::ServiceKind;
use timetap_usecases::catalogue::Choices;

use crate::components::choices::{CheckFields, Choice, HEADING, RadioField};
use crate::components::field::TextField;
use crate::page::form::FormState;

/// The fields; `host` is whose service it is, in a word. What belongs to one kind only is shown once that kind is chosen;
/// without style sheets all of them are.
#[component]
pub fn OfferFields(form: FormState, choices: Choices, host: String) -> impl IntoView {
    view! {
        <div class="group/kind flex flex-col gap-6">
            <KindField form=form.clone()/>
            <div class="group-has-[#kind-camp:checked]/kind:hidden">
                <TextField
                    form=form.clone()
                    name="duration_minutes"
                    label="Duration in minutes"
                    kind="number"
                    inputmode="numeric"
                    min="5"
                    max="1440"
                    conditional=true
                />
            </div>
            <PriceFields form=form.clone()/>
            <div class="hidden group-has-[#kind-session:checked]/kind:block group-has-[#kind-party:checked]/kind:block">
                <PeopleFields form=form choices=choices host=host/>
            </div>
            <p class="hidden tt-muted group-has-[#kind-camp:checked]/kind:block">
                "Save it first; then add its dates with their hours, people and seats."
            </p>
            <p class="hidden tt-muted group-has-[#kind-subscription:checked]/kind:block">
                "Save it first; then add its weekly times with their people and places. It is paid week by week."
            </p>
        </div>
    }
}

#[component]
fn KindField(form: FormState) -> impl IntoView {
    let below = |kind: ServiceKind| match kind {
        ServiceKind::Session => "One to one, at a time that the customer chooses.",
        ServiceKind::Camp => "On dates that you set, for one or several days, with seats.",
        ServiceKind::Party => "At a time that the customer chooses, with a host and perhaps a room.",
        ServiceKind::Subscription => "Every week at the same time, with places, paid as it goes.",
    };
    let kinds = ServiceKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), kind.label(), below(*kind)))
        .collect();
    view! { <RadioField form=form name="kind" legend="What it is" ids="kind" options=kinds large=true/> }
}

#[component]
fn PriceFields(form: FormState) -> impl IntoView {
    view! {
        <fieldset class="flex flex-col gap-4 min-w-0">
            <legend class=HEADING>"What it costs"</legend>
            <div class="grid grid-cols-[1fr_7rem] gap-4">
                <TextField
                    form=form.clone()
                    name="price"
                    label="Price"
                    hint="For one session, seat or week; empty for free."
                    inputmode="decimal"
                    maxlength=12
                    autocomplete="off"
                    optional=true
                />
                <TextField
                    form=form.clone()
                    name="currency"
                    label="Currency"
                    hint="Such as EUR."
                    maxlength=3
                    autocomplete="off"
                    conditional=true
                />
            </div>
            <div class="grid sm:grid-cols-2 gap-4">
                <TextField
                    form=form.clone()
                    name="refund_until_hours"
                    label="Free to cancel until"
                    hint="Hours before it begins. All is paid back."
                    kind="number"
                    inputmode="numeric"
                    min="0"
                    max="8760"
                    conditional=true
                />
                <TextField
                    form=form
                    name="late_refund_percent"
                    label="Paid back later than that"
                    hint="Per cent, from 0 to 100. What is bought keeps the rules of its day."
                    kind="number"
                    inputmode="numeric"
                    min="0"
                    max="100"
                    conditional=true
                />
            </div>
        </fieldset>
    }
}

/// Who serves and where; nothing where there is nothing to choose.
#[component]
fn PeopleFields(form: FormState, choices: Choices, host: String) -> impl IntoView {
    let people = (choices.people.len() > 1).then(|| {
        let people = choices
            .people
            .into_iter()
            .map(|(id, name)| Choice::plain(&id.to_string(), &name));
        view! {
            <CheckFields
                form=form.clone()
                name="staff"
                legend="Who serves"
                hint=format!("Of several, whoever has least to do gets the booking. Nobody ticked means {host}.")
                options=people.collect()
            />
        }
    });
    let rooms = (!choices.rooms.is_empty()).then(|| {
        let rooms = choices
            .rooms
            .into_iter()
            .map(|room| Choice::new(&room.id.to_string(), &room.name, &room.address));
        view! {
            <CheckFields
                form=form
                name="rooms"
                legend="Rooms"
                hint="Each booking takes one that is free. None ticked means that it needs no room."
                options=rooms.collect()
            />
        }
    });
    view! { <div class="flex flex-col gap-6">{people} {rooms}</div> }
}

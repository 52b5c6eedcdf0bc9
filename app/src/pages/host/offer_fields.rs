//! What a service is, what it costs, who serves and in which room.

use leptos::prelude::*;
use timetap_core::orders::ServiceKind;
use timetap_usecases::catalogue::Choices;

use crate::components::field::TextField;
use crate::components::icon::{Icon, IconView};
use crate::page::form::FormState;

const HEADING: &str = "font-bold text-lg mb-1";

/// The fields. What belongs to one kind only is shown once that kind is chosen; without style sheets all of them are.
#[component]
pub fn OfferFields(form: FormState, choices: Choices) -> impl IntoView {
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
                <PeopleFields form=form choices=choices/>
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
    let chosen = form.value("kind");
    let error = form.error("kind");
    let hint = |kind: ServiceKind| match kind {
        ServiceKind::Session => "One to one, at a time that the customer chooses.",
        ServiceKind::Camp => "On dates that you set, for one or several days, with seats.",
        ServiceKind::Party => "At a time that the customer chooses, with a host and perhaps a room.",
        ServiceKind::Subscription => "Every week at the same time, with places, paid as it goes.",
    };
    let kinds = ServiceKind::ALL
        .iter()
        .map(|kind| {
            view! {
                <label class="tt-check">
                    <input
                        type="radio"
                        name="kind"
                        id=format!("kind-{}", kind.as_str())
                        value=kind.as_str()
                        checked=chosen == kind.as_str()
                        required
                    />
                    <span>{kind.label()}<span class="block tt-muted text-sm">{hint(*kind)}</span></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset
            class="flex flex-col gap-3 min-w-0"
            id="field-kind"
            aria-describedby=error.as_ref().map(|_| "field-kind-error")
        >
            <legend class=HEADING>"What it is"</legend>
            <div class="grid sm:grid-cols-2 gap-x-6">{kinds}</div>
            {error.clone().map(|error| view! {
                <p class="tt-error" id="field-kind-error"><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </fieldset>
    }
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
                    hint="Per cent, from 0 to 100."
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
fn PeopleFields(form: FormState, choices: Choices) -> impl IntoView {
    let people = (choices.people.len() > 1).then(|| {
        let people = choices
            .people
            .into_iter()
            .map(|(id, name)| (id.to_string(), name, String::new()));
        view! {
            <Boxes
                form=form.clone()
                name="staff"
                legend="Who serves"
                hint="Of several, whoever has least to do gets the booking. Nobody ticked means you."
                options=people.collect()
            />
        }
    });
    let rooms = (!choices.rooms.is_empty()).then(|| {
        let rooms = choices
            .rooms
            .into_iter()
            .map(|room| (room.id.to_string(), room.name, room.address));
        view! {
            <Boxes
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

/// Several boxes of one name: value, label, and a line below it.
#[component]
fn Boxes(
    form: FormState,
    name: &'static str,
    legend: &'static str,
    hint: &'static str,
    options: Vec<(String, String, String)>,
) -> impl IntoView {
    let error = form.error(name);
    let error_id = format!("field-{name}-error");
    let boxes = options
        .into_iter()
        .map(|(value, label, below)| {
            let checked = form.chosen(name, &value);
            view! {
                <label class="tt-check">
                    <input type="checkbox" name=name value=value checked=checked/>
                    <span>
                        {label}
                        {(!below.is_empty()).then(|| view! { <span class="block tt-muted text-sm">{below}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset
            class="flex flex-col gap-2 min-w-0"
            id=format!("field-{name}")
            aria-describedby=error.as_ref().map(|_| error_id.clone())
        >
            <legend class=HEADING>{legend}</legend>
            <p class="tt-hint">{hint}</p>
            <div class="grid sm:grid-cols-2 gap-x-6">{boxes}</div>
            {error.clone().map(|error| view! {
                <p class="tt-error" id=error_id.clone()><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </fieldset>
    }
}

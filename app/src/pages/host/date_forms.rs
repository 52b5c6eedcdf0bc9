//! The forms that add a date or a weekly time, and the one that changes how many seats there are.

use leptos::prelude::*;
use timetap_core::orders::CampHours;
use timetap_usecases::catalogue::{RoomView, TeamMember};
use timetap_usecases::hosts::WEEKDAYS;
use uuid::Uuid;

use crate::components::button::{SubmitButton, Weight};
use crate::components::choices::{Choice, RadioField};
use crate::components::field::{SelectField, TextField};
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};

/// The form that adds a date.
pub const ADD_DATE: &str = "add-date";
/// The form that adds a weekly time.
pub const ADD_WEEKLY: &str = "add-weekly";

/// Who and where, out of those there are; the host comes first.
#[component]
fn PeopleFields(form: FormState, host: (Uuid, String), team: Vec<TeamMember>, rooms: Vec<RoomView>) -> impl IntoView {
    let staff = (team.len() > 1).then(|| {
        let (host_id, host) = host;
        let others = team.into_iter().filter(|member| member.user_id != host_id);
        let others = others.map(|member| (member.user_id.to_string(), member.name));
        view! {
            <SelectField
                form=form.clone()
                name="staff"
                label="Who serves"
                options=std::iter::once((String::new(), host)).chain(others).collect()
                optional=true
            />
        }
    });
    let room = (!rooms.is_empty()).then(|| {
        let none = (String::new(), "No room".to_owned());
        let rooms = rooms.into_iter().map(|room| (room.id.to_string(), room.name));
        view! {
            <SelectField
                form=form
                name="room"
                label="Room"
                options=std::iter::once(none).chain(rooms).collect()
                optional=true
            />
        }
    });
    view! { {staff} {room} }
}

/// One more date of a camp; `host` is whose service it is, and in a word.
#[component]
pub fn AddDate(
    host: (Uuid, String),
    team: Vec<TeamMember>,
    rooms: Vec<RoomView>,
    action: String,
    today: String,
) -> impl IntoView {
    let stored = Values::from_pairs([("days", "1"), ("hours", CampHours::Day.as_str()), ("seats", "10")]);
    let form = FormState::new(ADD_DATE, stored);
    let hours = CampHours::ALL
        .iter()
        .map(|hours| Choice::plain(hours.as_str(), hours.label()))
        .collect();
    view! {
        <section class="tt-card" aria-labelledby="add-heading" id="add">
            <form method="post" action=action class="group flex flex-col gap-4">
                <h2 id="add-heading">"Add a date"</h2>
                <input type="hidden" name="form" value=ADD_DATE/>
                <FormSummary form=form.clone()/>
                <div class="grid grid-cols-[1fr_6rem] gap-4">
                    <TextField form=form.clone() name="first_date" label="First day" kind="date" min=today/>
                    <TextField form=form.clone() name="days" label="Days" kind="number" inputmode="numeric" min="1" max="60"/>
                </div>
                <RadioField form=form.clone() name="hours" legend="Hours of each day" ids="hours" options=hours/>
                <div class="hidden group-has-[#hours-timed:checked]:grid grid-cols-2 gap-4">
                    <TextField form=form.clone() name="from" label="From" kind="time" conditional=true/>
                    <TextField form=form.clone() name="until" label="Until" kind="time" conditional=true/>
                </div>
                <PeopleFields form=form.clone() host=host team=team rooms=rooms/>
                <TextField form=form name="seats" label="Seats" kind="number" inputmode="numeric" min="1" max="1000"/>
                <p><SubmitButton>"Add this date"</SubmitButton></p>
            </form>
        </section>
    }
}

/// One more weekly time; `host` is whose service it is, and in a word.
#[component]
pub fn AddWeeklyTime(
    host: (Uuid, String),
    team: Vec<TeamMember>,
    rooms: Vec<RoomView>,
    action: String,
    today: String,
) -> impl IntoView {
    let stored = Values::from_pairs([
        ("weekday", "1"),
        ("from", "17:00"),
        ("seats", "1"),
        ("first_date", today.as_str()),
    ]);
    let form = FormState::new(ADD_WEEKLY, stored);
    let days = (1..)
        .zip(WEEKDAYS)
        .map(|(number, (_, name, ..)): (i32, _)| (number.to_string(), name.to_owned()));
    view! {
        <section class="tt-card" aria-labelledby="add-heading" id="add">
            <form method="post" action=action class="flex flex-col gap-4">
                <h2 id="add-heading">"Add a weekly time"</h2>
                <input type="hidden" name="form" value=ADD_WEEKLY/>
                <FormSummary form=form.clone()/>
                <div class="grid grid-cols-2 gap-4">
                    <SelectField form=form.clone() name="weekday" label="Day" options=days.collect()/>
                    <TextField form=form.clone() name="from" label="Begins at" kind="time"/>
                </div>
                <div class="grid sm:grid-cols-2 gap-4">
                    <TextField form=form.clone() name="first_date" label="First day" kind="date" min=today.clone() optional=true/>
                    <TextField form=form.clone() name="last_date" label="Last day" kind="date" min=today optional=true/>
                </div>
                <PeopleFields form=form.clone() host=host team=team rooms=rooms/>
                <TextField form=form name="seats" label="Places" kind="number" inputmode="numeric" min="1" max="1000"/>
                <p><SubmitButton>"Add this time"</SubmitButton></p>
            </form>
        </section>
    }
}

/// How many seats there are; `which` is the name of the hidden field and the id in it.
#[component]
pub fn SeatsForm(action: String, which: (&'static str, String), seats: i64, spoken: String) -> impl IntoView {
    let (name, id) = which;
    let field = format!("seats-{id}");
    view! {
        <form method="post" action=action class="flex items-end gap-2">
            <input type="hidden" name="form" value="change"/>
            <input type="hidden" name=name value=id/>
            <div class="w-24">
                <label class="tt-label" for=field.clone()>"Seats" <span class="sr-only">" on " {spoken.clone()}</span></label>
                <input
                    class="tt-input"
                    id=field
                    name="seats"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max="1000"
                    value=seats.to_string()
                    required
                />
            </div>
            <SubmitButton weight=Weight::Quiet name="do" value="seats">
                "Save" <span class="sr-only">" the seats on " {spoken}</span>
            </SubmitButton>
        </form>
    }
}

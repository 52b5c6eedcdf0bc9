//! One person in the list, with what an administrator may change.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_core::role::Role;
use timetap_usecases::accounts::list_people::Person;
use uuid::Uuid;

use crate::components::Tone;
use crate::components::button::Weight;
use crate::components::chip::Chip;
use crate::components::icon::Icon;
use crate::page::ago::{ago, exactly};

/// How a role is called where people read it.
pub fn role_label(role: Role) -> &'static str {
    match role {
        Role::Customer => "Customer",
        Role::Staff => "Staff",
        Role::Manager => "Manager",
        Role::Admin => "Administrator",
    }
}

/// The row. `place` is the address of the list to come back to.
#[component]
pub fn PersonRow(
    person: Person,
    managers: Vec<(Uuid, String)>,
    own: bool,
    now: Timestamp,
    place: String,
) -> impl IntoView {
    let id = person.id.to_string();
    let select_id = format!("role-{id}");
    let options = Role::ALL
        .iter()
        .map(|role| {
            let selected = *role == person.role;
            view! { <option value=role.as_str() selected=selected>{role_label(*role)}</option> }
        })
        .collect_view();
    let reports = person.role.is_host().then(|| {
        view! { <ReportsTo person=person.clone() managers=managers place=place.clone()/> }
    });
    let (word, wanted, weight) = if person.disabled {
        ("Enable", "enabled", Weight::Quiet)
    } else {
        ("Disable", "disabled", Weight::Danger)
    };
    let label = format!("{word} {}", person.name);
    let save_label = format!("Save the role of {}", person.name);
    let disable = (!own).then(|| {
        view! {
            <form method="post" action=place.clone()>
                <input type="hidden" name="form" value="access"/>
                <input type="hidden" name="id" value=id.clone()/>
                <button type="submit" name="access" value=wanted class=weight.class() aria-label=label>{word}</button>
            </form>
        }
    });
    view! {
        <li class="py-4 flex flex-wrap items-center justify-between gap-4">
            <div class="min-w-60 grow">
                <p class="flex flex-wrap items-center gap-2">
                    <span class="font-medium">{person.name.clone()}</span>
                    {own.then(|| view! { <Chip>"You"</Chip> })}
                    {(!person.verified).then(|| view! { <Chip tone=Tone::Warning icon=Icon::Mail>"Not confirmed"</Chip> })}
                    {person.disabled.then(|| view! { <Chip tone=Tone::Danger icon=Icon::Cross>"Disabled"</Chip> })}
                </p>
                <p>{person.email.clone()}</p>
                <p class="tt-muted text-sm">
                    "Account made "
                    <time datetime=person.since.to_string() title=exactly(person.since)>{ago(person.since, now)}</time>
                </p>
            </div>
            <div class="flex flex-wrap items-end gap-3">
                <form method="post" action=place class="flex items-end gap-3">
                    <input type="hidden" name="form" value="role"/>
                    <input type="hidden" name="id" value=id/>
                    <div>
                        <label class="tt-label" for=select_id.clone()>
                            "Role"<span class="sr-only">{format!(" of {}", person.name)}</span>
                        </label>
                        <select class="tt-input" id=select_id name="role">{options}</select>
                    </div>
                    <button type="submit" class=Weight::Quiet.class() aria-label=save_label>"Save"</button>
                </form>
                {reports}
                {disable}
            </div>
        </li>
    }
}

/// To whom a member of staff reports; nothing where nobody else could be chosen.
#[component]
fn ReportsTo(person: Person, managers: Vec<(Uuid, String)>, place: String) -> impl IntoView {
    let options: Vec<_> = managers
        .into_iter()
        .filter(|(id, _)| *id != person.id)
        .map(|(id, name)| {
            let selected = Some(id) == person.manager_id;
            view! { <option value=id.to_string() selected=selected>{name}</option> }
        })
        .collect();
    (!options.is_empty()).then(|| {
        let select_id = format!("manager-{}", person.id);
        view! {
            <form method="post" action=place class="flex items-end gap-3">
                <input type="hidden" name="form" value="manager"/>
                <input type="hidden" name="id" value=person.id.to_string()/>
                <div>
                    <label class="tt-label" for=select_id.clone()>
                        "Reports to"<span class="sr-only">{format!(" (manager of {})", person.name)}</span>
                    </label>
                    <select class="tt-input" id=select_id name="manager">
                        <option value="">"Nobody"</option>
                        {options}
                    </select>
                </div>
                <button type="submit" class=Weight::Quiet.class() aria-label=format!("Save the manager of {}", person.name)>
                    "Save"
                </button>
            </form>
        }
    })
}

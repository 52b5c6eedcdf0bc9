//! Who works with a manager, and the rooms.

use leptos::prelude::*;
use timetap_core::role::Role;
use timetap_usecases::catalogue::{RoomView, TeamMember, list_looked_after, list_rooms};

use super::access::done_notice;
use super::whose::{bookings_of, services_of};
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::field::{CheckField, TextAreaField, TextField};
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::components::page_title::PageTitle;
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::query::query;
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::admin::person_row::role_label;

/// `/host/team?room=`, for managers and administrators.
#[component]
pub fn TeamPage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    let wanted = query().text("room").to_owned();
    load_page(async move {
        let viewer = viewer.ok_or(PageError::SignIn)?;
        if viewer.role < Role::Manager {
            return Err(PageError::Forbidden);
        }
        let team = list_looked_after(app.db.reader(), &app, viewer.user_id).await?;
        let rooms = list_rooms(&app).await?;
        let edited = rooms.iter().find(|room| room.id.to_string() == wanted).cloned();
        let alone = team.iter().all(|member| member.user_id == viewer.user_id);
        let is_admin = viewer.role.is_admin();
        let members = team
            .into_iter()
            .map(|member| view! { <Member own=member.user_id == viewer.user_id member=member/> })
            .collect_view();
        Ok(view! {
            <PageTitle text="Team and rooms · TimeTap"/>
            <HostLayout current=Section::Team>
                <h1>"Team and rooms"</h1>
                {done_notice(&[("room", "Saved. What is booked in it stays.")])}
                <div class="grid gap-6 lg:grid-cols-2 items-start">
                    <section class="tt-card flex flex-col gap-4" aria-labelledby="team-heading">
                        <h2 id="team-heading">"Team"</h2>
                        {alone.then(|| view! {
                            <p>
                                {if is_admin {
                                    "Nobody else can be booked yet. Under People you make somebody a member of staff; then they open their page."
                                } else {
                                    "Nobody reports to you yet. An administrator says who does."
                                }}
                            </p>
                        })}
                        <ul class="flex flex-col divide-y divide-tt-border">{members}</ul>
                    </section>
                    <RoomsSection rooms=rooms edited=edited/>
                </div>
            </HostLayout>
        })
    })
}

#[component]
fn Member(member: TeamMember, own: bool) -> impl IntoView {
    let ahead = match member.ahead {
        0 => "nothing booked ahead".to_owned(),
        1 => "1 booking ahead".to_owned(),
        several => format!("{several} bookings ahead"),
    };
    let (services, bookings, whose) = if own {
        ("/host/services".to_owned(), "/host/bookings".to_owned(), None)
    } else {
        let of = format!(" of {}", member.name);
        (services_of(member.user_id), bookings_of(member.user_id), Some(of))
    };
    let whose = move || {
        let of = whose.clone();
        of.map(|of| view! { <span class="sr-only">{of}</span> })
    };
    view! {
        <li class="py-3 flex flex-col gap-1">
            <p class="flex flex-wrap items-center gap-2">
                {if member.may_be_booked {
                    view! { <a class="tt-link font-medium" href=format!("/{}", member.slug)>{member.name}</a> }.into_any()
                } else {
                    view! { <span class="font-medium">{member.name}</span> }.into_any()
                }}
                {own.then(|| view! { <Chip>"You"</Chip> })}
                {(!member.may_be_booked).then(|| view! { <Chip>"Not booked any more"</Chip> })}
            </p>
            <p class="tt-muted text-sm break-words">{role_label(member.role)} " · " {member.email} " · " {ahead}</p>
            <p class="flex flex-wrap gap-x-4">
                <a class="tt-link inline-flex items-center min-h-11" href=services>"Services"{whose()}</a>
                <a class="tt-link inline-flex items-center min-h-11" href=bookings>"Bookings"{whose()}</a>
            </p>
        </li>
    }
}

#[component]
fn RoomsSection(rooms: Vec<RoomView>, edited: Option<RoomView>) -> impl IntoView {
    let is_empty = rooms.is_empty();
    let rows = rooms
        .into_iter()
        .map(|room| view! { <RoomRow room=room/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="rooms-heading" id="rooms">
            <div class="flex flex-col gap-1">
                <h2 id="rooms-heading">"Rooms"</h2>
                <p class="tt-muted">"A service that needs one takes a room that is free, and nobody else gets it meanwhile."</p>
            </div>
            {is_empty.then(|| view! { <p>"None yet."</p> })}
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
            <RoomForm edited=edited/>
        </section>
    }
}

#[component]
fn RoomRow(room: RoomView) -> impl IntoView {
    view! {
        <li class="py-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <div>
                <p class="flex flex-wrap items-center gap-2">
                    <span class="font-medium">{room.name.clone()}</span>
                    {(!room.active).then(|| view! { <Chip>"Out of use"</Chip> })}
                </p>
                <p class="tt-muted text-sm whitespace-pre-line">{room.address}</p>
            </div>
            <a class="tt-button tt-button-quiet" href=format!("/host/team?room={}#room-form", room.id)>
                "Edit" <span class="sr-only">" " {room.name}</span>
            </a>
        </li>
    }
}

#[component]
fn RoomForm(edited: Option<RoomView>) -> impl IntoView {
    let mut stored = vec![("active", "yes".to_owned())];
    let heading = match &edited {
        Some(room) => format!("Change {}", room.name),
        None => "Add a room".to_owned(),
    };
    if let Some(room) = &edited {
        stored = vec![("name", room.name.clone()), ("address", room.address.clone())];
        stored.extend(room.active.then(|| ("active", "yes".to_owned())));
    }
    let form = FormState::new("", Values::from_pairs(stored));
    let id = edited.as_ref().map(|room| room.id.to_string());
    let action = id
        .as_ref()
        .map_or_else(|| "/host/team".to_owned(), |id| format!("/host/team?room={id}"));
    view! {
        <form method="post" action=action id="room-form" class="flex flex-col gap-4 border-t border-tt-border pt-4">
            <h3 class="font-bold">{heading}</h3>
            {id.map(|id| view! { <input type="hidden" name="room" value=id/> })}
            <FormSummary form=form.clone()/>
            <TextField form=form.clone() name="name" label="Name" maxlength=80 autocomplete="off"/>
            <TextAreaField
                form=form.clone()
                name="address"
                label="Where it is"
                hint="Customers read it in their confirmation."
                maxlength=300
                rows=2
                optional=true
            />
            <CheckField form=form name="active" label="In use" hint="Untick it to take it out of use. What is booked already stays."/>
            <p class="flex flex-wrap gap-3">
                <SubmitButton>"Save this room"</SubmitButton>
                {edited.is_some().then(|| view! {
                    <a class=Weight::Plain.class() href="/host/team#rooms">"Add another one instead"</a>
                })}
            </p>
        </form>
    }
}

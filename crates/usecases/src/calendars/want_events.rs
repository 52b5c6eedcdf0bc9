//! Notes, inside the transaction that changes an appointment, what everybody's calendar should say about it.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use timetap_core::event_text::EventRole;
use timetap_store::calendars::list_event_owners::{EventOwner, Subject, list_event_owners};
use timetap_store::calendars::upsert_write::{WriteWish, upsert_writes};
use timetap_store::entities::{appointment, calendar_write};
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why an event is not made where its owner adds events themselves.
const BY_HAND: (&str, &str) = (
    "by_hand",
    "You add events to this calendar yourself. Choose “Add to Google Calendar” to add this one.",
);

/// Whether an event is not made because its owner adds events themselves.
pub(crate) fn is_by_hand(write: &calendar_write::Model) -> bool {
    write.state == "skipped" && write.last_error_code.as_deref() == Some(BY_HAND.0)
}

/// Wishes that the appointment, as it is after this transaction, stands in the Google calendar of everybody who should
/// have it, each as an event of their own: of who serves, of the customer where they have an account, of the manager of who
/// serves, and of admins who asked for all events. Whoever is several of these has one event, as the first of them. Whoever
/// had it and should not any more, as after another one of the staff took over, loses it; with `present` false everybody
/// does.
///
/// Every call counts as a new version of the wish. A person without a connection gets the write marked `skipped` by the
/// job, and connecting later adds it; where its owner turned automatic sync off, it is skipped until they ask.
///
/// # Errors
/// The database refuses.
pub async fn want_events(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    present: bool,
) -> Result<(), Unexpected> {
    let wishes = plan_events(on, app, appointment, present).await?.wishes;
    queue_wishes(on, app, &wishes).await
}

/// Notes the wishes and queues the work that they make.
///
/// # Errors
/// The database refuses.
pub(super) async fn queue_wishes(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    wishes: &[WriteWish],
) -> Result<(), Unexpected> {
    let work = upsert_writes(on, wishes, app.clock.now()).await?;
    let jobs: Vec<Job> = work
        .into_iter()
        .map(|write_id| Job::WriteCalendar { write_id })
        .collect();
    enqueue_jobs(on, app, &jobs, When::Now).await
}

/// The wish that the appointment stands in `user_id`'s Google calendar as `role` sees it, or with `present` false that it does
/// not. Where they add events themselves, nothing is done about it until they ask.
pub(super) fn wish_of(
    app: &TimeTap,
    appointment_id: Uuid,
    (user_id, role): (Uuid, EventRole),
    present: bool,
    by_itself: bool,
) -> WriteWish {
    WriteWish {
        id: app.entropy.uuid(app.clock.now()),
        appointment_id,
        user_id,
        role: role.as_str(),
        provider: "google",
        present,
        skipped: (present && !by_itself).then_some(BY_HAND),
    }
}

/// What is wished of everybody's calendar.
pub(crate) struct PlannedEvents {
    /// One for each person.
    pub(crate) wishes: Vec<WriteWish>,
    /// The address of who serves.
    pub(crate) staff_email: Option<String>,
}

/// What [`want_events`] wishes.
///
/// # Errors
/// The database refuses.
pub(crate) async fn plan_events(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    present: bool,
) -> Result<PlannedEvents, Unexpected> {
    let subject = Subject {
        appointment_id: appointment.id,
        staff_id: appointment.host_id,
        customer_id: appointment.customer_user_id,
    };
    let owners = list_event_owners(on, subject).await?;
    let staff = owners.iter().find(|owner| owner.user_id == appointment.host_id);
    let staff_email = staff.map(|owner| owner.email.clone());
    let mut wishes = Vec::new();
    for owner in one_each(owners)? {
        let wanted = present && owner.role.is_some();
        if !wanted && !owner.wished {
            continue;
        }
        let Some(role) = owner.role.or(owner.had_as) else {
            continue;
        };
        wishes.push(wish_of(
            app,
            appointment.id,
            (owner.user_id, role),
            wanted,
            owner.by_itself,
        ));
    }
    Ok(PlannedEvents { wishes, staff_email })
}

/// One person, once.
struct Owner {
    user_id: Uuid,
    /// As whom they should have the event.
    role: Option<EventRole>,
    /// As whom they have it.
    had_as: Option<EventRole>,
    /// Whether a row of theirs wishes it there.
    wished: bool,
    /// Whether it is added without their asking; what they asked for once goes on by itself.
    by_itself: bool,
}

/// Each person once: as the first of staff, customer, manager and admin that they are. The staff come first, in whose event
/// the Meet link is made.
fn one_each(found: Vec<EventOwner>) -> Result<Vec<Owner>, Unexpected> {
    let read = |role: Option<String>| {
        let role = role.as_deref().map(str::parse::<EventRole>).transpose();
        role.map_err(|error| Unexpected::Inconsistent(error.to_string()))
    };
    let mut people: BTreeMap<Uuid, Owner> = BTreeMap::new();
    for row in found {
        let owner = Owner {
            user_id: row.user_id,
            role: read(row.role)?,
            had_as: read(row.had_as)?,
            wished: row.standing.wished,
            by_itself: row.standing.is_added_by_itself(),
        };
        let known = people.get(&owner.user_id);
        if known.is_none_or(|known| rank(owner.role) < rank(known.role)) {
            people.insert(owner.user_id, owner);
        }
    }
    let mut each: Vec<Owner> = people.into_values().collect();
    each.sort_by_key(|owner| rank(owner.role));
    Ok(each)
}

const fn rank(role: Option<EventRole>) -> u8 {
    match role {
        Some(EventRole::Staff) => 0,
        Some(EventRole::Customer) => 1,
        Some(EventRole::Manager) => 2,
        Some(EventRole::Admin) => 3,
        None => 4,
    }
}

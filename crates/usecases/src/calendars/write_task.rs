//! One calendar write with everything that is needed to carry it out.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::calendar_write::{Desired, Written};
use timetap_core::event_id::{conference_request_id, google_event_id};
use timetap_core::ical::IcsMethod;
use timetap_core::location::LocationKind;
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::calendars::find_connection::{find_connection, find_write_connection, list_calendars, takes_events};
use timetap_store::entities::{appointment, calendar_connection, calendar_write, host};
use timetap_store::messages::find_last_calendar_part::find_last_calendar_part;
use uuid::Uuid;

use crate::calendars::marks::{installation, marked_write};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Where the event stands or will stand.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) connection: calendar_connection::Model,
    pub(super) calendar_id: String,
    /// Whether Google makes Meet links there.
    pub(super) makes_meet_links: bool,
}

/// The write, what it is about, and where it goes.
#[derive(Debug)]
pub(super) struct WriteTask {
    pub(super) write: calendar_write::Model,
    pub(super) appointment: appointment::Model,
    pub(super) host_name: String,
    pub(super) installation: String,
    /// Whether the customer's calendar was told of the appointment by our own mail. That entry is kept up to date by mail
    /// then, and an invitation by Google would put a second one beside it.
    pub(super) invited_by_mail: bool,
    /// `None` where there is no calendar to write to.
    pub(super) target: Option<Target>,
}

impl WriteTask {
    /// Loads the task; `None` where the write is gone.
    pub(super) async fn load(app: &TimeTap, write_id: Uuid) -> Result<Option<Self>, Unexpected> {
        // A reader sees all that was committed before, and stands in nobody's way.
        let on = app.db.reader();
        let Some(mut write) = calendar_write::Entity::find_by_id(write_id).one(on).await? else {
            return Ok(None);
        };
        let Some(appointment) = appointment::Entity::find_by_id(write.appointment_id).one(on).await? else {
            return Ok(None);
        };
        let host_name = host::Entity::find_by_id(appointment.host_id)
            .one(on)
            .await?
            .map(|host| host.display_name)
            .unwrap_or_default();
        let invited_by_mail = find_last_calendar_part(on, appointment.id, "customer", Uuid::nil())
            .await?
            .is_some_and(|mail| mail.calendar_method.as_deref() == Some(IcsMethod::Request.as_str()));
        let target = find_target(on, &mut write).await?;
        Ok(Some(Self {
            write,
            appointment,
            host_name,
            installation: installation(app).await?,
            invited_by_mail,
            target,
        }))
    }

    /// What the calendar should say.
    pub(super) fn desired(&self) -> Desired {
        Desired {
            present: self.write.desired_present,
            version: i32::try_from(self.write.desired_version).unwrap_or(i32::MAX),
        }
    }

    /// What it was last told.
    pub(super) fn written(&self) -> Option<Written> {
        self.write.written_version.map(|version| Written {
            version: i32::try_from(version).unwrap_or(i32::MAX),
        })
    }

    pub(super) fn generation(&self) -> u32 {
        u32::try_from(self.write.generation).unwrap_or(1)
    }

    /// The id under which the event stands or will stand.
    pub(super) fn event_id(&self) -> String {
        self.write
            .remote_event_id
            .clone()
            .unwrap_or_else(|| google_event_id(self.write.id, self.generation()))
    }

    /// Turns to an id that was never used: the old event is gone, or the id belongs to somebody else.
    pub(super) fn begin_generation(&mut self) {
        self.write.generation += 1;
        self.write.remote_event_id = None;
        self.write.written_version = None;
        self.write.etag = None;
        self.write.html_link = None;
        "none".clone_into(&mut self.write.conference_state);
        self.write.conference_asked_at = None;
    }

    /// Whether the session takes place in a Google Meet made with this event: that of who serves.
    pub(super) fn wants_meet(&self) -> bool {
        self.is_staffs() && self.appointment.location_kind == LocationKind::GoogleMeet.as_str()
    }

    /// The id of the request for a Meet link, where one is to be made now.
    pub(super) fn conference_request(&self) -> Option<String> {
        let possible = self.target.as_ref().is_some_and(|target| target.makes_meet_links);
        let attempt = u32::try_from(self.write.conference_attempt).unwrap_or(0);
        (self.wants_meet() && possible && self.write.conference_state == "none")
            .then(|| conference_request_id(self.write.id, self.generation(), attempt))
    }

    /// Whether `event` is this write's own.
    pub(super) fn owns(&self, event: &RemoteEvent) -> bool {
        marked_write(event) == Some(self.write.id)
    }
}

/// An event that stands somewhere stays there, as long as that account is connected. Otherwise the owner's calendar for
/// events is the place; an event left behind in an account that was disconnected counts as lost then.
async fn find_target(
    on: &impl ConnectionTrait,
    write: &mut calendar_write::Model,
) -> Result<Option<Target>, Unexpected> {
    let standing = match (&write.remote_event_id, write.connection_id, &write.calendar_id) {
        (Some(_), Some(connection_id), Some(calendar_id)) => find_connection(on, connection_id)
            .await?
            .map(|connection| (connection, calendar_id.clone())),
        _ => None,
    };
    if let Some((connection, calendar_id)) = standing
        && connection.status != "disconnected"
    {
        if !takes_events(&connection) {
            return Ok(None);
        }
        return make_target(on, connection, calendar_id).await.map(Some);
    }
    let Some(connection) = find_write_connection(on, write.user_id).await? else {
        return Ok(None);
    };
    let Some(calendar_id) = connection.write_calendar_id.clone() else {
        return Ok(None);
    };
    if write.remote_event_id.is_some() {
        if !write.desired_present {
            return Ok(None);
        }
        write.generation += 1;
        write.remote_event_id = None;
        write.written_version = None;
        write.etag = None;
        "none".clone_into(&mut write.conference_state);
    }
    make_target(on, connection, calendar_id).await.map(Some)
}

async fn make_target(
    on: &impl ConnectionTrait,
    connection: calendar_connection::Model,
    calendar_id: String,
) -> Result<Target, Unexpected> {
    let makes_meet_links = list_calendars(on, connection.id)
        .await?
        .iter()
        .find(|calendar| calendar.calendar_id == calendar_id)
        .is_some_and(|calendar| calendar.makes_meet_links);
    Ok(Target {
        connection,
        calendar_id,
        makes_meet_links,
    })
}

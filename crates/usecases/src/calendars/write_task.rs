//! One calendar write with everything that is needed to carry it out.

use timetap_core::calendar_write::{Desired, Written};
use timetap_core::event_id::{conference_request_id, google_event_id};
use timetap_core::location::LocationKind;
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::entities::{appointment, calendar_connection, calendar_write};

use crate::calendars::marks::marked_write;

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
    /// Whether it is noted already where a new event will stand, and durable, as the job was claimed with it.
    pub(super) place_is_noted: bool,
    /// `None` where there is no calendar to write to.
    pub(super) target: Option<Target>,
}

impl WriteTask {
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
        self.place_is_noted = false;
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

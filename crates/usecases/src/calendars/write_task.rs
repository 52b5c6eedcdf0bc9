//! One calendar write with everything that is needed to carry it out.

use timetap_core::calendar_write::{Desired, Written};
use timetap_core::event_id::{conference_request_id, google_event_id};
use timetap_core::event_text::{Manage, SessionText, session_description, session_title};
use timetap_core::location::LocationKind;
use timetap_core::questions::Answer;
use timetap_providers::google::calendar::{Conference, EventDraft, Guest, RemoteEvent};
use timetap_store::entities::{appointment, calendar_connection, calendar_write};

use crate::calendars::marks::{marked_write, marks};
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

    fn generation(&self) -> u32 {
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

    /// Whether the session takes place in a Google Meet made with the event.
    pub(super) fn wants_meet(&self) -> bool {
        self.appointment.location_kind == LocationKind::GoogleMeet.as_str()
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

    /// Whether `event` is the echo of an attempt whose answer was lost. Writing that again would mail the guest again.
    pub(super) fn echoes(&self, app: &TimeTap, event: &RemoteEvent) -> Result<bool, Unexpected> {
        if !self.matches(event) {
            return Ok(false);
        }
        if self.write.written_version.is_none() {
            return Ok(true);
        }
        // Of a change, everything that it says must be there.
        let draft = self.draft(app)?;
        let conference_is_there = draft.conference_request_id.is_none() || event.conference != Conference::None;
        Ok(conference_is_there && event.description.as_ref() == Some(&draft.description))
    }

    /// Whether `event` already stands at the right time under the right title.
    fn matches(&self, event: &RemoteEvent) -> bool {
        event.starts == Some(self.appointment.starts_at.timestamp())
            && event.ends == Some(self.appointment.ends_at.timestamp())
            && event.summary.as_deref() == Some(session_title(&self.appointment.customer_email).as_str())
    }

    /// The event as it should stand.
    pub(super) fn draft(&self, app: &TimeTap) -> Result<EventDraft, Unexpected> {
        let appointment = &self.appointment;
        let manage_url = app.settings.link(&format!("/bookings/{}", appointment.id));
        let answers: Vec<Answer> = serde_json::from_value(appointment.answers.clone())
            .map_err(|error| Unexpected::Inconsistent(format!("answers of appointment {}: {error}", appointment.id)))?;
        let location = self.location();
        let description = session_description(&SessionText {
            host_name: &self.host_name,
            service_title: &appointment.service_title,
            customer_name: &appointment.customer_name,
            customer_email: &appointment.customer_email,
            customer_phone: appointment.customer_phone.as_deref(),
            location: location.as_deref(),
            answers: &answers,
            manage: Manage::SignedIn(&manage_url),
        });
        Ok(EventDraft {
            id: self.event_id(),
            summary: session_title(&appointment.customer_email),
            description,
            starts: appointment.starts_at.timestamp(),
            ends: appointment.ends_at.timestamp(),
            time_zone: appointment.host_time_zone.clone(),
            location,
            guests: if self.invited_by_mail {
                Vec::new()
            } else {
                vec![Guest {
                    email: appointment.customer_email.clone(),
                    name: Some(appointment.customer_name.clone()),
                }]
            },
            conference_request_id: self.conference_request(),
            private: marks(&self.write, &self.installation),
        })
    }

    fn location(&self) -> Option<String> {
        let detail = self.appointment.location_detail.trim();
        match self.appointment.location_kind.parse() {
            Ok(LocationKind::GoogleMeet) | Err(_) => None,
            Ok(LocationKind::Phone) if detail.is_empty() => Some("By phone: the host calls".to_owned()),
            Ok(LocationKind::Phone) => Some(format!("By phone: {detail}")),
            // What a customer's order says stands in the detail.
            Ok(LocationKind::AtCustomer) if detail.is_empty() => Some("At the customer's".to_owned()),
            Ok(LocationKind::InPerson | LocationKind::Link | LocationKind::AtCustomer) => Some(detail.to_owned()),
        }
    }
}

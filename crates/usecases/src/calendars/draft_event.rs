//! What an event says and whom it invites: to each person what concerns them.

use jiff::tz::TimeZone;
use timetap_core::event_text::{
    EventRole, Manage, SessionText, role_description, role_title, session_description, session_title,
};
use timetap_core::location::LocationKind;
use timetap_core::orders::first_day;
use timetap_core::questions::Answer;
use timetap_core::span::Span;
use timetap_providers::google::calendar::{Conference, EventDraft, Guest, RemoteEvent};
use timetap_store::bookings::load_write::load_write;
use timetap_store::calendars::find_connection::find_write_connection;

use crate::calendars::event_facts::{EventFacts, daily_of, days_of};
use crate::calendars::marks::marks;
use crate::calendars::write_task::WriteTask;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Title, description and place.
struct Words {
    summary: String,
    description: String,
    location: Option<String>,
}

impl WriteTask {
    /// As whom the calendar's owner has the event.
    pub(super) fn role(&self) -> EventRole {
        self.write.role.parse().unwrap_or(EventRole::Staff)
    }

    /// Whether it is the event of who serves: the one with the Meet link and, maybe, a guest.
    pub(super) fn is_staffs(&self) -> bool {
        self.role() == EventRole::Staff
    }

    /// What the appointment's timeline says of this event: that of who serves, and of the customer, whose it is to know.
    pub(super) fn told(&self, text: &str) -> Option<String> {
        match self.role() {
            EventRole::Staff => Some(text.to_owned()),
            EventRole::Customer => Some(text.replace("Google Calendar", "the customer’s Google Calendar")),
            EventRole::Manager | EventRole::Admin => None,
        }
    }

    /// The event as it should stand.
    pub(super) async fn draft(&self, app: &TimeTap) -> Result<EventDraft, Unexpected> {
        let appointment = &self.appointment;
        let words = self.words(app).await?;
        let (starts, ends) = self.first_day()?;
        let daily = daily_of(appointment)?;
        Ok(EventDraft {
            id: self.event_id(),
            summary: words.summary,
            description: words.description,
            starts,
            ends,
            time_zone: appointment.host_time_zone.clone(),
            location: words.location,
            recurrence: daily
                .map(|daily| format!("RRULE:{}", daily.rule()))
                .into_iter()
                .collect(),
            guests: if self.invites_customer(app).await? {
                vec![Guest {
                    email: appointment.customer_email.clone(),
                    name: Some(appointment.customer_name.clone()),
                }]
            } else {
                Vec::new()
            },
            // What others do takes no time of those who only look on: their own pages go on offering it.
            transparent: matches!(self.role(), EventRole::Manager | EventRole::Admin),
            conference_request_id: self.conference_request(),
            private: marks(&self.write, &self.installation),
        })
    }

    /// Whether `event` is the echo of an attempt whose answer was lost. Writing that again would mail the guest again.
    pub(super) async fn echoes(&self, app: &TimeTap, event: &RemoteEvent) -> Result<bool, Unexpected> {
        let draft = self.draft(app).await?;
        let stands = event.starts == Some(draft.starts)
            && event.ends == Some(draft.ends)
            && event.summary.as_deref() == Some(draft.summary.as_str())
            // What was wished since the attempt may be in the words alone, as a Meet link is for those who have none themselves.
            && event.description.as_ref() == Some(&draft.description)
            && self.is_there(draft.location.as_deref(), event);
        // A calendar may have left out the conference of a first attempt; of a change it must be there.
        let conference_is_there = self.write.written_version.is_none()
            || draft.conference_request_id.is_none()
            || event.conference != Conference::None;
        Ok(stands && conference_is_there)
    }

    /// Whether `event` takes place where it should. A Meet is its own place; what its host wrote there by hand stays.
    fn is_there(&self, place: Option<&str>, event: &RemoteEvent) -> bool {
        let stands = event.location.as_deref().filter(|place| !place.is_empty());
        (place.is_none() && self.is_staffs()) || place.filter(|place| !place.is_empty()) == stands
    }

    /// Whether Google invites the customer to this event: only to that of who serves, and only where neither our mail has
    /// done so nor the customer's own calendar gets the event. So each customer gets one invitation, or needs none.
    async fn invites_customer(&self, app: &TimeTap) -> Result<bool, Unexpected> {
        Ok(self.is_staffs() && !self.invited_by_mail && !self.customer_has_own(app).await?)
    }

    /// Whether this is the event of who serves, and the customer has one of their own or is going to have it by itself.
    pub(super) async fn customer_has_own(&self, app: &TimeTap) -> Result<bool, Unexpected> {
        let customer = self.appointment.customer_user_id.filter(|id| *id != self.write.user_id);
        let Some(customer) = customer.filter(|_| self.is_staffs()) else {
            return Ok(false);
        };
        let on = app.db.reader();
        let Some(own) = load_write(on, self.appointment.id, customer).await? else {
            return Ok(false);
        };
        if !own.desired_present {
            return Ok(false);
        }
        if own.written_version.is_some() {
            return Ok(true);
        }
        Ok(matches!(own.state.as_str(), "pending" | "needs_reconnect")
            && find_write_connection(on, customer).await?.is_some())
    }

    async fn words(&self, app: &TimeTap) -> Result<Words, Unexpected> {
        let appointment = &self.appointment;
        if self.is_staffs() && appointment.order_item_id.is_none() {
            return self.session_words(app);
        }
        let facts = EventFacts::load(app.db.reader(), app, appointment).await?;
        let role = self.role();
        // Where whoever is signed in and may see it finds it, and nobody else.
        let url = app.settings.link(&match (&facts.order, role) {
            (Some(order), EventRole::Customer | EventRole::Manager | EventRole::Admin) => {
                format!("/orders/{}", order.id)
            }
            _ => format!("/bookings/{}", appointment.id),
        });
        let mut text = facts.text(appointment, &url);
        if self.wants_meet() {
            // The event has it already.
            text.place = None;
        }
        Ok(Words {
            summary: role_title(role, &text),
            description: role_description(role, &text),
            location: text.location(),
        })
    }

    /// What a session that was booked without an order says to who serves, and to the customer whom Google invites to it.
    fn session_words(&self, app: &TimeTap) -> Result<Words, Unexpected> {
        let appointment = &self.appointment;
        let manage_url = app.settings.link(&format!("/bookings/{}", appointment.id));
        let answers: Vec<Answer> = serde_json::from_value(appointment.answers.clone())
            .map_err(|error| Unexpected::Inconsistent(format!("answers of appointment {}: {error}", appointment.id)))?;
        let location = self.session_place();
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
        Ok(Words {
            summary: session_title(&appointment.customer_email),
            description,
            location,
        })
    }

    fn session_place(&self) -> Option<String> {
        let detail = self.appointment.location_detail.trim();
        match self.appointment.location_kind.parse() {
            Ok(LocationKind::GoogleMeet) | Err(_) => None,
            Ok(LocationKind::Phone) if detail.is_empty() => Some("By phone: the host calls".to_owned()),
            Ok(LocationKind::Phone) => Some(format!("By phone: {detail}")),
            Ok(_) => Some(detail.to_owned()),
        }
    }

    /// When it starts, and when it ends on its first day.
    fn first_day(&self) -> Result<(jiff::Timestamp, jiff::Timestamp), Unexpected> {
        let appointment = &self.appointment;
        let (starts, ends) = (appointment.starts_at.timestamp(), appointment.ends_at.timestamp());
        let days = days_of(appointment);
        if days == 1 {
            return Ok((starts, ends));
        }
        let broken = || Unexpected::Inconsistent(format!("times of appointment {}", appointment.id));
        let zone = TimeZone::get(&appointment.host_time_zone).map_err(|_| broken())?;
        let span = Span::new(starts, ends).map_err(|_| broken())?;
        let first = first_day(span, days, &zone);
        Ok((first.start, first.end))
    }
}

//! The calendar entry that comes with a mail, so that everybody has the appointment in their calendar once.
//!
//! Where the host's Google Calendar has the event, Google invites the customer itself. The mail then carries the same entry,
//! under the UID that Google gives it, as `PUBLISH`: a calendar that gets both has one. Where nobody else invites, the mail
//! does, as `REQUEST` under a UID of our own. What an audience was told first stays so for the appointment's life, and
//! `CANCEL` takes back what was told. RFC 5546 3.2; RFC 6047 2.4.

use sea_orm::ConnectionTrait;
use timetap_core::event_id::google_event_id;
use timetap_core::event_text::{Manage, SessionText, session_description};
use timetap_core::ical::{IcsEvent, IcsMethod, render};
use timetap_core::questions::Answer;
use timetap_providers::mail::CalendarPart;
use timetap_store::bookings::load_write::load_write;
use timetap_store::calendars::find_connection::{find_write_connection, list_connections};
use timetap_store::entities::{appointment, calendar_write, host};
use timetap_store::messages::find_last_calendar_part::find_last_calendar_part;
use uuid::Uuid;

use super::booking_facts::{Audience, place_detail};
use super::render_mail::one_line;
use crate::calendars::event_facts::daily_of;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Who puts the entry into the calendar of a mail's reader.
pub(super) struct GoogleEntry {
    /// The write whose event theirs is: their own, or the host's, to which Google invites them.
    pub(super) write: Option<calendar_write::Model>,
    /// Whether Google has that event, or is going to have it by itself.
    pub(super) is_google: bool,
    /// Whether it is the customer's own, so that nobody invites them.
    pub(super) is_own: bool,
}

impl GoogleEntry {
    /// The entry of `audience`.
    ///
    /// # Errors
    /// The database refuses.
    pub(super) async fn find(
        on: &impl ConnectionTrait,
        app: &TimeTap,
        appointment: &appointment::Model,
        audience: Audience,
    ) -> Result<Self, Unexpected> {
        let customer = appointment.customer_user_id.filter(|id| *id != appointment.host_id);
        if let Some(customer) = customer.filter(|_| audience == Audience::Customer) {
            let own = load_write(on, appointment.id, customer).await?;
            if own.is_some() && is_in_google(own.as_ref(), can_write(on, app, customer).await?) {
                return Ok(Self {
                    write: own,
                    is_google: true,
                    is_own: true,
                });
            }
        }
        let write = load_write(on, appointment.id, appointment.host_id).await?;
        Ok(Self {
            is_google: is_in_google(write.as_ref(), can_write(on, app, appointment.host_id).await?),
            write,
            is_own: false,
        })
    }
}

/// Whether a person's Google Calendar has the event, or is going to have it by itself.
fn is_in_google(write: Option<&calendar_write::Model>, has_calendar: bool) -> bool {
    let Some(write) = write else { return false };
    if write.written_version.is_some() && write.remote_event_id.is_some() {
        return true;
    }
    match write.state.as_str() {
        "written" | "needs_reconnect" => true,
        "pending" => has_calendar,
        _ => false,
    }
}

/// Which calendar part a mail carries: after what the audience was told last, by the method's name, and by who invites.
pub(super) fn choose_method(is_cancelled: bool, told: Option<&str>, is_in_google: bool) -> Option<IcsMethod> {
    match (is_cancelled, told) {
        // What was never told need not be taken back.
        (true, None | Some("CANCEL")) => None,
        (true, Some(_)) => Some(IcsMethod::Cancel),
        (false, Some("REQUEST")) => Some(IcsMethod::Request),
        (false, Some("PUBLISH")) => Some(IcsMethod::Publish),
        (false, _) if is_in_google => Some(IcsMethod::Publish),
        (false, _) => Some(IcsMethod::Request),
    }
}

/// Everything that the entry is made of.
pub(super) struct Entry<'a> {
    pub(super) app: &'a TimeTap,
    pub(super) appointment: &'a appointment::Model,
    pub(super) host: &'a host::Model,
    pub(super) audience: Audience,
    /// The address of the mail's recipient.
    pub(super) recipient: &'a str,
    /// The recipient's page of the booking.
    pub(super) booking_url: &'a str,
    /// The entry's name, the same for all its versions.
    pub(super) uid: &'a str,
}

impl Entry<'_> {
    /// The part with this method.
    ///
    /// # Errors
    /// The appointment's answers cannot be read.
    pub(super) fn part(&self, method: IcsMethod) -> Result<CalendarPart, Unexpected> {
        let event = self.event(method)?;
        Ok(CalendarPart {
            ics: render(&event),
            method: event.effective_method().as_str(),
        })
    }

    fn event(&self, method: IcsMethod) -> Result<IcsEvent, Unexpected> {
        let (appointment, settings) = (self.appointment, &self.app.settings);
        let answers: Vec<Answer> = match self.audience {
            // As in the mail itself: a stranger who books with somebody's address gets no words of theirs delivered.
            Audience::Customer => Vec::new(),
            Audience::Host => serde_json::from_value(appointment.answers.clone())
                .map_err(|_| Unexpected::Inconsistent(format!("appointments.answers of {}", appointment.id)))?,
        };
        let (other, name) = match self.audience {
            Audience::Customer => (&self.host.display_name, &appointment.customer_name),
            Audience::Host => (&appointment.customer_name, &self.host.display_name),
        };
        let place = match appointment.location_kind.as_str() {
            "google_meet" => appointment.meet_link.clone(),
            _ => place_detail(appointment),
        };
        Ok(IcsEvent {
            uid: self.uid.to_owned(),
            sequence: u32::try_from(appointment.sequence).unwrap_or(u32::MAX),
            method,
            starts: appointment.starts_at.into(),
            ends: appointment.ends_at.into(),
            daily: daily_of(appointment)?,
            summary: format!("{} with {other}", appointment.service_title),
            description: session_description(&SessionText {
                host_name: &self.host.display_name,
                service_title: &appointment.service_title,
                customer_name: &appointment.customer_name,
                customer_email: &appointment.customer_email,
                customer_phone: appointment.customer_phone.as_deref(),
                location: place.as_deref(),
                answers: &answers,
                manage: Manage::OwnLink(self.booking_url),
            }),
            location: place,
            url: Some(self.booking_url.to_owned()),
            organizer: Some((one_line(&self.host.display_name), settings.mail_from.address.clone())),
            attendee: Some((one_line(name), self.recipient.to_owned())),
            stamp: appointment.updated_at.into(),
        })
    }
}

/// The name of the appointment's entry: the one that Google gives it where Google has it, or one of our own.
pub(super) fn entry_uid(app: &TimeTap, appointment_id: Uuid, google: Option<&calendar_write::Model>) -> String {
    match google {
        // What Google makes of the id of an event that came without an iCalUID.
        Some(write) => {
            let id = write
                .remote_event_id
                .clone()
                .unwrap_or_else(|| google_event_id(write.id, u32::try_from(write.generation).unwrap_or_default()));
            format!("{id}@google.com")
        }
        None => format!(
            "{appointment_id}@{}",
            app.settings.public_url.host_str().unwrap_or("localhost")
        ),
    }
}

/// The name under which the customer's calendar knows the appointment, or should: the one that a mail has told, or would
/// tell now. For whatever else offers the customer the entry, so that it stays one.
///
/// # Errors
/// The database refuses.
pub(crate) async fn customer_uid(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
) -> Result<String, Unexpected> {
    let reader = (Audience::Customer.as_str(), appointment.customer_email.as_str());
    let told = find_last_calendar_part(on, appointment.id, reader, Uuid::nil()).await?;
    if let Some(uid) = told.and_then(|told| told.calendar_uid) {
        return Ok(uid);
    }
    let google = GoogleEntry::find(on, app, appointment, Audience::Customer).await?;
    Ok(entry_uid(
        app,
        appointment.id,
        google.write.as_ref().filter(|_| google.is_google),
    ))
}

/// Whether who serves has the appointment in a calendar of theirs by Google, which follows all changes by itself.
///
/// # Errors
/// The database refuses.
pub(crate) async fn has_it_by_google(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
) -> Result<bool, Unexpected> {
    Ok(GoogleEntry::find(on, app, appointment, Audience::Host).await?.is_google)
}

/// Whether a person has a calendar at Google that events are written to.
async fn can_write(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<bool, Unexpected> {
    Ok(app.google.is_some() && find_write_connection(on, user_id).await?.is_some())
}

/// Whether a person has any calendar connected, even if nothing is written there by itself.
///
/// # Errors
/// The database refuses.
pub(super) async fn is_connected(on: &impl ConnectionTrait, user_id: Uuid) -> Result<bool, Unexpected> {
    let connections = list_connections(on, user_id).await?;
    Ok(connections.iter().any(|connection| connection.status != "disconnected"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_told_first_is_told_in_the_same_way_until_the_end() {
        let choose = |cancelled, told, google| choose_method(cancelled, told, google).map(IcsMethod::as_str);
        assert_eq!(choose(false, None, false), Some("REQUEST"));
        assert_eq!(choose(false, None, true), Some("PUBLISH"));
        assert_eq!(choose(false, Some("REQUEST"), true), Some("REQUEST"));
        assert_eq!(choose(false, Some("PUBLISH"), false), Some("PUBLISH"));
        assert_eq!(choose(true, Some("REQUEST"), true), Some("CANCEL"));
        assert_eq!(choose(true, Some("PUBLISH"), true), Some("CANCEL"));
        assert_eq!(choose(true, None, false), None);
    }
}

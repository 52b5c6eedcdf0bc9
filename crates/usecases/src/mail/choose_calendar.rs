//! Which calendar part a mail about an appointment carries: after what its reader was told before, and by who else puts the
//! entry into their calendar.

use sea_orm::ConnectionTrait;
use timetap_core::ical::IcsMethod;
use timetap_store::entities::{appointment, message};
use timetap_store::messages::find_last_calendar_part::find_last_calendar_part;
use timetap_store::messages::list_confirmations::find_order_confirmation;

use super::booking_facts::Audience;
use super::calendar_part::{GoogleEntry, choose_method, entry_uid};
use super::owe_booking_mails::BookingEvent;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What a calendar was told of the appointment so far: a method and a UID.
pub(super) type Told = (Option<IcsMethod>, Option<String>);

/// What the recipient of `mail` was told by the mails before it. Who serves may change: each of them has a calendar of their
/// own, and was told for themselves.
///
/// # Errors
/// The database refuses.
pub(super) async fn find_told(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    mail: &message::Model,
    appointment: &appointment::Model,
    audience: Audience,
) -> Result<Option<Told>, Unexpected> {
    let reader = (audience.as_str(), mail.recipient.as_str());
    if let Some(told) = find_last_calendar_part(on, appointment.id, reader, mail.id).await? {
        let method = told.calendar_method.and_then(|method| method.parse().ok());
        return Ok(Some((method, told.calendar_uid)));
    }
    let Some(item_id) = appointment.order_item_id.filter(|_| audience == Audience::Customer) else {
        return Ok(None);
    };
    // The order's confirmation has a file with everything in it.
    let confirmed = find_order_confirmation(on, item_id).await?;
    let sent = confirmed.filter(|mail| matches!(mail.state.as_str(), "sent" | "sending"));
    Ok(sent.map(|_| (Some(IcsMethod::Publish), Some(entry_uid(app, appointment.id, None)))))
}

/// The method and the UID of the calendar part of a mail about `event`.
pub(super) fn choose_calendar(
    app: &TimeTap,
    appointment: &appointment::Model,
    event: &BookingEvent,
    told: Option<Told>,
    google: &GoogleEntry,
) -> Option<(IcsMethod, String)> {
    let (told_method, told_uid) = told.unzip();
    let told_method = told_method.flatten().map(IcsMethod::as_str);
    // The event to which Google invited the customer goes with who had it. Where nobody's calendar invites them anew, the
    // mail does.
    let is_alone =
        !google.is_google && matches!(event, BookingEvent::Changed { previous_host, .. } if previous_host.is_some());
    let told_method = told_method.filter(|_| !is_alone);
    let method = choose_method(appointment.status == "cancelled", told_method, google.is_google)?;
    let uid = match method {
        // What is taken back goes by the name under which it was told.
        IcsMethod::Cancel => told_uid.flatten()?,
        IcsMethod::Request => entry_uid(app, appointment.id, None),
        IcsMethod::Publish => entry_uid(app, appointment.id, google.write.as_ref()),
    };
    Some((method, uid))
}

/// What takes the entry out of the calendar of somebody who serves the appointment no longer: only an invitation of ours has
/// to be taken back. The event of their Google Calendar goes by itself, and takes with it what a mail showed of it.
pub(super) fn take_back(told: Option<Told>) -> Option<(IcsMethod, String)> {
    match told {
        Some((Some(IcsMethod::Request), Some(uid))) => Some((IcsMethod::Cancel, uid)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_invitation_of_ours_is_taken_back() {
        let told = |method| Some((Some(method), Some("1@here".to_owned())));
        assert_eq!(
            take_back(told(IcsMethod::Request)),
            Some((IcsMethod::Cancel, "1@here".to_owned()))
        );
        for nothing in [
            told(IcsMethod::Publish),
            told(IcsMethod::Cancel),
            None,
            Some((None, None)),
        ] {
            assert_eq!(take_back(nothing), None);
        }
    }
}

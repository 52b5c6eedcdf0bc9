//! Whether a mail about an appointment would still say what is so, by what became of the appointment since it was owed.

use sea_orm::ConnectionTrait;
use timetap_store::entities::{appointment, message};
use timetap_store::messages::is_owed_anew::is_owed_anew;
use timetap_store::messages::list_confirmations::list_confirmations;

use super::booking_facts::Audience;
use super::owe_booking_mails::{BookingEvent, OwedBookingMail};
use crate::platform::unexpected::Unexpected;

/// Why a mail is not needed where the same was owed again before it went out.
const ANEW: (&str, &str) = ("owed_anew", "A newer mail says the same.");

/// Why the mail would say something that is not so any more, as a stable word and in a sentence, if it would.
///
/// # Errors
/// The database refuses.
pub(super) async fn is_no_longer_needed(
    on: &impl ConnectionTrait,
    mail: &message::Model,
    owed: &OwedBookingMail,
    appointment: &appointment::Model,
) -> Result<Option<(&'static str, &'static str)>, Unexpected> {
    // Whether it was given to somebody else since.
    let is_former = owed.host_id.is_some_and(|id| id != appointment.host_id);
    Ok(match &owed.event {
        // Whoever lost it should know, and be rid of it, whatever became of it since.
        BookingEvent::GivenAway { .. } => {
            if !is_former {
                Some(("has_it_again", "Its reader serves the booking again."))
            } else if is_owed_anew(on, mail).await? {
                Some(ANEW)
            } else {
                None
            }
        }
        // The others of the weeks stand whatever became of the first one.
        BookingEvent::Cancelled { .. } | BookingEvent::WeeksPlanned { .. } => None,
        _ if is_former => Some(("given_away", "Somebody else serves the booking by now, and is told.")),
        _ if appointment.status == "cancelled" => Some((
            "cancelled_meanwhile",
            "The booking was cancelled before this mail went out.",
        )),
        // Given away and given back, each before a mail went out: the newer one says it.
        BookingEvent::Booked if mail.audience == Audience::Host.as_str() && is_owed_anew(on, mail).await? => Some(ANEW),
        BookingEvent::Booked | BookingEvent::Changed { .. } => None,
        BookingEvent::Rescheduled { .. } => (appointment.sequence > owed.sequence)
            .then_some(("moved_again", "The booking was moved again before this mail went out.")),
        BookingEvent::MeetLink if appointment.meet_link.is_none() => {
            Some(("no_link", "There is no Meet link to tell of."))
        }
        BookingEvent::MeetLink => link_is_known(on, mail, appointment)
            .await?
            .then_some(("link_known", "The confirmation carries the Meet link.")),
    })
}

/// Whether this audience has the link, or is about to get it, from its confirmation, so that only the other audience needs
/// the follow-up.
async fn link_is_known(
    on: &impl ConnectionTrait,
    mail: &message::Model,
    appointment: &appointment::Model,
) -> Result<bool, Unexpected> {
    let confirmations = list_confirmations(on, appointment.id).await?;
    let own = confirmations.iter().find(|other| other.audience == mail.audience);
    Ok(match own.map(|own| (own.carried_link, own.state.as_str())) {
        Some((None, "queued")) => true,
        // A link that was told to both and changed since is news for both.
        Some((Some(true), "sent" | "sending")) => confirmations
            .iter()
            .any(|other| other.audience != mail.audience && other.carried_link == Some(false)),
        _ => false,
    })
}

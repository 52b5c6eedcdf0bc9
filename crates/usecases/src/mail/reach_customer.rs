//! Whether an appointment's customer was reached by mail.

use sea_orm::ConnectionTrait;
use timetap_store::backup::hold_mails::HELD_BY_RESTORE;
use timetap_store::messages::list_customer_mails::list_customer_mails;
use uuid::Uuid;

use crate::platform::unexpected::Unexpected;

/// How the mails to a customer stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Why the last mail was given up, in words; nothing where it got through.
    pub(crate) given_up: Option<String>,
    /// Whether a mail is still on its way.
    pub(crate) on_its_way: bool,
}

/// Looks at all mails to the customer of the appointment. One that got through later makes up for one that did not: each
/// says when and where, and leads back to the booking.
///
/// # Errors
/// The database refuses.
pub(crate) async fn reach_customer(on: &impl ConnectionTrait, appointment_id: Uuid) -> Result<Reach, Unexpected> {
    let mails = list_customer_mails(on, appointment_id).await?;
    let on_its_way = mails
        .iter()
        .any(|mail| matches!(mail.state.as_str(), "queued" | "sending"));
    let last = mails
        .into_iter()
        .filter(|mail| matches!(mail.state.as_str(), "sent" | "failed"))
        .filter(|mail| mail.last_error_code.as_deref() != Some(HELD_BY_RESTORE))
        .max_by_key(|mail| (mail.updated_at.timestamp(), mail.state == "sent"));
    let given_up = last
        .filter(|mail| mail.state == "failed")
        .map(|mail| mail.last_error.unwrap_or_default());
    Ok(Reach { given_up, on_its_way })
}

//! Calls a date off, whoever has booked it: from that moment nothing can be bought there. Everything else is work for the
//! queue, see [`finish_call_off`](super::finish_call_off()).

use timetap_store::StoreError;
use timetap_store::catalogue::call_off::{Closing, close_occurrence};
use timetap_store::orders::find_dated::find_occurrence;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use uuid::Uuid;

use super::date_access::find_date_for;
use crate::bookings::parse_message;
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Keys of forms are shorter than this, in bytes.
const LONGEST_KEY: usize = 128;

/// Why a date was not called off.
#[derive(Debug, thiserror::Error)]
pub enum CallOffError {
    /// There is no such date, or it is somebody else's.
    #[error("there is no such date")]
    NotFound,
    /// It has begun.
    #[error("This date has begun, so it cannot be called off as a whole. Please cancel its bookings one by one.")]
    Begun,
    /// Another form was faster.
    #[error("This date was called off already, so nothing of this form was sent to anybody.")]
    Before,
    /// The form needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for CallOffError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Calls the date off on behalf of `user_id`, with an optional `message` to the customers. `key` is the form's own: sent
/// twice, it is done once. Everybody who booked gets all of their money back, whatever the service's policy says.
///
/// # Errors
/// See [`CallOffError`].
pub async fn call_off_date(
    app: &TimeTap,
    user_id: Uuid,
    date_id: Uuid,
    message: &str,
    key: &str,
) -> Result<(), CallOffError> {
    if find_date_for(app.db.reader(), user_id, date_id).await?.is_none() {
        return Err(CallOffError::NotFound);
    }
    let message = parse_message(message).map_err(CallOffError::Invalid)?;
    if key.is_empty() || key.len() > LONGEST_KEY {
        let sentence = "This form was not complete. Please try again.";
        return Err(CallOffError::Invalid(FieldErrors::one("key", sentence)));
    }
    let mut tried = 0;
    loop {
        tried += 1;
        let closing = Closing {
            by: user_id,
            message: message.as_deref(),
            key,
        };
        match try_call_off(app, date_id, closing).await {
            Err(CallOffError::Unexpected(error)) if try_again(app, &error, tried).await => {}
            Ok(()) => {
                app.signal.ring();
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

async fn try_call_off(app: &TimeTap, date_id: Uuid, closing: Closing<'_>) -> Result<(), CallOffError> {
    let txn = app.db.begin().await?;
    let now = app.clock.now();
    let template_id = find_occurrence(&txn, date_id).await?.and_then(|date| date.template_id);
    // Whoever sells seats, plans weeks or books what was paid decides under the same locks: afterwards they find it closed.
    let resources = Resources {
        occurrences: [date_id].into(),
        templates: template_id.into_iter().collect(),
        ..Resources::default()
    };
    lock_resources(&txn, &resources).await?;
    let Some(date) = find_occurrence(&txn, date_id).await? else {
        return Err(CallOffError::NotFound);
    };
    if date.status == "cancelled" {
        return if date.cancel_key.as_deref() == Some(closing.key) {
            Ok(())
        } else {
            Err(CallOffError::Before)
        };
    }
    if date.starts_at.timestamp() <= now {
        return Err(CallOffError::Begun);
    }
    close_occurrence(&txn, date_id, closing, now).await?;
    let job = Job::CallOffDate { occurrence_id: date_id };
    enqueue_job(&txn, app, &job, When::Now).await?;
    txn.commit().await.map_err(StoreError::from)?;
    tracing::info!(occurrence = %date_id, "date: called off");
    Ok(())
}

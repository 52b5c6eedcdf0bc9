//! A host tries once more what failed.

use sea_orm::EntityTrait;
use timetap_store::calendars::note_write::note_fresh_start;
use timetap_store::entities::calendar_write;
use timetap_store::jobs::supersede_resting::supersede_resting;
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why nothing is tried.
#[derive(Debug, thiserror::Error)]
pub enum RetryWriteError {
    /// There is no such write of this person.
    #[error("There is nothing to retry.")]
    NotFound,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for RetryWriteError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Lets the write `write_id` of `user_id` begin anew, at once. A Meet link that Google could not make is asked for again.
///
/// # Errors
/// See [`RetryWriteError`].
pub async fn retry_write(app: &TimeTap, user_id: Uuid, write_id: Uuid) -> Result<(), RetryWriteError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let write = calendar_write::Entity::find_by_id(write_id)
        .one(&txn)
        .await
        .map_err(Unexpected::from)?
        .filter(|write| write.user_id == user_id)
        .ok_or(RetryWriteError::NotFound)?;
    let job = Job::WriteCalendar { write_id: write.id };
    note_fresh_start(&txn, write.id, now).await?;
    supersede_resting(&txn, &job.dedupe_key(), now).await?;
    enqueue_job(&txn, app, &job, When::Now).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}

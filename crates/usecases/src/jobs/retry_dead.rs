//! An administrator brings dead letters back to life.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_store::calendars::note_write::note_fresh_start;
use timetap_store::entities::message;
use timetap_store::jobs::requeue_dead::requeue_dead;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Queues the dead job `id`, or with `None` all of them, and takes back what was noted about them as failed. Returns how
/// many jobs were dead.
///
/// # Errors
/// The database refuses.
pub async fn retry_dead(app: &TimeTap, id: Option<Uuid>) -> Result<usize, Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let jobs = requeue_dead(&txn, id, now).await?;
    for job in &jobs {
        match (job.kind.as_str(), job.subject_id) {
            ("write_calendar", Some(write_id)) => note_fresh_start(&txn, write_id, now).await?,
            ("send_message", Some(message_id)) => {
                message::Entity::update_many()
                    .col_expr(message::Column::State, Expr::value("queued"))
                    .filter(message::Column::Id.eq(message_id))
                    .filter(message::Column::State.eq("failed"))
                    .exec(&txn)
                    .await?;
            }
            _ => {}
        }
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(jobs.len())
}

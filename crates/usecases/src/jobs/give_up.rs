//! What is noted where people look, when a job is laid to rest.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use timetap_store::UnixMillis;
use timetap_store::entities::message;

use crate::calendars::fail_write::fail_write;
use crate::jobs::job::Job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Marks what `job` was about as failed, in the transaction that lays the job to rest. The booking itself is not touched.
///
/// # Errors
/// The database refuses.
pub async fn give_up(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    job: &Job,
    code: &str,
    message: &str,
) -> Result<(), Unexpected> {
    match job {
        Job::WriteCalendar { write_id } => fail_write(on, app, *write_id, code, message).await,
        Job::SendMessage { message_id } => {
            message::Entity::update_many()
                .col_expr(message::Column::State, Expr::value("failed"))
                .col_expr(message::Column::LastErrorCode, Expr::value(code))
                .col_expr(message::Column::LastError, Expr::value(message))
                .col_expr(
                    message::Column::UpdatedAt,
                    Expr::value(UnixMillis::from(app.clock.now())),
                )
                .filter(message::Column::Id.eq(*message_id))
                .filter(message::Column::State.is_in(["queued", "sending"]))
                .exec(on)
                .await?;
            Ok(())
        }
        Job::RefreshBusy { .. } | Job::RefreshCalendars { .. } | Job::TidyUp {} => Ok(()),
    }
}

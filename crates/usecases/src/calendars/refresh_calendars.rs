//! The job that brings the list of a connected account's calendars up to date.

use secrecy::SecretString;
use timetap_providers::google::ErrorKind;
use timetap_store::calendars::find_connection::{find_connection, list_calendars};
use timetap_store::calendars::note_connection_state::{note_success, set_write_calendar};
use timetap_store::calendars::replace_calendars::replace_calendars;
use uuid::Uuid;

use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::read_calendars::read_calendars;
use crate::calendars::write_failure::QUOTA_PAUSE;
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Lists the account's calendars anew. Choices stay; where the calendar that receives events is gone, the primary one
/// takes over.
///
/// # Errors
/// Something of our own broke.
pub async fn refresh_calendars(app: &TimeTap, connection_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let (Some(google), Some(connection)) = (&app.google, find_connection(app.db.writer(), connection_id).await?) else {
        return Ok(JobOutcome::Done);
    };
    match connection.status.as_str() {
        "disconnected" => return Ok(JobOutcome::Done),
        "needs_reconnect" => return Ok(wait_for_owner()),
        _ => {}
    }
    let account = GoogleAccount {
        app,
        google,
        connection_id,
        known: None,
    };
    let listed = account
        .call(|token: SecretString| async move { google.list_calendars(&token).await })
        .await;
    let remote = match listed {
        Ok(remote) => remote,
        Err(CallError::Unexpected(error)) => return Err(error),
        Err(CallError::Google(error)) => {
            let (code, message) = (error.code().to_owned(), error.explain());
            return Ok(match error.kind() {
                ErrorKind::Reauthorize | ErrorKind::AccessToken => wait_for_owner(),
                ErrorKind::Permanent | ErrorKind::Mismatch => JobOutcome::Dead { code, message },
                kind => JobOutcome::Backoff {
                    code,
                    message,
                    retry_after: if kind == ErrorKind::Quota {
                        Some(QUOTA_PAUSE)
                    } else {
                        error.retry_after()
                    },
                },
            });
        }
    };
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    replace_calendars(&txn, connection_id, read_calendars(connection_id, remote)).await?;
    if let Some(chosen) = &connection.write_calendar_id {
        let calendars = list_calendars(&txn, connection_id).await?;
        let still_there = calendars
            .iter()
            .any(|calendar| calendar.calendar_id == *chosen && calendar.writable);
        if !still_there {
            let primary = calendars
                .iter()
                .find(|calendar| calendar.is_primary && calendar.writable)
                .map(|calendar| calendar.calendar_id.as_str());
            set_write_calendar(&txn, connection_id, primary, now).await?;
        }
    }
    note_success(&txn, connection_id, now).await?;
    txn.commit().await?;
    Ok(JobOutcome::Done)
}

fn wait_for_owner() -> JobOutcome {
    JobOutcome::Park {
        code: "needs_reconnect".to_owned(),
        message: "Google needs to be reconnected.".to_owned(),
    }
}

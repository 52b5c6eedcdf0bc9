//! The job that keeps a person's busy times fresh.

use jiff::{SignedDuration, Timestamp};
use sea_orm::EntityTrait;
use secrecy::SecretString;
use timetap_core::role::Role;
use timetap_core::span::Span;
use timetap_providers::google::calendar::FreeBusy;
use timetap_providers::google::{ErrorKind, GoogleError};
use timetap_store::UnixMillis;
use timetap_store::accounts::find_user::find_user;
use timetap_store::calendars::find_connection::{find_connection, list_calendars, reads_busy};
use timetap_store::calendars::note_connection_state::{note_busy_known, note_degraded};
use timetap_store::calendars::replace_busy::{forget_busy_except, note_calendar_error, replace_busy};
use timetap_store::entities::{busy_interval, calendar_connection, host};
use uuid::Uuid;

use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::write_failure::QUOTA_PAUSE;
use crate::jobs::{Job, JobOutcome, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The horizon of a person who is not a host (yet).
const USUAL_HORIZON_DAYS: i64 = 60;
/// What was refused as wrong will be as wrong in a minute: about an hour, not the same one for all.
const AFTER_REFUSAL_SECONDS: (i64, i64) = (3240, 3960);

/// Asks the connected account when its owner is busy, in the calendars that were chosen, from yesterday until two days
/// beyond the booking horizon, and asks again before the answer is stale. A calendar that gives no answer keeps what was
/// known of it, and makes the connection degraded: not known is not free.
///
/// # Errors
/// Something of our own broke.
pub async fn refresh_busy(app: &TimeTap, connection_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let (Some(google), Some(connection)) = (&app.google, find_connection(app.db.writer(), connection_id).await?) else {
        return Ok(JobOutcome::Done);
    };
    match connection.status.as_str() {
        "disconnected" => return Ok(JobOutcome::Done),
        "needs_reconnect" => return Ok(wait_for_owner()),
        _ => {}
    }
    let span = span_to_ask(app, &connection).await?;
    let is_asked = reads_busy(&connection) && is_booked(app, connection.user_id).await?;
    let ids: Vec<String> = list_calendars(app.db.writer(), connection_id)
        .await?
        .into_iter()
        .filter(|calendar| calendar.check_busy && is_asked)
        .map(|calendar| calendar.calendar_id)
        .collect();
    let account = GoogleAccount {
        app,
        google,
        connection_id,
        known: None,
    };
    let asked = &ids;
    let answer = if ids.is_empty() {
        Ok(FreeBusy::new())
    } else {
        account
            .call(|token: SecretString| async move { google.query_free_busy(&token, asked, span).await })
            .await
    };
    match answer {
        Ok(answer) => {
            keep_answer(app, &connection, &ids, span, answer).await?;
            Ok(JobOutcome::Again { at: next_look(app) })
        }
        Err(CallError::Unexpected(error)) => Err(error),
        Err(CallError::Google(error)) => degrade(app, connection_id, &error).await,
    }
}

/// Whether this person is booked by others, or about to open a page for that. When somebody who only books is busy is nobody's
/// business.
async fn is_booked(app: &TimeTap, user_id: Uuid) -> Result<bool, Unexpected> {
    let user = find_user(app.db.reader(), user_id).await?;
    Ok(user
        .and_then(|user| user.role.parse::<Role>().ok())
        .is_some_and(Role::is_host))
}

async fn span_to_ask(app: &TimeTap, connection: &calendar_connection::Model) -> Result<Span, Unexpected> {
    let horizon = host::Entity::find_by_id(connection.user_id)
        .one(app.db.reader())
        .await?
        .map_or(USUAL_HORIZON_DAYS, |host| host.horizon_days);
    let now = app.clock.now();
    let day = SignedDuration::from_hours(24);
    let ahead = SignedDuration::from_hours((horizon.clamp(1, 730) + 2) * 24);
    let start = now.saturating_sub(day).unwrap_or(now);
    let end = now.saturating_add(ahead).unwrap_or(Timestamp::MAX);
    Span::new(start, end).map_err(|error| Unexpected::Internal(error.to_string()))
}

/// Before the cache is stale, and not for all connections in the same second.
fn next_look(app: &TimeTap) -> Timestamp {
    let cache = i64::try_from(app.settings.busy_cache.as_millis()).unwrap_or(300_000);
    let pause = app.entropy.between(cache * 7 / 10, cache * 9 / 10);
    let now = app.clock.now();
    now.saturating_add(SignedDuration::from_millis(pause)).unwrap_or(now)
}

async fn keep_answer(
    app: &TimeTap,
    connection: &calendar_connection::Model,
    ids: &[String],
    span: Span,
    answer: FreeBusy,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let id = connection.id;
    let mut silent = None;
    let txn = app.db.begin().await?;
    for (calendar_id, busy) in answer {
        match busy {
            Ok(spans) => {
                let rows = spans
                    .into_iter()
                    .map(|span| busy_interval::Model {
                        id: app.entropy.uuid(now),
                        connection_id: id,
                        user_id: connection.user_id,
                        calendar_id: calendar_id.clone(),
                        starts_at: UnixMillis::from(span.start),
                        ends_at: UnixMillis::from(span.end),
                    })
                    .collect();
                replace_busy(&txn, id, &calendar_id, rows).await?;
            }
            Err(reason) => {
                note_calendar_error(&txn, id, &calendar_id, Some(&reason)).await?;
                silent = Some(reason);
            }
        }
    }
    forget_busy_except(&txn, id, ids).await?;
    match silent {
        None => note_busy_known(&txn, id, span.start, span.end, now).await?,
        Some(reason) => {
            tracing::warn!(connection = %id, reason, "calendar: one calendar gives no busy times");
            let words = "One of your calendars does not tell Google when you are busy. It may have been removed, or no \
                         longer be shared with you: please look at the list of calendars.";
            note_degraded(&txn, id, ("calendar_unreadable", words), now).await?;
            enqueue_job(&txn, app, &Job::RefreshCalendars { connection_id: id }, When::Now).await?;
        }
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(())
}

fn wait_for_owner() -> JobOutcome {
    JobOutcome::Park {
        code: "needs_reconnect".to_owned(),
        message: "Google needs to be reconnected.".to_owned(),
    }
}

async fn degrade(app: &TimeTap, connection_id: Uuid, error: &GoogleError) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    let (code, words) = (error.code(), error.explain());
    let retry_after = match error.kind() {
        ErrorKind::Reauthorize | ErrorKind::AccessToken => return Ok(wait_for_owner()),
        ErrorKind::Permanent | ErrorKind::Mismatch => None,
        ErrorKind::Quota => Some(QUOTA_PAUSE),
        ErrorKind::RateLimit | ErrorKind::Transient => error.retry_after(),
    };
    note_degraded(app.db.writer(), connection_id, (code, &words), now).await?;
    if matches!(error.kind(), ErrorKind::Permanent | ErrorKind::Mismatch) {
        tracing::error!(connection = %connection_id, code, "calendar: the question about busy times was refused");
        let pause = SignedDuration::from_secs(app.entropy.between(AFTER_REFUSAL_SECONDS.0, AFTER_REFUSAL_SECONDS.1));
        return Ok(JobOutcome::Again {
            at: now.saturating_add(pause).unwrap_or(now),
        });
    }
    Ok(JobOutcome::Backoff {
        code: code.to_owned(),
        message: words,
        retry_after,
    })
}

//! `GET /readyz`: whether this replica should be sent requests.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::oldest_due_age;

use super::watch_state::WatchState;

/// How long each check may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The answer: each check by name. Codes and figures only; what went wrong in words stands in the log.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    checks: Checks,
}

#[derive(Debug, Serialize)]
struct Checks {
    /// Not told to stop.
    serving: Check,
    /// The database answers.
    database: Check,
    /// The schema is at least that of this version.
    migrations: Check,
    /// No due job waits too long.
    queue: QueueCheck,
}

#[derive(Debug, Serialize)]
struct Check {
    ok: bool,
}

#[derive(Debug, Serialize)]
struct QueueCheck {
    ok: bool,
    oldest_due_seconds: Option<u64>,
    limit_seconds: u64,
}

/// 200 where every check is well, else 503.
pub async fn readyz(State(state): State<WatchState>) -> Response {
    let app = &*state.app;
    let database = check("the database", async { Ok::<_, anyhow::Error>(app.db.ping().await?) })
        .await
        .is_some();
    // One answer is enough where there is no database to ask.
    let (migrations, oldest) = if database {
        (is_migrated(app).await, check("the queue", oldest_due_age(app)).await)
    } else {
        (false, None)
    };
    let limit = state.ready_queue;
    let checks = Checks {
        serving: Check {
            ok: !state.stopping.is_cancelled(),
        },
        database: Check { ok: database },
        migrations: Check { ok: migrations },
        queue: QueueCheck {
            ok: oldest.is_some_and(|age| limit.is_zero() || age <= limit),
            oldest_due_seconds: oldest.map(|age| age.as_secs()),
            limit_seconds: limit.as_secs(),
        },
    };
    let ready = checks.serving.ok && checks.database.ok && checks.migrations.ok && checks.queue.ok;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, no_store, Json(Readiness { ready, checks })).into_response()
}

async fn is_migrated(app: &TimeTap) -> bool {
    match check("the schema", timetap_migrations::missing(app.db.reader())).await {
        Some(missing) if missing.is_empty() => true,
        Some(missing) => {
            tracing::warn!(?missing, "not ready: migrations are missing");
            false
        }
        None => false,
    }
}

async fn check<T, E: std::fmt::Display>(what: &str, asked: impl Future<Output = Result<T, E>>) -> Option<T> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(what, %error, "not ready");
            None
        }
        Err(_) => {
            tracing::warn!(what, "not ready: no answer in time");
            None
        }
    }
}

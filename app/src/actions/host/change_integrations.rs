//! What a person changes about their calendars.

use http::StatusCode;
use timetap_usecases::Unexpected;
use timetap_usecases::calendars::{
    CalendarsForm, ChooseCalendarsError, Direction, Preferences, RetryConnectionError, RetryWriteError,
    SetPreferencesError, WantAllEventsError, add_upcoming, choose_calendars, retry_connection, retry_write,
    set_preferences, want_all_events,
};
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::viewer::Viewer;
use crate::pages::host::calendar_choice::NONE;
use crate::pages::host::integrations::{CUSTOMER_ADDRESS, address_of};

/// `POST /host/integrations`, by those who are booked by others. See [`change_calendars`].
pub fn change_integrations(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match s.require_host() {
            Ok(viewer) => change(s, viewer).await,
            Err(reply) => Ok(reply),
        }
    })
}

/// `POST /account/calendars`, by anybody who is signed in. The field `form` says what: `calendars`, `preferences`,
/// `add_upcoming`, `all_events`, `retry_connection` or `retry_write`.
pub fn change_calendars(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match s.require_viewer() {
            Ok(viewer) => change(s, viewer).await,
            Err(reply) => Ok(reply),
        }
    })
}

async fn change(s: Submission, viewer: Viewer) -> Result<Reply, Unexpected> {
    let at = address_of(&viewer);
    match s.form.text("form") {
        "calendars" => choose(s, at, viewer.user_id).await,
        "add_upcoming" => {
            add_upcoming(&s.app, viewer.user_id).await?;
            Ok(done(at, "adding"))
        }
        "preferences" => {
            let id = s.form.text("connection").parse().unwrap_or(Uuid::nil());
            let chosen = Preferences {
                sync_enabled: s.form.text("sync") == "on",
                auto_sync: s.form.text("auto") == "on",
                direction: Direction::of(s.form.text("direction")),
            };
            match set_preferences(&s.app, viewer.user_id, id, chosen).await {
                Ok(()) => Ok(done(at, "preferences")),
                Err(SetPreferencesError::NotFound) => Ok(problem(at, "no_connection")),
                Err(SetPreferencesError::Unexpected(error)) => Err(error),
            }
        }
        "all_events" => match want_all_events(&s.app, viewer.user_id, s.form.text("all") == "on").await {
            Ok(()) => Ok(done(at, "all_events")),
            Err(WantAllEventsError::Forbidden) => Ok(Reply::Forbidden),
            Err(WantAllEventsError::Unexpected(error)) => Err(error),
        },
        "retry_connection" => {
            let id = s.form.text("connection").parse().unwrap_or(Uuid::nil());
            match retry_connection(&s.app, viewer.user_id, id).await {
                Ok(()) => Ok(done(at, "retrying")),
                Err(RetryConnectionError::NotFound) => Ok(problem(at, "no_connection")),
                Err(RetryConnectionError::Unexpected(error)) => Err(error),
            }
        }
        "retry_write" => {
            let id = s.form.text("write").parse().unwrap_or(Uuid::nil());
            match retry_write(&s.app, viewer.user_id, id).await {
                Ok(()) => Ok(done(at, "retrying")),
                Err(RetryWriteError::NotFound) => Ok(Reply::NotFound),
                Err(RetryWriteError::Unexpected(error)) => Err(error),
            }
        }
        _ => Ok(s.refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "calendars",
            "This form is not known here. Please reload the page and try again.",
        )),
    }
}

async fn choose(s: Submission, at: &str, user_id: Uuid) -> Result<Reply, Unexpected> {
    let form = CalendarsForm {
        busy: s.form.all("busy").map(str::to_owned).collect(),
        write: Some(s.form.text("write"))
            .filter(|write| *write != NONE)
            .unwrap_or_default()
            .to_owned(),
    };
    match choose_calendars(&s.app, user_id, &form).await {
        // When somebody who only books is busy is not read.
        Ok(()) if at == CUSTOMER_ADDRESS => Ok(done(at, "chosen_write")),
        Ok(()) => Ok(done(at, "chosen")),
        Err(ChooseCalendarsError::Invalid(errors)) => Ok(s.invalid("calendars", errors)),
        Err(ChooseCalendarsError::Unexpected(error)) => Err(error),
    }
}

fn done(at: &str, code: &str) -> Reply {
    Reply::see(format!("{at}?done={code}"))
}

fn problem(at: &str, code: &str) -> Reply {
    Reply::see(format!("{at}?problem={code}"))
}

//! What a host changes about calendars.

use http::StatusCode;
use timetap_usecases::Unexpected;
use timetap_usecases::calendars::{
    CalendarsForm, ChooseCalendarsError, RetryConnectionError, RetryWriteError, add_upcoming, choose_calendars,
    retry_connection, retry_write,
};
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::host::calendar_choice::NONE;

/// `POST /host/integrations`. The field `form` says which: `calendars`, `add_upcoming`, `retry_connection` or
/// `retry_write`.
pub fn change_integrations(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_host() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        match s.form.text("form") {
            "calendars" => choose(s, viewer.user_id).await,
            "add_upcoming" => {
                add_upcoming(&s.app, viewer.user_id).await?;
                Ok(done("adding"))
            }
            "retry_connection" => {
                let id = s.form.text("connection").parse().unwrap_or(Uuid::nil());
                match retry_connection(&s.app, viewer.user_id, id).await {
                    Ok(()) => Ok(done("retrying")),
                    Err(RetryConnectionError::NotFound) => Ok(problem("no_connection")),
                    Err(RetryConnectionError::Unexpected(error)) => Err(error),
                }
            }
            "retry_write" => {
                let id = s.form.text("write").parse().unwrap_or(Uuid::nil());
                match retry_write(&s.app, viewer.user_id, id).await {
                    Ok(()) => Ok(done("retrying")),
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
    })
}

async fn choose(s: Submission, user_id: Uuid) -> Result<Reply, Unexpected> {
    let form = CalendarsForm {
        busy: s.form.all("busy").map(str::to_owned).collect(),
        write: Some(s.form.text("write"))
            .filter(|write| *write != NONE)
            .unwrap_or_default()
            .to_owned(),
    };
    match choose_calendars(&s.app, user_id, &form).await {
        Ok(()) => Ok(done("chosen")),
        Err(ChooseCalendarsError::Invalid(errors)) => Ok(s.invalid("calendars", errors)),
        Err(ChooseCalendarsError::Unexpected(error)) => Err(error),
    }
}

fn done(code: &str) -> Reply {
    Reply::see(format!("/host/integrations?done={code}"))
}

fn problem(code: &str) -> Reply {
    Reply::see(format!("/host/integrations?problem={code}"))
}

//! `/api/google/calendar/callback`: back from Google's consent page.

use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use timetap_app::page::viewer::Viewer;
use timetap_app::pages::host::integrations::address_of;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{ConsentAnswer, FinishConnectError, finish_connect};

use super::google_connect::{to_problem, to_sign_in};

/// `GET`: keeps the connection, or says on the page of the connections why there is none. The state, bound to the session
/// and good for one use, is what makes this safe.
pub async fn callback(
    State(app): State<Arc<TimeTap>>,
    viewer: Option<Extension<Viewer>>,
    Query(answer): Query<ConsentAnswer>,
) -> Response {
    let Some(Extension(viewer)) = viewer else {
        return to_sign_in();
    };
    match finish_connect(&app, viewer.user_id, viewer.session_id, &answer).await {
        Ok(connected) => {
            let done = match connected.resumed {
                0 => "connected",
                1 => "connected_one",
                _ => "connected_some",
            };
            Redirect::to(&format!("{}?done={done}", address_of(&viewer))).into_response()
        }
        Err(FinishConnectError::MissingScopes(missing)) => {
            // Only the last word of each scope's address: enough to name the box.
            let boxes: Vec<&str> = missing
                .iter()
                .map(|scope| scope.rsplit('/').next().unwrap_or(scope))
                .collect();
            let at = address_of(&viewer);
            Redirect::to(&format!("{at}?problem=scopes&missing={}", boxes.join("+"))).into_response()
        }
        Err(error) => {
            if let FinishConnectError::Unexpected(error) = &error {
                tracing::error!(user = %viewer.user_id, %error, "connecting Google could not be finished");
            }
            to_problem(&viewer, error.code())
        }
    }
}

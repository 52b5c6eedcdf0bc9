//! `POST /api/google/calendar/disconnect`: ends a connection.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use timetap_app::page::viewer::Viewer;
use timetap_app::pages::host::integrations::address_of;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{DisconnectError, Farewell, disconnect};
use uuid::Uuid;

use super::google_connect::{to_problem, to_sign_in};

/// The form.
#[derive(Debug, Deserialize)]
pub struct DisconnectForm {
    #[serde(default)]
    connection: String,
}

/// Ends the connection and says how Google took it.
pub async fn submit(
    State(app): State<Arc<TimeTap>>,
    viewer: Option<Extension<Viewer>>,
    Form(form): Form<DisconnectForm>,
) -> Response {
    let Some(Extension(viewer)) = viewer else {
        return to_sign_in();
    };
    let Ok(connection_id) = form.connection.parse::<Uuid>() else {
        return to_problem(&viewer, "no_connection");
    };
    let done = match disconnect(&app, viewer.user_id, connection_id).await {
        Ok(Farewell::Revoked) => "disconnected",
        Ok(Farewell::Shared) => "disconnected_shared",
        Ok(Farewell::NotTold) => "disconnected_not_told",
        Err(DisconnectError::NotFound) => return to_problem(&viewer, "no_connection"),
        Err(DisconnectError::Unexpected(error)) => {
            tracing::error!(user = %viewer.user_id, connection = %connection_id, %error, "disconnecting failed");
            return to_problem(&viewer, "unexpected");
        }
    };
    Redirect::to(&format!("{}?done={done}", address_of(&viewer))).into_response()
}

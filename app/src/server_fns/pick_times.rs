//! `GET /api/fn/pick_times`: a month and the times of a day, for the slot picker.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::islands::picker_view::PickerView;

/// What the picker shows for this month (`2026-11`) and day (`2026-11-24`); either may be empty. The subject is that of
/// [`crate::islands::picker_view::PickerPlace`]; a booking's times are shown to its people only.
///
/// # Errors
/// There is no such subject, or something broke; the picker then follows its link.
#[server(prefix = "/api/fn", endpoint = "pick_times", input = GetUrl)]
pub async fn pick_times(
    subject: String,
    token: String,
    zone: String,
    month: String,
    day: String,
) -> Result<PickerView, ServerFnError> {
    use crate::page::timetap;
    use crate::page::viewer::viewer;
    use crate::pages::booking::subject::Subject;

    let response = use_context::<leptos_axum::ResponseOptions>();
    if let Some(response) = &response {
        response.insert_header(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    }
    let refuse = |status: http::StatusCode, message: &str| {
        if let Some(response) = &response {
            response.set_status(status);
        }
        Err(ServerFnError::new(message))
    };
    let app = timetap();
    let viewer = viewer().map(|viewer| viewer.user_id);
    let zone = match timetap_core::text::ZoneName::parse(&zone) {
        Ok(zone) => zone,
        Err(error) => return refuse(http::StatusCode::UNPROCESSABLE_ENTITY, &error.message),
    };
    let shown = match Subject::find(&app, &subject, &token, viewer).await {
        Ok(Some(subject)) => subject.show(&app, zone.time_zone(), &month, &day).await,
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match shown {
        Ok(Some(view)) => Ok(view),
        Ok(None) => refuse(http::StatusCode::NOT_FOUND, "There is nothing here."),
        Err(error) => {
            tracing::error!(%error, "times could not be shown");
            refuse(http::StatusCode::INTERNAL_SERVER_ERROR, "Something broke on our side.")
        }
    }
}

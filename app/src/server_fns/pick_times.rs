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

    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    }
    let app = timetap();
    let viewer = viewer().map(|viewer| viewer.user_id);
    let nothing = || ServerFnError::new("There is nothing here.");
    let zone = timetap_core::text::ZoneName::parse(&zone).map_err(|error| ServerFnError::new(error.message))?;
    let found = Subject::find(&app, &subject, &token, viewer).await;
    let shown = match found {
        Ok(Some(subject)) => subject.show(&app, zone.time_zone(), &month, &day).await,
        Ok(None) => return Err(nothing()),
        Err(error) => Err(error),
    };
    match shown {
        Ok(Some(view)) => Ok(view),
        Ok(None) => Err(nothing()),
        Err(error) => {
            tracing::error!(%error, "times could not be shown");
            Err(ServerFnError::new("Something broke on our side."))
        }
    }
}

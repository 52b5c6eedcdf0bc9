//! `GET /api/fn/pick_times`: what the slot picker shows after a step, for the island that puts it on the page.

use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use timetap_app::page::viewer::Viewer;
use timetap_app::pages::booking::picker::render_step;
use timetap_app::pages::booking::picker_view::PickerPlace;
use timetap_core::text::ZoneName;
use timetap_usecases::TimeTap;

use super::private_request::{broken, nothing, private_headers};

/// The picker's place and the step, as its links have them. The subject is that of [`PickerPlace`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Step {
    subject: String,
    token: String,
    item: String,
    zone: String,
    zone_chosen: String,
    month: String,
    day: String,
}

/// A part of a page. It is plain text to whoever opens it by its address: only the picker takes it for HTML.
pub async fn show(
    State(app): State<Arc<TimeTap>>,
    Query(step): Query<Step>,
    viewer: Option<Extension<Viewer>>,
) -> Response {
    let Ok(zone) = ZoneName::parse(&step.zone) else {
        return (StatusCode::UNPROCESSABLE_ENTITY, private_headers()).into_response();
    };
    let place = PickerPlace {
        subject: step.subject,
        token: step.token,
        item: step.item,
        zone: zone.as_str().to_owned(),
        zone_chosen: !step.zone_chosen.is_empty(),
    };
    let viewer = viewer.map(|Extension(viewer)| viewer.user_id);
    match render_step(&app, place, &zone, viewer, &step.month, &step.day).await {
        Ok(Some(html)) => {
            let kind = HeaderValue::from_static("text/plain; charset=utf-8");
            (private_headers(), [(header::CONTENT_TYPE, kind)], html).into_response()
        }
        Ok(None) => nothing(),
        Err(error) => {
            tracing::error!(%error, "times could not be shown");
            broken()
        }
    }
}

//! `/api/google/calendar/connect`: the way to Google's consent page.

use std::sync::Arc;

use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, header};
use serde::Deserialize;
use timetap_app::page::viewer::Viewer;
use timetap_app::pages::host::integrations::{CUSTOMER_ADDRESS, address_of};
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{BeginConnectError, begin_connect};

/// Where a person looks after their connections.
pub fn calendars_of(viewer: Option<&Viewer>) -> &'static str {
    viewer.map_or(CUSTOMER_ADDRESS, address_of)
}

/// What may stand in the address.
#[derive(Debug, Default, Deserialize)]
pub struct ConnectQuery {
    /// The account to preselect, for reconnecting.
    account: Option<String>,
}

/// `GET`: from a link on our own pages, on to Google. From elsewhere only to the page with that link, because another site
/// should not be able to send people to a consent page in our name.
pub async fn follow_link(
    State(app): State<Arc<TimeTap>>,
    viewer: Option<Extension<Viewer>>,
    headers: HeaderMap,
    Query(query): Query<ConnectQuery>,
) -> Response {
    if comes_from_us(&headers, &app) {
        begin(&app, viewer, query).await
    } else {
        Redirect::to(calendars_of(viewer.as_deref())).into_response()
    }
}

/// `HEAD`: begins nothing, and finishes nothing at the address where Google leads back to. Where the connections are.
pub async fn look(viewer: Option<Extension<Viewer>>) -> Response {
    if viewer.is_none() {
        return to_sign_in();
    }
    Redirect::to(calendars_of(viewer.as_deref())).into_response()
}

/// `POST`: on to Google. Requests from elsewhere were refused before they got here.
pub async fn submit(
    State(app): State<Arc<TimeTap>>,
    viewer: Option<Extension<Viewer>>,
    Query(query): Query<ConnectQuery>,
) -> Response {
    begin(&app, viewer, query).await
}

async fn begin(app: &TimeTap, viewer: Option<Extension<Viewer>>, query: ConnectQuery) -> Response {
    let Some(Extension(viewer)) = viewer else {
        return to_sign_in();
    };
    let account = query.account.filter(|account| account.len() <= 254);
    match begin_connect(app, viewer.user_id, viewer.session_id, account.as_deref()).await {
        Ok(url) => Redirect::to(url.as_str()).into_response(),
        Err(BeginConnectError::NotConfigured) => to_problem(&viewer, "not_configured"),
        Err(BeginConnectError::Unexpected(error)) => {
            tracing::error!(user = %viewer.user_id, %error, "connecting Google could not begin");
            to_problem(&viewer, "unexpected")
        }
    }
}

/// Signing in comes first, and leads back to the connections.
pub fn to_sign_in() -> Response {
    Redirect::to("/sign-in?next=%2Faccount%2Fcalendars").into_response()
}

/// The page of the connections, with what went wrong.
pub fn to_problem(viewer: &Viewer, code: &str) -> Response {
    Redirect::to(&format!("{}?problem={code}", address_of(viewer))).into_response()
}

/// Whether the request was made on one of our own pages. Browsers say so in `Sec-Fetch-Site`; where they leave that out
/// (plain HTTP away from the loopback, old ones), the referring page tells.
fn comes_from_us(headers: &HeaderMap, app: &TimeTap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    text(header::REFERER.as_str())
        .and_then(|referer| url::Url::parse(referer).ok())
        .is_some_and(|referer| referer.origin() == app.settings.public_url.origin())
}

//! Redirects from within a page.

use http::{HeaderValue, StatusCode, header};
use leptos_axum::ResponseOptions;

/// Answers with a redirect, to browsers and to everybody else. An address that cannot stand in a header becomes a 404.
pub fn send_to(response: Option<&ResponseOptions>, to: &str) {
    let Some(response) = response else { return };
    match HeaderValue::from_str(to) {
        Ok(address) => {
            response.set_status(StatusCode::FOUND);
            response.insert_header(header::LOCATION, address);
        }
        Err(_) => response.set_status(StatusCode::NOT_FOUND),
    }
}

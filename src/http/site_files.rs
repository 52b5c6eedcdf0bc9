//! Static files: hashed ones that are cached for ever, the rest of the site folder, and the page for what is not there.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use timetap_app::shell::shell;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeader;

use super::server_state::ServerState;

/// The addresses of the static files, as far as they have routes of their own.
pub const PATHS: [&str; 4] = ["/favicon.svg", "/robots.txt", "/fonts/{*file}", "/pkg/{*file}"];

/// `/pkg`: names carry a hash of the content, so that a browser never has to ask twice.
pub fn hashed_files(options: &LeptosOptions) -> SetResponseHeader<ServeDir, HeaderValue> {
    let folder = std::path::Path::new(&*options.site_root).join(&*options.site_pkg_dir);
    SetResponseHeader::overriding(
        ServeDir::new(folder).precompressed_br().precompressed_gzip(),
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    )
}

/// A folder of the site, such as that of the fonts. Its files are named by hand and kept by browsers for a while.
pub fn folder(options: &LeptosOptions, name: &str) -> SetResponseHeader<ServeDir, HeaderValue> {
    SetResponseHeader::overriding(
        ServeDir::new(std::path::Path::new(&*options.site_root).join(name)),
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    )
}

/// A file that stands beside the pages: without a route of its own, a host's address would be looked for under its name.
pub fn top_level_file(options: &LeptosOptions, name: &str) -> SetResponseHeader<ServeFile, HeaderValue> {
    SetResponseHeader::overriding(
        ServeFile::new(std::path::Path::new(&*options.site_root).join(name)),
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    )
}

/// A file of the site folder, or the page that says that nothing is there.
pub async fn file_or_not_found(State(state): State<ServerState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let mut lookup = Request::builder().method(parts.method.clone()).uri(parts.uri.clone());
    for name in [header::IF_MODIFIED_SINCE, header::ACCEPT_ENCODING, header::RANGE] {
        if let Some(value) = parts.headers.get(&name) {
            lookup = lookup.header(name, value);
        }
    }
    if let Ok(lookup) = lookup.body(Body::empty()) {
        let files = ServeDir::new(&*state.leptos.site_root).append_index_html_on_directories(false);
        if let Ok(answer) = files.oneshot(lookup).await
            && (answer.status().is_success() || answer.status().is_redirection())
        {
            let mut answer = answer.into_response();
            answer
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
            return answer;
        }
    }
    let (app, leptos) = (state.app.clone(), state.leptos.clone());
    let render =
        leptos_axum::render_app_async_with_context(move || provide_context(app.clone()), move || shell(leptos.clone()));
    render(Request::from_parts(parts, Body::empty())).await
}

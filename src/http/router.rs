//! All routes and the layers around them.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use leptos::config::{LeptosOptions, get_configuration};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use timetap_app::routes::App;
use timetap_app::shell::shell;
use timetap_app::site::Site;
use timetap_usecases::TimeTap;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use super::endpoints::{endpoints, endpoints_for_programs};
use super::files_first::FilesFirst;
use super::kept_pages::Shelf;
use super::request_figures::RequestFigures;
use super::server_state::{ServerState, Shared};
use super::site_files::SiteFiles;
use super::take_turns::{FORM_LIMIT, Turns, take_turn};
use super::watch_state::WatchState;
use super::{
    client_facts, failure_page, kept_pages, observe_request, post_action, security_headers, session_cookie, site_files,
    sound_address,
};

/// How the router is made.
#[derive(Clone, Debug)]
pub struct RouterOptions {
    /// Proxies whose `X-Forwarded-For` and `X-Request-Id` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Probes and metrics.
    pub watch: WatchState,
}

/// Composes all routes.
///
/// # Errors
/// `Leptos.toml` or a file of the site cannot be read.
pub fn router(app: &Arc<TimeTap>, options: RouterOptions) -> anyhow::Result<Router> {
    let leptos = leptos_options()?;
    let files = SiteFiles::load(&leptos, app.settings.is_https());
    let state = ServerState::new(Shared {
        app: app.clone(),
        site: Site::load(&leptos),
        files: files.context("the site's files cannot be read")?,
        pages: Shelf::empty(),
        figures: RequestFigures::new(),
        leptos,
        trusted_proxies: options.trusted_proxies,
        watch: options.watch,
    });
    let pages = generate_route_list(App);
    let context = {
        let app = app.clone();
        move || provide_context(app.clone())
    };
    let document = {
        let site = state.site.clone();
        move || shell(&site)
    };
    let mut routes = Router::new().leptos_routes_with_context(&state, pages, context, document);
    for (path, action) in timetap_app::actions::all() {
        routes = routes.route(
            path,
            post(move |state, parameters, request| post_action::run(action, state, parameters, request)),
        );
    }
    for endpoint in endpoints() {
        routes = routes.route(endpoint.path, endpoint.handler);
    }
    let routes = routes
        .fallback(site_files::file_or_not_found)
        .layer(from_fn_with_state(state.clone(), session_cookie::resolve_viewer))
        .layer(from_fn_with_state(state.clone(), client_facts::gather))
        .layer(from_fn_with_state(Turns::default(), take_turn))
        .layer(from_fn_with_state(state.clone(), kept_pages::serve));
    // After those four: nothing has to be known of who asks for a file, and it stands in no line. Nor do other programs.
    let routes = site_files::PATHS
        .into_iter()
        .fold(routes, |routes, path| routes.route(path, get(site_files::file)));
    let routes = endpoints_for_programs()
        .into_iter()
        .fold(routes, |routes, endpoint| routes.route(endpoint.path, endpoint.handler))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), security_headers::add))
                .layer(CompressionLayer::new())
                .layer(from_fn_with_state(state.clone(), failure_page::show))
                .layer(CatchPanicLayer::new())
                .layer(from_fn(sound_address::check))
                .layer(CsrfLayer::new()),
        )
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        // Outermost: what the layers inside refuse or break is observed too.
        .layer(from_fn_with_state(state.clone(), observe_request::observe))
        .with_state(state.clone());
    Ok(Router::new().fallback_service(FilesFirst { state, routes }))
}

/// Leptos's run-time options: from `Leptos.toml` in the working directory where it exists, and from the environment, whose
/// `LEPTOS_` names win.
fn leptos_options() -> anyhow::Result<LeptosOptions> {
    const FILE: &str = "Leptos.toml";
    let path = std::path::Path::new(FILE).exists().then_some(FILE);
    let configuration = get_configuration(path).with_context(|| format!("{FILE} cannot be read"))?;
    Ok(configuration.leptos_options)
}

#[cfg(test)]
mod tests {
    use toml::{Table, Value};

    fn leptos_table(text: &str, path: &[&str]) -> Table {
        let mut value = Value::Table(text.parse().unwrap());
        for key in path {
            value = value.get(key).unwrap().clone();
            // The build knows of several programs; there is one.
            if let Value::Array(programs) = value {
                assert_eq!(programs.len(), 1);
                value = programs[0].clone();
            }
        }
        value.as_table().unwrap().clone()
    }

    #[test]
    fn what_the_build_and_the_server_both_know_agrees() {
        let build = leptos_table(include_str!("../../Cargo.toml"), &["workspace", "metadata", "leptos"]);
        let run = leptos_table(include_str!("../../Leptos.toml"), &["package", "metadata", "leptos"]);
        for key in ["output-name", "site-root", "site-pkg-dir", "hash-files"] {
            assert_eq!(build.get(key), run.get(key), "{key}");
            assert!(run.contains_key(key), "{key}");
        }
    }
}

//! Every address that the program answers at, read off what the router is made from.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use timetap_app::routes::App;

use super::endpoints::{endpoints, endpoints_for_programs};
use super::site_files;

/// Method and path, such as `GET /bookings/{id}`, sorted by path.
pub fn list_routes() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    let mut add = |path: &str, method: &str| {
        routes.insert((path.to_owned(), method.to_owned()));
    };
    for page in generate_route_list(App) {
        for method in page.methods() {
            add(page.path(), &format!("{method:?}").to_uppercase());
        }
    }
    for (path, _) in timetap_app::actions::all() {
        add(path, "POST");
    }
    for (path, method) in server_fn_paths() {
        add(path, method.as_str());
    }
    for endpoint in endpoints().into_iter().chain(endpoints_for_programs()) {
        for method in endpoint.methods {
            add(endpoint.path, method);
        }
    }
    for path in site_files::PATHS {
        add(path, "GET");
    }
    routes
}

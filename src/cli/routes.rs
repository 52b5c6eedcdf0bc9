//! `timetap routes`.

use crate::http::list_routes::list_routes;

/// Prints every address that the program answers at, a line each; for proxies, firewalls and tests.
pub fn run() {
    for (path, method) in list_routes() {
        super::say(&format!("{method:<6} {path}"));
    }
}

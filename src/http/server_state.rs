//! What handlers and layers share.

use std::net::IpAddr;
use std::sync::Arc;

use leptos::config::LeptosOptions;
use timetap_app::site::Site;
use timetap_usecases::TimeTap;

use super::site_files::SiteFiles;
use super::watch_state::WatchState;

/// What handlers share.
#[derive(Clone, Debug)]
pub struct ServerState {
    /// The program.
    pub app: Arc<TimeTap>,
    /// Leptos's options.
    pub leptos: LeptosOptions,
    /// What pages name of the build's files.
    pub site: Site,
    /// The files themselves.
    pub files: SiteFiles,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
    /// Probes and metrics.
    pub watch: WatchState,
}

impl axum::extract::FromRef<ServerState> for WatchState {
    fn from_ref(state: &ServerState) -> Self {
        state.watch.clone()
    }
}

impl axum::extract::FromRef<ServerState> for LeptosOptions {
    fn from_ref(state: &ServerState) -> Self {
        state.leptos.clone()
    }
}

impl axum::extract::FromRef<ServerState> for Arc<TimeTap> {
    fn from_ref(state: &ServerState) -> Self {
        state.app.clone()
    }
}

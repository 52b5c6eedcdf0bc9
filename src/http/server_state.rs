//! What handlers and layers share.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use leptos::config::LeptosOptions;
use timetap_app::site::Site;
use timetap_usecases::TimeTap;

use super::kept_pages::Shelf;
use super::request_figures::RequestFigures;
use super::site_files::SiteFiles;
use super::watch_state::WatchState;

/// What handlers share. Every layer has a clone, and clones it for every request.
#[derive(Clone, Debug)]
pub struct ServerState(Arc<Shared>);

impl ServerState {
    /// To be shared.
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for ServerState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What there is to share.
#[derive(Debug)]
pub struct Shared {
    /// The program.
    pub app: Arc<TimeTap>,
    /// Leptos's options.
    pub leptos: LeptosOptions,
    /// What pages name of the build's files.
    pub site: Site,
    /// The files themselves.
    pub files: SiteFiles,
    /// Public pages that are kept.
    pub pages: Shelf,
    /// The figures of requests.
    pub figures: RequestFigures,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
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

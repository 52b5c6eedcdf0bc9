//! Keeps rendered public pages for those who come without any cookie, and shows them as long as they are exactly what would
//! be rendered anew: nothing in the database has changed since before the page was read, and the clock stands in the same
//! minute. Each visitor gets a nonce and a form's key of their own (docs/adr/0013).

mod kept_page;
mod shelf;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use timetap_app::page::keeping::{Keeping, Notes};
use timetap_store::Version;
use tokio::time::timeout;

use self::kept_page::KeptPage;
pub use self::shelf::Shelf;
use self::shelf::{Minute, Moment};
use super::server_state::ServerState;
use super::site_files::accepts;

/// The public pages, as the router calls them.
const PAGES: [&str; 3] = ["/{slug}", "/{slug}/book", "/{slug}/{service}"];
/// Longer addresses are nobody's links.
const LONGEST_ADDRESS: usize = 512;
/// So long may it take to find out whether anything has changed; then the page is made anew.
const PATIENCE: Duration = Duration::from_millis(250);

/// Answers with a page that is kept, or keeps the one that is made.
pub async fn serve(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let Some(address) = address_of_public_page(&request) else {
        return next.run(request).await;
    };
    // Before anything of the page is read: what changes from here on makes another moment.
    let Some(moment) = present(&state).await else {
        return next.run(request).await;
    };
    let gzip = accepts(request.headers(), "gzip");
    let fresh = || state.app.entropy.token();
    if let Some(page) = state.pages.find(&moment, &address, state.app.clock.now()) {
        state.pages.served.increment(1);
        return page.answer(&fresh(), &fresh(), gzip);
    }
    let keeping = Keeping::default();
    request.extensions_mut().insert(keeping.clone());
    let answer = next.run(request).await;
    let notes = keeping.notes();
    let minute = Minute::of(state.app.clock.now());
    if minute != Some(moment.minute) || answer.status() != StatusCode::OK || notes.kept.is_none() {
        return answer;
    }
    match keep(&state, moment, address, notes, answer).await {
        Ok(page) => page.answer(&fresh(), &fresh(), gzip),
        Err(answer) => answer,
    }
}

/// The page as it is kept now; or, where it cannot be, the answer as it was.
async fn keep(
    state: &ServerState,
    moment: Moment<Version>,
    address: String,
    notes: Notes,
    answer: Response,
) -> Result<std::sync::Arc<KeptPage>, Response> {
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
    };
    let made = notes
        .kept
        .and_then(|kept| KeptPage::new(&parts.headers, &body, notes.nonce.as_deref(), &kept));
    match made {
        Some(page) => {
            state.pages.made.increment(1);
            Ok(state.pages.put(moment, address, page))
        }
        None => Err(Response::from_parts(parts, Body::from(body))),
    }
}

/// Path and query, where this asks for a public page and says nothing of who asks.
fn address_of_public_page(request: &Request) -> Option<String> {
    let template = request.extensions().get::<MatchedPath>()?;
    let says_who = |headers: &HeaderMap| {
        [header::COOKIE, header::AUTHORIZATION]
            .iter()
            .any(|name| headers.contains_key(name))
    };
    if *request.method() != Method::GET || !PAGES.contains(&template.as_str()) || says_who(request.headers()) {
        return None;
    }
    let address = request.uri().path_and_query()?.as_str();
    (address.len() <= LONGEST_ADDRESS).then(|| address.to_owned())
}

async fn present(state: &ServerState) -> Option<Moment<Version>> {
    let minute = Minute::of(state.app.clock.now())?;
    let version = match timeout(PATIENCE, state.app.db.version()).await {
        Ok(Ok(version)) => version?,
        Ok(Err(error)) => {
            tracing::debug!(%error, "whether the database has changed cannot be said");
            return None;
        }
        Err(_) => return None,
    };
    Some(Moment { version, minute })
}

//! Works out from where a request comes, for rate limits and for the list of sessions.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use timetap_app::page::viewer::Client;

use super::server_state::ServerState;

/// Puts [`Client`] into the request's extensions.
pub async fn gather(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    let ip = peer.map(|peer| originating_address(peer, request.headers(), &state.trusted_proxies));
    let agent = request
        .headers()
        .get(http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let client = Client {
        ip: ip.map(|ip| ip.to_string()).unwrap_or_default(),
        device: describe_device(agent),
    };
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The address of the client: the peer's, or where the peer is a trusted proxy, the last address of `X-Forwarded-For` that
/// is no trusted proxy itself. What stands left of it may be forged and is not looked at.
fn originating_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let mut address = peer;
    for forwarded in headers.get_all("x-forwarded-for").iter().rev() {
        for hop in forwarded.to_str().unwrap_or_default().rsplit(',') {
            let Ok(hop) = hop.trim().parse::<IpAddr>() else {
                return address;
            };
            address = hop;
            if !trusted.contains(&hop) {
                return address;
            }
        }
    }
    address
}

/// "Firefox on Linux": enough to recognise one's own browser, and no more.
fn describe_device(agent: &str) -> String {
    let pick = |names: &[(&str, &str)]| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| (*name).to_owned())
    };
    let browser = pick(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = pick(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            http::HeaderName::from_static("x-forwarded-for"),
            http::HeaderValue::from_static(text),
        )])
    }

    #[test]
    fn forged_headers_count_only_behind_a_trusted_proxy() {
        let (peer, proxy): (IpAddr, IpAddr) = ("203.0.113.9".parse().unwrap(), "10.0.0.1".parse().unwrap());
        let headers = forwarded("1.1.1.1, 198.51.100.7, 10.0.0.1");
        assert_eq!(originating_address(peer, &headers, &[]), peer);
        assert_eq!(originating_address(peer, &headers, &[proxy]), peer);
        assert_eq!(
            originating_address(proxy, &headers, &[proxy]).to_string(),
            "198.51.100.7"
        );
        assert_eq!(originating_address(proxy, &forwarded("nonsense"), &[proxy]), proxy);
    }

    #[test]
    fn devices_are_named_shortly() {
        assert_eq!(
            describe_device("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
            "Firefox on Linux"
        );
        assert_eq!(describe_device(""), "Unknown browser");
    }
}

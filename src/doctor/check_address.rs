//! The public address: safe, and leading to this TimeTap.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use timetap_providers::http::{Timeouts, build_client};
use timetap_usecases::Keyring;

use super::check_settings::is_loopback;
use super::finding::Section;
use crate::config::Parts;
use crate::http::healthz::INSTANCE;

const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    total: Duration::from_secs(10),
};

/// What stands at an address.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// A TimeTap with one of our keys.
    Ours,
    /// A TimeTap that is alive and has other keys.
    Another,
    /// A TimeTap that does not work.
    Ailing,
    /// Something else, with this status.
    Stranger(u16),
    /// Nothing.
    Nothing,
}

/// Looks at `public_url`, and at `listen` where the first does not answer.
pub async fn check_address(section: &mut Section<'_>, parts: &Parts) {
    let Some(url) = &parts.public_url else {
        section.skipped("public_url", "Not looked at, because public_url cannot be used.");
        return;
    };
    let host = url.host_str().unwrap_or_default();
    if url.scheme() == "https" {
        section.ok("https", format!("People reach TimeTap over TLS at {url}"));
    } else if is_loopback(host) {
        section.ok("https", format!("{url} is this machine itself and needs no TLS."));
    } else {
        section.error(
            "https",
            format!("{url} has no TLS: passwords and links with secrets can be read on the way, and Google refuses such redirect addresses."),
            "Put a proxy with a certificate in front (see docs/OPERATIONS.md) and begin public_url with https://",
        );
    }
    let Some(keys) = &parts.keys else {
        section.skipped("answers", "Not asked, because the keys cannot be used.");
        return;
    };
    let Ok(http) = build_client(TIMEOUTS) else {
        section.error(
            "answers",
            "No HTTP client could be made.",
            "Look at this machine's TLS certificates.",
        );
        return;
    };
    let base = url.as_str().trim_end_matches('/');
    let locally = parts.listen.map(|listen| format!("http://{}", reachable(listen)));
    match ask(&http, base, keys).await {
        Answer::Ours => section.ok("answers", "This TimeTap answers there."),
        Answer::Another => section.error(
            "answers",
            "A TimeTap with other keys answers there.",
            "Point the proxy or the name at this machine, or give both the same keys and database.",
        ),
        Answer::Ailing => section.error(
            "answers",
            "TimeTap answers there that it is not well.",
            "Look at its log, and at what is said about the database above.",
        ),
        elsewhere @ (Answer::Stranger(_) | Answer::Nothing) => {
            let serving = match &locally {
                Some(local) => ask(&http, local, keys).await == Answer::Ours,
                None => false,
            };
            report_missing(section, &elsewhere, serving, parts.listen);
        }
    }
}

fn report_missing(section: &mut Section<'_>, answer: &Answer, serving: bool, listen: Option<SocketAddr>) {
    let what = match answer {
        Answer::Stranger(status) => format!("Something else answers there (with {status})"),
        _ => "Nothing answers there".to_owned(),
    };
    let listen = listen.map_or_else(String::new, |listen| format!(" {listen}"));
    if serving {
        section.error(
            "answers",
            format!("{what}, although TimeTap is serving."),
            format!(
                "Let the proxy pass everything for this name on to{listen}, and look at DNS, firewall and certificate."
            ),
        );
    } else if matches!(answer, Answer::Stranger(502..=504) | Answer::Nothing) {
        section.warning(
            "answers",
            format!("{what}, and TimeTap is not serving."),
            "Start it: timetap serve",
        );
    } else {
        section.error(
            "answers",
            format!("{what}, and TimeTap is not serving."),
            format!("Start it (timetap serve), and let the proxy pass everything for this name on to{listen}."),
        );
    }
}

async fn ask(http: &reqwest::Client, base: &str, keys: &Keyring) -> Answer {
    let Ok(answer) = http.get(format!("{base}/healthz")).send().await else {
        return Answer::Nothing;
    };
    let status = answer.status().as_u16();
    let mark = answer.headers().get(INSTANCE).and_then(|mark| mark.to_str().ok());
    match mark {
        None => Answer::Stranger(status),
        Some(mark) if !keys.marks().any(|known| known == mark) => Answer::Another,
        Some(_) if status == 200 => Answer::Ours,
        Some(_) => Answer::Ailing,
    }
}

/// Whether a TimeTap with one of these keys serves at this address of this machine.
pub async fn is_serving(listen: SocketAddr, keys: &Keyring) -> bool {
    match build_client(TIMEOUTS) {
        Ok(http) => matches!(
            ask(&http, &format!("http://{}", reachable(listen)), keys).await,
            Answer::Ours | Answer::Ailing
        ),
        Err(_) => false,
    }
}

/// Who listens everywhere is reached here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port())
    } else {
        listen
    }
}

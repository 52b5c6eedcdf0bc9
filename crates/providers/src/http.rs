//! The one place where HTTP clients are made, so that every request has timeouts and none follows a redirect.

use std::sync::Arc;
use std::time::Duration;

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From the first packet until the connection (with TLS) stands.
    pub connect: Duration,
    /// From the start of a request until the last byte of its answer.
    pub total: Duration,
}

impl Default for Timeouts {
    /// Five seconds to connect, twenty in total.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
        }
    }
}

/// Makes the HTTP client that all providers share.
///
/// Redirects are refused: an API answers itself, and a redirect could carry a bearer token to a stranger. Certificates
/// are checked against the system's store, or, on a machine that has none (a bare container), against Mozilla's list
/// compiled in.
pub fn build_client(timeouts: Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    // Fails only when another part of the process was first; then that provider serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    with_rules(timeouts)
        .build()
        .or_else(|_| with_rules(timeouts).tls_backend_preconfigured(mozilla_roots()).build())
}

#[expect(clippy::disallowed_methods, reason = "this is the function that the rule points to")]
fn with_rules(timeouts: Timeouts) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        .user_agent(concat!("TimeTap/", env!("CARGO_PKG_VERSION")))
}

fn mozilla_roots() -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = rustls::crypto::CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone);
    rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(rustls::DEFAULT_VERSIONS)
        .unwrap_or_else(|_| rustls::ClientConfig::builder())
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_more_than_once_in_a_process() {
        assert!(build_client(Timeouts::default()).is_ok());
        assert!(build_client(Timeouts::default()).is_ok());
    }

    #[test]
    fn builds_without_the_systems_certificates() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = with_rules(Timeouts::default())
            .tls_backend_preconfigured(mozilla_roots())
            .build();
        assert!(client.is_ok(), "{client:?}");
    }
}

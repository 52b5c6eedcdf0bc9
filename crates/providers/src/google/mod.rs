//! Google: consent and tokens (`oauth`), events and busy times (`calendar`), and every way in which they can fail
//! (`error`).

pub mod calendar;
mod classify;
pub mod endpoints;
pub mod error;
mod explain;
pub mod oauth;
mod read_answer;
mod redact;
pub mod scopes;
mod send;

use std::fmt;
use std::sync::Arc;

use oauth2::basic::BasicClient;
use oauth2::{AuthType, AuthUrl, ClientId, ClientSecret, EndpointNotSet, EndpointSet, RedirectUrl, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

pub use self::endpoints::GoogleEndpoints;
pub use self::error::{ErrorKind, GoogleError};
pub use self::read_answer::read_answer;

/// The OAuth client that the operator registered at Google.
#[derive(Debug, Clone)]
pub struct GoogleCredentials {
    /// Public; ends in `.apps.googleusercontent.com` at Google.
    pub client_id: String,
    /// Known to the server only.
    pub client_secret: SecretString,
}

/// Settings with which no Google client can work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GoogleSetupError {
    /// No client id.
    #[error("the Google client id is empty: copy it from the OAuth client in the Google Cloud console")]
    EmptyClientId,
    /// No client secret.
    #[error("the Google client secret is empty: copy it from the OAuth client in the Google Cloud console")]
    EmptyClientSecret,
    /// An address to which no HTTP request can go.
    #[error("the Google {name} address must start with http:// or https://")]
    NotHttp {
        /// Which address.
        name: &'static str,
    },
}

type OAuthClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Talks to Google for any connected account. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct GoogleClient {
    inner: Arc<Inner>,
}

struct Inner {
    oauth: OAuthClient,
    endpoints: GoogleEndpoints,
    http: reqwest::Client,
}

impl GoogleClient {
    /// A client with the operator's credentials. `redirect` is the address to which the consent page sends people back;
    /// it must be registered at Google letter by letter. `http` comes from [`crate::http::build_client`].
    pub fn new(
        credentials: GoogleCredentials,
        endpoints: GoogleEndpoints,
        redirect: Url,
        http: reqwest::Client,
    ) -> Result<Self, GoogleSetupError> {
        let GoogleCredentials {
            client_id,
            client_secret,
        } = credentials;
        let client_id = client_id.trim().to_owned();
        let secret = client_secret.expose_secret().trim().to_owned();
        if client_id.is_empty() {
            return Err(GoogleSetupError::EmptyClientId);
        }
        if secret.is_empty() {
            return Err(GoogleSetupError::EmptyClientSecret);
        }
        for (name, url) in [
            ("consent", &endpoints.auth),
            ("token", &endpoints.token),
            ("revoke", &endpoints.revoke),
            ("account", &endpoints.userinfo),
            ("calendar", &endpoints.calendar),
            ("redirect", &redirect),
        ] {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(GoogleSetupError::NotHttp { name });
            }
        }
        let oauth = BasicClient::new(ClientId::new(client_id))
            .set_client_secret(ClientSecret::new(secret))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(endpoints.auth.clone()))
            .set_token_uri(TokenUrl::from_url(endpoints.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(redirect));
        Ok(Self {
            inner: Arc::new(Inner { oauth, endpoints, http }),
        })
    }

    pub(crate) fn oauth(&self) -> &OAuthClient {
        &self.inner.oauth
    }

    pub(crate) fn endpoints(&self) -> &GoogleEndpoints {
        &self.inner.endpoints
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }
}

impl fmt::Debug for GoogleClient {
    /// Names the address and nothing that is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoogleClient")
            .field("calendar", &self.inner.endpoints.calendar.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Timeouts, build_client};

    fn make(client_id: &str, secret: &str, redirect: &str) -> Result<GoogleClient, GoogleSetupError> {
        GoogleClient::new(
            GoogleCredentials {
                client_id: client_id.to_owned(),
                client_secret: secret.to_owned().into(),
            },
            GoogleEndpoints::production(),
            Url::parse(redirect).unwrap(),
            build_client(Timeouts::default()).unwrap(),
        )
    }

    #[test]
    fn refuses_settings_that_cannot_work() {
        let back = "https://book.example/api/google/calendar/callback";
        assert_eq!(make(" ", "s", back).unwrap_err(), GoogleSetupError::EmptyClientId);
        assert_eq!(make("id", "", back).unwrap_err(), GoogleSetupError::EmptyClientSecret);
        let odd = make("id", "s", "mailto:someone@example.test").unwrap_err();
        assert_eq!(odd, GoogleSetupError::NotHttp { name: "redirect" });
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", make("the-id", "the-secret", "https://book.example/cb").unwrap());
        assert!(!shown.contains("the-secret"), "{shown}");
        assert!(shown.contains("calendar/v3"), "{shown}");
    }
}

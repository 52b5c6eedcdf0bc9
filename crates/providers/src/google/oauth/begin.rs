//! The address of Google's consent page.

use data_encoding::BASE64URL_NOPAD;
use oauth2::{CsrfToken, Scope};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use super::super::{GoogleClient, scopes};

impl GoogleClient {
    /// Where to send a person's browser. `state` comes back unchanged with the code and must be bound to their session;
    /// `verifier` (43 to 128 characters, RFC 7636 section 4.1) is kept for [`GoogleClient::exchange_code`], and only its
    /// hash travels. `login_hint` (an address) preselects the account.
    ///
    /// `prompt=consent` makes Google issue a refresh token every time; without it, only the first consent brings one,
    /// and a host who reconnects would be left with none.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the verifier is handed over like the state"
    )]
    pub fn begin(&self, state: String, verifier: SecretString, login_hint: Option<&str>) -> Url {
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.expose_secret().as_bytes()));
        let mut request = self
            .oauth()
            .authorize_url(|| CsrfToken::new(state))
            .add_scopes(scopes::requested().map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("code_challenge", challenge)
            .add_extra_param("code_challenge_method", "S256")
            .add_extra_param("access_type", "offline")
            .add_extra_param("prompt", "consent");
        if let Some(hint) = login_hint {
            request = request.add_extra_param("login_hint", hint.to_owned());
        }
        request.url().0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::super::{GoogleCredentials, GoogleEndpoints};
    use super::*;
    use crate::http::{Timeouts, build_client};

    #[test]
    fn asks_for_everything_that_is_needed() {
        let client = GoogleClient::new(
            GoogleCredentials {
                client_id: "the-id".into(),
                client_secret: "the-secret".to_owned().into(),
            },
            GoogleEndpoints::production(),
            Url::parse("https://book.example/api/google/calendar/callback").unwrap(),
            build_client(Timeouts::default()).unwrap(),
        )
        .unwrap();
        // The example of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let url = client.begin(
            "a state&more".into(),
            verifier.to_owned().into(),
            Some("kim@example.test"),
        );
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let value = |name: &str| query.get(name).map(String::as_str);

        assert_eq!(url.host_str(), Some("accounts.google.com"));
        assert_eq!(value("response_type"), Some("code"));
        assert_eq!(value("client_id"), Some("the-id"));
        assert_eq!(
            value("redirect_uri"),
            Some("https://book.example/api/google/calendar/callback")
        );
        assert_eq!(value("state"), Some("a state&more"));
        assert_eq!(
            value("code_challenge"),
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        );
        assert_eq!(value("code_challenge_method"), Some("S256"));
        assert_eq!(value("access_type"), Some("offline"));
        assert_eq!(value("prompt"), Some("consent"));
        assert_eq!(value("login_hint"), Some("kim@example.test"));
        assert!(scopes::missing(value("scope").unwrap()).is_empty());
        assert!(!url.as_str().contains("the-secret") && !url.as_str().contains(verifier));
    }
}

//! Consent and tokens: send a person to Google, exchange the code they come back with, keep the access token fresh, and
//! give the grant back.

mod adapter;
mod begin;
mod consent_answer;
mod exchange_code;
mod fetch_account;
mod probe;
mod refresh;
mod revoke;

use std::time::Duration;

use oauth2::TokenResponse;
use oauth2::basic::BasicTokenResponse;
use secrecy::SecretString;

pub use self::consent_answer::ConsentAnswer;
pub use self::fetch_account::Account;

/// Used when Google does not say how long an access token lives: short, so that it is soon replaced.
const UNKNOWN_LIFE: Duration = Duration::from_mins(5);

/// What the token endpoint gave.
#[derive(Debug, Clone)]
pub struct TokenGrant {
    /// Goes with every call.
    pub access_token: SecretString,
    /// Present after a consent; absent after a refresh, and then the stored one stays valid: never overwrite it.
    pub refresh_token: Option<SecretString>,
    /// How long the access token lives from now on.
    pub expires_in: Duration,
    /// The scopes that were granted, separated by spaces. Empty after a refresh that does not repeat them: unchanged.
    pub scopes: String,
}

impl TokenGrant {
    fn read(answer: &BasicTokenResponse, scopes_when_silent: &str) -> Self {
        let secret = |text: &String| SecretString::from(text.as_str());
        Self {
            access_token: secret(answer.access_token().secret()),
            refresh_token: answer.refresh_token().map(|token| secret(token.secret())),
            expires_in: answer.expires_in().unwrap_or(UNKNOWN_LIFE),
            scopes: answer.scopes().map_or_else(
                || scopes_when_silent.to_owned(),
                |scopes| {
                    scopes
                        .iter()
                        .map(|scope| scope.as_str())
                        .collect::<Vec<&str>>()
                        .join(" ")
                },
            ),
        }
    }
}

/// What the reader of tokens makes of `body`; never the tokens themselves.
pub(crate) fn read_grant_body(body: &[u8]) -> Option<String> {
    let answer: BasicTokenResponse = serde_json::from_slice(body).ok()?;
    Some(format!("{:?}", TokenGrant::read(&answer, "")))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(json: &str, silent: &str) -> TokenGrant {
        TokenGrant::read(&serde_json::from_str(json).unwrap(), silent)
    }

    #[test]
    fn reads_googles_answers() {
        let first = read(
            r#"{"access_token":"a","expires_in":3599,"refresh_token":"r","scope":"openid https://www.googleapis.com/auth/calendar.events","token_type":"Bearer"}"#,
            "requested",
        );
        assert_eq!(first.access_token.expose_secret(), "a");
        assert_eq!(first.refresh_token.unwrap().expose_secret(), "r");
        assert_eq!(first.expires_in, Duration::from_secs(3599));
        assert_eq!(first.scopes, "openid https://www.googleapis.com/auth/calendar.events");

        // RFC 6749 section 5.1: scopes may be left out when they are what was asked for; so may the lifetime.
        let silent = read(r#"{"access_token":"a","token_type":"Bearer"}"#, "requested");
        assert!(silent.refresh_token.is_none());
        assert_eq!(silent.scopes, "requested");
        assert_eq!(silent.expires_in, UNKNOWN_LIFE);
    }

    #[test]
    fn debug_shows_no_token() {
        let grant = read(
            r#"{"access_token":"secret-a","refresh_token":"secret-r","token_type":"Bearer"}"#,
            "",
        );
        assert!(!format!("{grant:?}").contains("secret-"), "{grant:?}");
    }
}

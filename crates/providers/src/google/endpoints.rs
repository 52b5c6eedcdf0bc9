//! Where Google answers. Five separate addresses, because Google serves them from different hosts, and because the
//! sandbox serves all of them from one.

use url::Url;

/// The addresses of Google's services that `TimeTap` uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleEndpoints {
    /// The consent page, where a person's browser is sent.
    pub auth: Url,
    /// Exchanges codes and refresh tokens for access tokens.
    pub token: Url,
    /// Withdraws a grant.
    pub revoke: Url,
    /// Says whose account an access token belongs to.
    pub userinfo: Url,
    /// The root of Calendar API v3; ends with a slash.
    pub calendar: Url,
}

impl GoogleEndpoints {
    /// The addresses in Google's public discovery documents.
    ///
    /// # Panics
    /// Never: the addresses are constants, and a test parses them.
    #[expect(clippy::expect_used, reason = "constants, parsed by a test")]
    pub fn production() -> Self {
        let parse = |text: &str| Url::parse(text).expect("a constant address");
        Self {
            auth: parse("https://accounts.google.com/o/oauth2/v2/auth"),
            token: parse("https://oauth2.googleapis.com/token"),
            revoke: parse("https://oauth2.googleapis.com/revoke"),
            userinfo: parse("https://openidconnect.googleapis.com/v1/userinfo"),
            calendar: parse("https://www.googleapis.com/calendar/v3/"),
        }
    }

    /// The same services under one base address, as the sandbox serves them. A path in `base` is kept.
    pub fn at(base: &Url) -> Self {
        let under = |path: &str| {
            let mut url = base.clone();
            let prefix = base.path().trim_end_matches('/');
            url.set_path(&format!("{prefix}{path}"));
            url.set_query(None);
            url.set_fragment(None);
            url
        };
        Self {
            auth: under("/o/oauth2/v2/auth"),
            token: under("/token"),
            revoke: under("/revoke"),
            userinfo: under("/oauth2/v3/userinfo"),
            calendar: under("/calendar/v3/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_https_everywhere() {
        let google = GoogleEndpoints::production();
        for url in [
            &google.auth,
            &google.token,
            &google.revoke,
            &google.userinfo,
            &google.calendar,
        ] {
            assert_eq!(url.scheme(), "https");
        }
        assert!(google.calendar.path().ends_with('/'));
    }

    #[test]
    fn a_base_keeps_its_port_and_path() {
        let base = Url::parse("http://127.0.0.1:4010/stand-in/?x=1").unwrap();
        let google = GoogleEndpoints::at(&base);
        assert_eq!(google.token.as_str(), "http://127.0.0.1:4010/stand-in/token");
        assert_eq!(google.calendar.as_str(), "http://127.0.0.1:4010/stand-in/calendar/v3/");
    }
}

//! The cookie that keeps a browser signed in: made here, read here.

use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};
use timetap_usecases::Settings;
use timetap_usecases::accounts::start_session::SESSION_LIFETIME;

/// The cookie's name. Over TLS it has the prefix by which browsers refuse it from sub-domains and from plain HTTP
/// (RFC 6265bis 4.1.3.2).
pub fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_https() {
        "__Host-timetap"
    } else {
        "timetap_session"
    }
}

/// The `Set-Cookie` value that keeps the browser signed in.
pub fn session_cookie(settings: &Settings, token: &SecretString) -> String {
    compose(settings, token.expose_secret(), SESSION_LIFETIME.as_secs())
}

/// The `Set-Cookie` value that makes the browser forget.
pub fn ended_session_cookie(settings: &Settings) -> String {
    compose(settings, "", 0)
}

fn compose(settings: &Settings, value: &str, seconds: i64) -> String {
    let secure = if settings.is_https() { "; Secure" } else { "" };
    format!(
        "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        cookie_name(settings)
    )
}

/// The token in the request's cookies, if it looks like one.
pub fn session_token(settings: &Settings, headers: &HeaderMap) -> Option<SecretString> {
    let name = cookie_name(settings);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
        .filter(|value| {
            (1..=128).contains(&value.len())
                && value
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
        .map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use timetap_usecases::platform::settings::MailFrom;

    use super::*;

    fn settings(url: &str) -> Settings {
        Settings::new(
            url.parse().unwrap(),
            MailFrom {
                name: "TimeTap".into(),
                address: "timetap@example.org".into(),
            },
        )
    }

    #[test]
    fn over_tls_the_cookie_is_bound_to_this_host_and_to_tls() {
        let cookie = session_cookie(&settings("https://book.example.org"), &SecretString::from("abc"));
        assert_eq!(
            cookie,
            "__Host-timetap=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"
        );
        let cookie = session_cookie(&settings("http://127.0.0.1:3000"), &SecretString::from("abc"));
        assert_eq!(
            cookie,
            "timetap_session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"
        );
        assert!(
            ended_session_cookie(&settings("https://book.example.org")).contains("__Host-timetap=; Path=/; Max-Age=0")
        );
    }

    #[test]
    fn only_our_own_cookie_is_read() {
        let plain = settings("http://127.0.0.1:3000");
        let with = |text: &'static str| HeaderMap::from_iter([(header::COOKIE, http::HeaderValue::from_static(text))]);
        let read = |settings: &Settings, text| {
            session_token(settings, &with(text)).map(|token| token.expose_secret().to_owned())
        };
        assert_eq!(
            read(&plain, "a=1; timetap_session=tok-en_1; b=2").as_deref(),
            Some("tok-en_1")
        );
        assert_eq!(read(&plain, "xtimetap_session=tok"), None);
        assert_eq!(read(&plain, "timetap_session="), None);
        assert_eq!(read(&plain, "timetap_session=a b"), None);
        assert_eq!(read(&settings("https://book.example.org"), "timetap_session=tok"), None);
        assert!(session_token(&plain, &HeaderMap::new()).is_none());
    }
}

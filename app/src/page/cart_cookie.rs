//! The cookie that a guest's cart opens by: made here, read here. Who is signed in needs none.

use http::{HeaderMap, header};
use leptos::prelude::*;
use timetap_usecases::Settings;
use timetap_usecases::carts::{CartCookie, CartOwner};

use super::timetap;
use super::viewer::viewer;

/// As long as a guest's cart is kept: 30 days.
const SECONDS: u32 = 30 * 24 * 3600;

/// The cookie's name; see [`super::session_cookie::cookie_name`] about its prefix.
fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_https() {
        "__Host-timetap-cart"
    } else {
        "timetap_cart"
    }
}

/// The `Set-Cookie` values that do what a use case said.
pub fn cart_cookies(settings: &Settings, cookie: &CartCookie) -> Vec<String> {
    let secure = if settings.is_https() { "; Secure" } else { "" };
    let (value, seconds) = match cookie {
        CartCookie::Keep => return Vec::new(),
        CartCookie::Set(token) => (token.as_str(), SECONDS),
        CartCookie::Forget => ("", 0),
    };
    let name = cookie_name(settings);
    vec![format!(
        "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    )]
}

/// The token in the request's cookies, if it looks like one.
pub fn cart_token(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(settings);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| {
            (1..=128).contains(&value.len())
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

/// Whose cart the page that is made shows.
pub fn cart_owner() -> CartOwner {
    let headers = use_context::<http::request::Parts>().map(|parts| parts.headers);
    CartOwner {
        token: headers.and_then(|headers| cart_token(&timetap().settings, &headers)),
        user_id: viewer().map(|viewer| viewer.user_id),
    }
}

#[cfg(test)]
mod tests {
    use timetap_usecases::platform::settings::MailFrom;

    use super::*;

    fn settings(url: &str) -> Settings {
        let from = MailFrom {
            name: String::new(),
            address: String::new(),
        };
        Settings::new(url.parse().unwrap(), from)
    }

    #[test]
    fn the_cookie_is_a_secret_of_this_site_alone() {
        let token = "t".repeat(43);
        let cookies = cart_cookies(&settings("https://book.example.org"), &CartCookie::Set(token.clone()));
        assert_eq!(
            cookies,
            [format!(
                "__Host-timetap-cart={token}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"
            )]
        );
        let plain = settings("http://127.0.0.1:3000");
        let cookies = cart_cookies(&plain, &CartCookie::Set(token.clone()));
        assert!(!cookies[0].contains("Secure") && cookies[0].contains("HttpOnly; SameSite=Lax"));
        assert!(cart_cookies(&plain, &CartCookie::Forget)[0].starts_with("timetap_cart=; Path=/; Max-Age=0;"));
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; timetap_cart={token}").parse().unwrap());
        assert_eq!(cart_token(&plain, &headers), Some(token));
        headers.insert(header::COOKIE, "timetap_cart=a<b".parse().unwrap());
        assert_eq!(cart_token(&plain, &headers), None);
    }
}

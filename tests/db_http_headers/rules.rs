//! What every answer must say, whatever it is.

use reqwest::header::HeaderMap;

use crate::support::visitor::between;

/// What is no page may do nothing at all.
const BARE: &str = "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                    frame-ancestors 'none'";

/// An answer.
pub struct Said<'a> {
    /// To what, for whoever reads a failure.
    pub what: &'a str,
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a str,
    /// Whether it was asked for by HEAD.
    pub head: bool,
    /// Whether the program is reached by TLS.
    pub https: bool,
    /// Where a form of this page may lead besides our own site: from the pages on which one pays, to Stripe.
    pub pays_at: Option<&'a str>,
}

impl Said<'_> {
    /// The one value of a header; twice is wrong.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all: Vec<&str> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert!(all.len() <= 1, "{}: {name} stands there twice: {all:?}", self.what);
        all.first().copied()
    }

    /// Whether it is a page.
    pub fn is_page(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    }
}

/// Asserts what every answer must say.
pub fn check_rules(said: &Said<'_>) {
    let what = said.what;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        assert_eq!(said.header(name), Some(value), "{what}: {name}");
    }
    let referrer = said.header("referrer-policy");
    assert!(
        matches!(referrer, Some("same-origin" | "strict-origin-when-cross-origin")),
        "{what}: {referrer:?}"
    );
    assert_eq!(
        said.header("strict-transport-security"),
        said.https.then_some("max-age=31536000"),
        "{what}"
    );
    check_cookies(said);
    // No other site may read anything.
    let names = || said.headers.keys().map(reqwest::header::HeaderName::as_str);
    assert!(
        names().all(|name| !name.starts_with("access-control-") && name != "server" && name != "x-powered-by"),
        "{what}: {:?}",
        said.headers
    );
    let policy = said
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{what} has no policy"));
    if said.is_page() {
        check_page(said, policy);
    } else {
        assert_eq!(policy, BARE, "{what}");
    }
    match said.header("content-type") {
        Some(kind) if kind.starts_with("text/") || kind.contains("xml") => {
            assert!(kind.ends_with("charset=utf-8"), "{what}: {kind}");
        }
        Some(_) => {}
        None => assert!(said.body.is_empty(), "{what} does not say what it is"),
    }
    // That something is not there, or not now, is not to be remembered.
    if said.status >= 400 && !said.is_page() {
        assert_eq!(said.header("cache-control"), Some("no-store"), "{what}");
    }
}

/// Cookies are for this site, for no script, and over TLS for nothing but TLS.
fn check_cookies(said: &Said<'_>) {
    for cookie in said.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        let parts: Vec<&str> = cookie.split("; ").skip(1).collect();
        for part in ["HttpOnly", "Path=/", "SameSite=Lax"] {
            assert!(parts.contains(&part), "{}: {cookie}", said.what);
        }
        assert_eq!(parts.contains(&"Secure"), said.https, "{}: {cookie}", said.what);
        assert_eq!(cookie.starts_with("__Host-"), said.https, "{}: {cookie}", said.what);
        assert!(!cookie.contains("Domain="), "{}: {cookie}", said.what);
    }
}

/// A page runs the scripts with this answer's nonce and no others, and its forms lead nowhere else.
fn check_page(said: &Said<'_>, policy: &str) {
    let (what, body) = (said.what, said.body);
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
    let nonce = nonce.unwrap_or_else(|| panic!("{what}: no nonce in {policy}"));
    assert!(nonce.len() >= 22, "{what}: {nonce} has fewer than 128 bits");
    let expected = |forms: &str| {
        format!(
            "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
             form-action {forms}; frame-ancestors 'none'"
        )
    };
    let paying = said.pays_at.map(|stripe| expected(&format!("'self' {stripe}")));
    assert!(
        policy == expected("'self'") || paying.as_deref() == Some(policy),
        "{what}: {policy}"
    );
    let scripts = between(body, "<script", ">");
    assert!(said.head || !scripts.is_empty(), "{what}: a page has scripts");
    for script in scripts {
        assert!(
            script.contains(&format!("nonce=\"{nonce}\"")),
            "{what}: <script{script}>"
        );
    }
    assert!(!body.contains(" style=\"") && !body.contains("javascript:"), "{what}");
    for handler in [" onclick=", " onload=", " onerror=", " onsubmit="] {
        assert!(!body.contains(handler), "{what}: {handler}");
    }
}

//! Consent page and token endpoint.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::support::{ADA, Bench, CALENDAR_LIST, EVENTS, FREEBUSY, REDIRECT, read};

pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-of-rfc-7636";

/// The parameters of an ordinary authorization request.
pub(crate) fn asked() -> HashMap<&'static str, String> {
    HashMap::from([
        ("client_id", "timetap.apps.sandbox.test".to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("response_type", "code".to_owned()),
        ("scope", format!("openid email {EVENTS} {FREEBUSY}")),
        ("state", "the state & more".to_owned()),
        (
            "code_challenge",
            BASE64URL_NOPAD.encode(&Sha256::digest(VERIFIER.as_bytes())),
        ),
        ("code_challenge_method", "S256".to_owned()),
        ("access_type", "offline".to_owned()),
        ("prompt", "consent".to_owned()),
    ])
}

/// Decides on the consent page and gives the parameters sent back to the client.
pub(crate) async fn decide(
    bench: &Bench,
    asked: &HashMap<&str, String>,
    decision: &str,
    granted: &[&str],
) -> HashMap<String, String> {
    let mut form: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
    form.extend([("account", ADA), ("decision", decision)]);
    form.extend(granted.iter().map(|scope| ("grant", *scope)));
    let response = bench
        .client
        .post(bench.url("/o/oauth2/v2/auth"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 303);
    let location = response.headers()["location"].to_str().unwrap();
    assert!(location.starts_with(REDIRECT), "{location}");
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

/// Exchanges a code; `change` alters the form.
pub(crate) async fn exchange(
    bench: &Bench,
    code: &str,
    change: impl FnOnce(&mut HashMap<&'static str, String>),
) -> (u16, Value) {
    let mut form = HashMap::from([
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("client_id", "timetap.apps.sandbox.test".to_owned()),
        ("client_secret", "sandbox-secret".to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ]);
    change(&mut form);
    read(bench.client.post(bench.url("/token")).form(&form).send().await.unwrap()).await
}

pub(crate) async fn refresh(bench: &Bench, token: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token),
        ("client_id", "timetap.apps.sandbox.test"),
        ("client_secret", "sandbox-secret"),
    ];
    read(bench.client.post(bench.url("/token")).form(&form).send().await.unwrap()).await
}

#[tokio::test]
async fn consent_page_lists_accounts_and_scopes_to_untick() {
    let bench = Bench::new().await;
    let response = bench
        .client
        .get(bench.url("/o/oauth2/v2/auth"))
        .query(&asked())
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let page = response.text().await.unwrap();
    for text in [
        "Ada Fern",
        "ben@sandbox.test",
        "Sandbox: not Google",
        "value=\"allow\"",
        "value=\"deny\"",
    ] {
        assert!(page.contains(text), "{text} is missing");
    }
    assert_eq!(
        page.matches("type=\"checkbox\"").count(),
        2,
        "identity scopes cannot be unticked"
    );
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn allow_gives_code_state_and_then_tokens() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS, FREEBUSY]).await;
    assert_eq!(back["state"], "the state & more");
    let (status, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"]),
        (&json!("Bearer"), &json!(3_599))
    );
    assert!(tokens["refresh_token"].is_string());
    let info = bench
        .client
        .get(bench.url("/oauth2/v3/userinfo"))
        .bearer_auth(tokens["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let (status, info) = read(info).await;
    assert_eq!(
        (status, &info["email"], &info["email_verified"]),
        (200, &json!(ADA), &json!(true))
    );
    assert!(info["sub"].as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
    assert!(info.get("name").is_none(), "the profile was not asked for");
}

#[tokio::test]
async fn deny_sends_access_denied_and_the_state_back() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "deny", &[EVENTS]).await;
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "the state & more")
    );
    assert!(!back.contains_key("code"));
}

#[tokio::test]
async fn unticked_scopes_are_missing_from_the_answer_and_from_the_token() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    let scope: Vec<_> = tokens["scope"].as_str().unwrap().split(' ').collect();
    assert!(scope.contains(&EVENTS) && scope.contains(&"openid") && !scope.contains(&FREEBUSY));
    let body = json!({ "timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z", "items": [] });
    let token = tokens["access_token"].as_str().unwrap();
    let (status, _) = bench.send(http::Method::POST, token, "/freeBusy", &body).await;
    assert_eq!(status, 403);
}

#[rstest]
#[case(
    "redirect_uri",
    Some("http://127.0.0.1:3000/api/google/calendar/callback/"),
    400,
    "redirect_uri_mismatch"
)]
#[case("redirect_uri", Some("https://evil.example/"), 400, "redirect_uri_mismatch")]
#[case("redirect_uri", None, 400, "redirect_uri")]
#[case("client_id", Some("another"), 401, "invalid_client")]
#[case("client_id", None, 400, "client_id")]
#[case("response_type", Some("token"), 400, "unsupported_response_type")]
#[case("scope", None, 400, "scope")]
#[case("scope", Some("https://www.googleapis.com/auth/nonsense"), 400, "invalid_scope")]
#[case("code_challenge", Some("short"), 400, "code_challenge")]
#[case("code_challenge_method", Some("S512"), 400, "code_challenge_method")]
#[tokio::test]
async fn wrong_requests_get_a_page_and_no_redirect(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] status: u16,
    #[case] says: &str,
) {
    let bench = Bench::new().await;
    let mut asked = asked();
    match value {
        Some(value) => asked.insert(name, value.to_owned()),
        None => asked.remove(name),
    };
    for request in [
        bench.client.get(bench.url("/o/oauth2/v2/auth")).query(&asked),
        bench.client.post(bench.url("/o/oauth2/v2/auth")).form(&asked),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert!(response.headers().get("location").is_none());
        assert!(response.text().await.unwrap().contains(says));
    }
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_kills_its_tokens() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    let (status, body) = exchange(&bench, &back["code"], |_| {}).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    let (status, _) = refresh(&bench, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 400);
    let (status, _) = bench
        .get(tokens["access_token"].as_str().unwrap(), "/calendars/primary/events")
        .await;
    assert_eq!(status, 401);
}

#[rstest]
#[case(
    "code_verifier",
    Some("another-verifier-that-is-long-enough-to-be-one"),
    400,
    "invalid_grant"
)]
#[case("code_verifier", None, 400, "invalid_grant")]
#[case("redirect_uri", Some("http://127.0.0.1:3000/other"), 400, "redirect_uri_mismatch")]
#[case("client_secret", Some("guess"), 401, "invalid_client")]
#[case("client_id", Some("another"), 401, "invalid_client")]
#[case("code", Some("4/made-up"), 400, "invalid_grant")]
#[case("code", None, 400, "invalid_request")]
#[case("grant_type", Some("password"), 400, "unsupported_grant_type")]
#[case("grant_type", None, 400, "invalid_request")]
#[tokio::test]
async fn wrong_exchanges_are_refused(
    #[case] name: &'static str,
    #[case] value: Option<&str>,
    #[case] status: u16,
    #[case] error: &str,
) {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS]).await;
    let answer = exchange(&bench, &back["code"], |form| {
        match value {
            Some(value) => form.insert(name, value.to_owned()),
            None => form.remove(name),
        };
    })
    .await;
    assert_eq!((answer.0, &answer.1["error"]), (status, &json!(error)), "{}", answer.1);
}

#[tokio::test]
async fn the_client_may_authenticate_with_a_basic_header() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &back["code"]),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let request = bench.client.post(bench.url("/token")).form(&form);
    let request = request.basic_auth("timetap.apps.sandbox.test", Some("sandbox-secret"));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[rstest]
#[case(&[], true, "first consent")]
#[case(&["again"], false, "second consent without prompt")]
#[case(&["again", "prompt"], true, "second consent with prompt=consent")]
#[case(&["online"], false, "online access")]
#[tokio::test]
async fn a_refresh_token_comes_on_first_consent_or_prompt_only(
    #[case] how: &[&str],
    #[case] expected: bool,
    #[case] why: &str,
) {
    let bench = Bench::new().await;
    let mut request = asked();
    if !how.contains(&"prompt") {
        request.remove("prompt");
    }
    if how.contains(&"online") {
        request.remove("access_type");
    }
    if how.contains(&"again") {
        decide(&bench, &request, "allow", &[EVENTS]).await;
    }
    let back = decide(&bench, &request, "allow", &[EVENTS]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    assert_eq!(tokens.get("refresh_token").is_some(), expected, "{why}");
}

#[tokio::test]
async fn include_granted_scopes_adds_the_earlier_ones() {
    let bench = Bench::new().await;
    decide(&bench, &asked(), "allow", &[EVENTS]).await;
    let mut more = asked();
    more.insert("scope", CALENDAR_LIST.to_owned());
    let back = decide(&bench, &more, "allow", &[CALENDAR_LIST]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    assert_eq!(tokens["scope"], json!(CALENDAR_LIST));
    more.insert("include_granted_scopes", "true".to_owned());
    let back = decide(&bench, &more, "allow", &[CALENDAR_LIST]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    let scope = tokens["scope"].as_str().unwrap();
    assert!(scope.contains(EVENTS) && scope.contains(CALENDAR_LIST));
}

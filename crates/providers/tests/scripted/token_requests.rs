//! What goes to the token, revocation and account endpoints, and what each of their answers means.

use std::collections::BTreeMap;

use rstest::rstest;
use secrecy::ExposeSecret;
use timetap_providers::google::GoogleError;

use crate::server::{CLIENT_ID, CLIENT_SECRET, REDIRECT, Reply, Scripted, client_at, ok, pairs, refuse, secret};

#[tokio::test]
async fn a_code_travels_with_its_verifier() {
    let google = Scripted::start(vec![ok(
        r#"{"access_token":"a1","expires_in":3599,"refresh_token":"r1","scope":"openid","token_type":"Bearer"}"#,
    )]);
    let grant = client_at(&google.base)
        .exchange_code("4/code", &secret("the-verifier"))
        .await
        .unwrap();
    assert_eq!(grant.access_token.expose_secret(), "a1");
    assert_eq!(grant.scopes, "openid");
    let form: BTreeMap<_, _> = google.form(0).into_iter().collect();
    let expected = pairs(&[
        ("grant_type", "authorization_code"),
        ("code", "4/code"),
        ("code_verifier", "the-verifier"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", REDIRECT),
    ]);
    assert_eq!(form, expected.into_iter().collect());
}

#[tokio::test]
async fn a_refresh_brings_no_refresh_token() {
    let google = Scripted::start(vec![ok(
        r#"{"access_token":"a2","expires_in":3599,"token_type":"Bearer"}"#,
    )]);
    let grant = client_at(&google.base).refresh(&secret("r1")).await.unwrap();
    assert!(grant.refresh_token.is_none());
    assert_eq!(grant.scopes, "");
    let form: BTreeMap<_, _> = google.form(0).into_iter().collect();
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "r1");
}

#[rstest]
#[case(
    refuse(
        400,
        r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#
    ),
    "invalid_grant"
)]
#[case(refuse(401, r#"{"error":"invalid_client"}"#), "oauth_error")]
#[case(refuse(503, ""), "unavailable")]
#[case(refuse(429, ""), "rate_limited")]
#[case(ok(r#"{"access_token":"#), "broken_answer")]
#[case(ok("{}"), "broken_answer")]
#[case(Reply::HangUp, "broken_answer")]
#[case(Reply::Silence, "timeout")]
#[tokio::test]
async fn a_refresh_fails_by_name(#[case] reply: Reply, #[case] code: &str) {
    let google = Scripted::start(vec![reply]);
    let error = client_at(&google.base)
        .refresh(&secret("refresh-secret"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), code);
    assert!(!format!("{error:?} {error}").contains("refresh-secret"));
}

#[rstest]
#[case(refuse(200, "{}"), None)]
#[case(
    refuse(400, r#"{"error":"invalid_token","error_description":"Token expired or revoked"}"#),
    None
)]
#[case(refuse(400, r#"{"error":"invalid_request"}"#), Some("oauth_error"))]
#[case(refuse(503, ""), Some("unavailable"))]
#[tokio::test]
async fn a_grant_that_is_gone_counts_as_given_back(#[case] reply: Reply, #[case] code: Option<&str>) {
    let google = Scripted::start(vec![reply]);
    let result = client_at(&google.base).revoke(&secret("r1")).await;
    assert_eq!(result.err().map(|error| error.code()), code);
    assert_eq!(google.form(0), pairs(&[("token", "r1")]));
}

#[tokio::test]
async fn an_account_has_an_id_and_an_address() {
    let google = Scripted::start(vec![
        ok(r#"{"sub":"108","email":"ada@example.test","email_verified":true}"#),
        ok(r#"{"sub":"108"}"#),
        refuse(
            401,
            r#"{"error":"invalid_request","error_description":"Invalid Credentials"}"#,
        ),
    ]);
    let client = client_at(&google.base);
    let account = client.fetch_account(&secret("t")).await.unwrap();
    assert_eq!(
        (account.id.as_str(), account.email.as_str(), account.name.as_deref()),
        ("108", "ada@example.test", None)
    );
    assert!(!format!("{account:?}").contains("ada@"));
    assert_eq!(
        client.fetch_account(&secret("t")).await.unwrap_err(),
        GoogleError::InsufficientScope
    );
    assert_eq!(
        client.fetch_account(&secret("t")).await.unwrap_err(),
        GoogleError::InvalidCredentials
    );
}

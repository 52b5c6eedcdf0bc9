//! How long codes and tokens live, and what ends them.

use jiff::SignedDuration;
use serde_json::json;

use crate::{
    oauth::{asked, decide, exchange, refresh},
    support::{ADA, BEN, Bench, EVENTS, error_of, read},
};

#[tokio::test]
async fn a_code_dies_after_ten_minutes() {
    let bench = Bench::new().await;
    let back = decide(&bench, &asked(), "allow", &[EVENTS]).await;
    bench.clock.advance(SignedDuration::from_mins(10));
    let (status, body) = exchange(&bench, &back["code"], |_| {}).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
}

#[tokio::test]
async fn an_access_token_expires_and_a_refresh_brings_a_new_one_without_refresh_token() {
    let bench = Bench::new().await;
    let pair = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
    bench.clock.advance(SignedDuration::from_secs(3_599));
    let (status, body) = bench.get(&pair.access_token, "/calendars/primary/events").await;
    let expected = (
        "global".to_owned(),
        "authError".to_owned(),
        "Invalid Credentials".to_owned(),
    );
    assert_eq!((status, error_of(status, &body)), (401, expected));
    assert_eq!(body["error"]["errors"][0]["location"], json!("Authorization"));
    let (status, body) = refresh(&bench, &pair.refresh_token).await;
    assert_eq!((status, body.get("refresh_token")), (200, None));
    let (status, _) = bench
        .get(body["access_token"].as_str().unwrap(), "/calendars/primary/events")
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_oldest_of_more_than_a_hundred_refresh_tokens_dies() {
    let bench = Bench::new().await;
    let other = bench.sandbox.control().grant_tokens(BEN, EVENTS).unwrap();
    let tokens: Vec<_> = (0..101)
        .map(|_| bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap())
        .collect();
    let (status, body) = refresh(&bench, &tokens[0].refresh_token).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    assert_eq!(body["error_description"], json!("Token has been expired or revoked."));
    assert_eq!(refresh(&bench, &tokens[1].refresh_token).await.0, 200);
    assert_eq!(
        refresh(&bench, &other.refresh_token).await.0,
        200,
        "others are not touched"
    );
}

#[tokio::test]
async fn a_refresh_token_unused_for_six_months_dies() {
    let bench = Bench::new().await;
    let pair = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
    bench.clock.advance(SignedDuration::from_hours(24 * 182));
    assert_eq!(refresh(&bench, &pair.refresh_token).await.0, 200);
    bench.clock.advance(SignedDuration::from_hours(24 * 184));
    assert_eq!(
        refresh(&bench, &pair.refresh_token).await.1["error"],
        json!("invalid_grant")
    );
}

#[tokio::test]
async fn revoking_any_token_ends_the_whole_grant() {
    for by_refresh in [true, false] {
        let bench = Bench::new().await;
        let first = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
        let second = bench.sandbox.control().grant_tokens(ADA, "openid email").unwrap();
        let token = if by_refresh {
            &first.refresh_token
        } else {
            &first.access_token
        };
        let revoke = || bench.client.post(bench.url("/revoke")).form(&[("token", token)]).send();
        assert_eq!(revoke().await.unwrap().status(), 200);
        assert_eq!(
            refresh(&bench, &second.refresh_token).await.1["error"],
            json!("invalid_grant")
        );
        assert_eq!(bench.get(&first.access_token, "/calendars/primary/events").await.0, 401);
        let (status, body) = read(revoke().await.unwrap()).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_token")));
    }
}

#[tokio::test]
async fn after_a_revocation_the_next_consent_is_a_first_one() {
    let bench = Bench::new().await;
    let mut request = asked();
    request.remove("prompt");
    decide(&bench, &request, "allow", &[EVENTS]).await;
    bench.sandbox.control().revoke_grant(Some(ADA));
    let back = decide(&bench, &request, "allow", &[EVENTS]).await;
    let (_, tokens) = exchange(&bench, &back["code"], |_| {}).await;
    assert!(tokens["refresh_token"].is_string());
}

#[tokio::test]
async fn userinfo_wants_a_live_token_with_an_identity_scope() {
    let bench = Bench::new().await;
    let ask = |token: String| {
        bench
            .client
            .get(bench.url("/oauth2/v3/userinfo"))
            .bearer_auth(token)
            .send()
    };
    assert_eq!(ask("made-up".to_owned()).await.unwrap().status(), 401);
    assert_eq!(ask(bench.token_for(ADA, EVENTS)).await.unwrap().status(), 403);
    let (status, body) = read(ask(bench.token_for(ADA, "openid profile")).await.unwrap()).await;
    assert_eq!(
        (status, &body["name"], body.get("email")),
        (200, &json!("Ada Fern"), None)
    );
}

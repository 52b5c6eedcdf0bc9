//! The life of a connection: consent, tokens, revocation, and how each can end early.

use std::time::Duration;

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use timetap_providers::google::{ErrorKind, GoogleCredentials, GoogleError, scopes};
use timetap_sandbox::FaultKind;

use crate::world::{ADA, GRANT_ALL, VERIFIER, World, client_of, day};

#[tokio::test]
async fn a_connection_lives_from_consent_to_revocation() {
    let world = World::start().await;
    let page = world
        .client
        .begin("the-state".into(), SecretString::from(VERIFIER), Some(ADA));
    let back = world.consent(&page, &GRANT_ALL).await;
    assert_eq!(back["state"], "the-state");

    let grant = world
        .client
        .exchange_code(&back["code"], &SecretString::from(VERIFIER))
        .await
        .unwrap();
    assert!(scopes::missing(&grant.scopes).is_empty(), "{}", grant.scopes);
    assert!(grant.expires_in > Duration::from_mins(50));
    let refresh = grant.refresh_token.unwrap();

    let account = world.client.fetch_account(&grant.access_token).await.unwrap();
    assert_eq!(account.email, ADA);
    assert!(!account.id.is_empty());

    world.clock.advance(SignedDuration::from_hours(2));
    let expired = world.client.fetch_account(&grant.access_token).await.unwrap_err();
    assert_eq!(
        (expired.code(), expired.kind()),
        ("invalid_credentials", ErrorKind::AccessToken)
    );
    let fresh = world.client.refresh(&refresh).await.unwrap();
    assert!(
        fresh.refresh_token.is_none(),
        "a refresh brings none; the stored one stays"
    );
    assert_eq!(world.client.fetch_account(&fresh.access_token).await.unwrap(), account);

    world.client.revoke(&refresh).await.unwrap();
    assert_eq!(
        world.client.refresh(&refresh).await.unwrap_err().kind(),
        ErrorKind::Reauthorize
    );
    assert_eq!(
        world.client.fetch_account(&fresh.access_token).await.unwrap_err(),
        GoogleError::InvalidCredentials
    );
    world.client.revoke(&refresh).await.unwrap();
}

#[tokio::test]
async fn a_second_consent_brings_a_refresh_token_again() {
    let world = World::start().await;
    for _ in 0..2 {
        let page = world.client.begin("s".into(), SecretString::from(VERIFIER), None);
        let back = world.consent(&page, &GRANT_ALL).await;
        let grant = world
            .client
            .exchange_code(&back["code"], &SecretString::from(VERIFIER))
            .await
            .unwrap();
        assert!(grant.refresh_token.is_some());
    }
}

#[tokio::test]
async fn a_code_works_once_and_only_with_its_verifier() {
    let world = World::start().await;
    let page = world.client.begin("s".into(), SecretString::from(VERIFIER), None);
    let code = world.consent(&page, &GRANT_ALL).await["code"].clone();
    let wrong = SecretString::from(VERIFIER.replace('d', "e"));
    assert_eq!(
        world.client.exchange_code(&code, &wrong).await.unwrap_err().code(),
        "invalid_grant"
    );

    let code = world.consent(&page, &GRANT_ALL).await["code"].clone();
    world
        .client
        .exchange_code(&code, &SecretString::from(VERIFIER))
        .await
        .unwrap();
    assert_eq!(
        world
            .client
            .exchange_code(&code, &SecretString::from(VERIFIER))
            .await
            .unwrap_err()
            .code(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn an_unticked_box_is_noticed() {
    let world = World::start().await;
    let page = world.client.begin("s".into(), SecretString::from(VERIFIER), None);
    let back = world.consent(&page, &[GRANT_ALL[0], GRANT_ALL[1], GRANT_ALL[2]]).await;
    let grant = world
        .client
        .exchange_code(&back["code"], &SecretString::from(VERIFIER))
        .await
        .unwrap();
    assert_eq!(
        scopes::missing(&grant.scopes),
        [scopes::CALENDAR_FREEBUSY, scopes::CALENDAR_LIST_READONLY]
    );
    let busy = world
        .client
        .query_free_busy(&grant.access_token, &[ADA.to_owned()], day())
        .await;
    assert_eq!(busy.unwrap_err(), GoogleError::InsufficientScope);
    assert_eq!(
        world.client.list_calendars(&grant.access_token).await.unwrap_err(),
        GoogleError::InsufficientScope
    );
}

#[tokio::test]
async fn a_denial_comes_back_as_such() {
    let world = World::start().await;
    let page = world
        .client
        .begin("the-state".into(), SecretString::from(VERIFIER), None);
    let back = world.consent(&page, &[("decision", "deny"), ("account", ADA)]).await;
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "the-state")
    );
}

#[tokio::test]
async fn wrong_credentials_of_ours_are_not_the_hosts_fault() {
    let world = World::start().await;
    let wrong = GoogleCredentials {
        client_id: "timetap.apps.sandbox.test".into(),
        client_secret: "x".to_owned().into(),
    };
    let client = client_of(&world.sandbox, wrong, Duration::from_secs(10));
    let error = client.refresh(&SecretString::from("r")).await.unwrap_err();
    assert!(
        matches!(&error, GoogleError::OAuth { error, .. } if error == "invalid_client"),
        "{error:?}"
    );
    assert!(error.explain().contains("client id and secret"));
}

#[tokio::test]
async fn a_dead_grant_is_told_from_an_outage() {
    let world = World::start().await;
    let tokens = world
        .sandbox
        .control()
        .grant_tokens(ADA, &scopes::requested().join(" "))
        .unwrap();
    let refresh = SecretString::from(tokens.refresh_token);
    world.fault(
        "refresh",
        FaultKind::Status {
            status: 503,
            reason: None,
            retry_after: None,
        },
    );
    assert_eq!(
        world.client.refresh(&refresh).await.unwrap_err().kind(),
        ErrorKind::Transient
    );
    world.sandbox.control().clear_faults();
    world.client.refresh(&refresh).await.unwrap();
    world.fault("refresh", FaultKind::InvalidGrant);
    let error = world.client.refresh(&refresh).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("invalid_grant", ErrorKind::Reauthorize));
    assert!(!format!("{error:?}{error}").contains(refresh.expose_secret()));
}

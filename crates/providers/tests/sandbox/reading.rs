//! What is read from a calendar: the list, busy times, changes, and the channel that announces them.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use timetap_core::span::Span;
use timetap_providers::google::calendar::{EventQuery, WatchRequest};
use timetap_providers::google::{GoogleError, scopes};
use url::Url;

use crate::world::{ADA, World, day, draft};

#[tokio::test]
async fn calendars_are_listed_with_what_they_allow() {
    let world = World::start().await;
    let cleo = "cleo@sandbox.test";
    let tokens = world
        .sandbox
        .control()
        .grant_tokens(cleo, &scopes::requested().join(" "))
        .unwrap();
    let calendars = world.client.list_calendars(&tokens.access_token.into()).await.unwrap();
    let primary = calendars.iter().find(|calendar| calendar.primary).unwrap();
    assert_eq!(
        (primary.id.as_str(), primary.time_zone.as_deref()),
        (cleo, Some("Europe/Madrid"))
    );
    assert!(primary.allows_meet && primary.is_writable());
    assert!(
        calendars
            .iter()
            .any(|calendar| calendar.summary == "Family" && calendar.is_writable())
    );
    assert!(
        calendars
            .iter()
            .any(|calendar| calendar.summary == "Holidays" && !calendar.is_writable())
    );
}

#[tokio::test]
async fn busy_times_are_seen_and_unknown_calendars_are_not_free() {
    let world = World::start().await;
    let event = |start: &str, end: &str, transparency: &str| json!({ "summary": "x", "start": { "dateTime": start }, "end": { "dateTime": end }, "transparency": transparency });
    let control = world.sandbox.control();
    for body in [
        event("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", "opaque"),
        event("2026-11-24T09:30:00Z", "2026-11-24T11:00:00Z", "opaque"),
        event("2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z", "transparent"),
    ] {
        control.add_event(ADA, body.as_object().unwrap()).unwrap();
    }
    let ids = [ADA.to_owned(), "nobody@sandbox.test".to_owned()];
    let answer = world.client.query_free_busy(&world.access, &ids, day()).await.unwrap();
    let busy = Span::new(
        "2026-11-24T09:00:00Z".parse().unwrap(),
        "2026-11-24T11:00:00Z".parse().unwrap(),
    )
    .unwrap();
    assert_eq!(answer[ADA], Ok(vec![busy]));
    assert_eq!(answer["nobody@sandbox.test"], Err("notFound".to_owned()));
}

#[tokio::test]
async fn changes_are_followed_until_the_token_dies() {
    let world = World::start().await;
    world.insert(&draft("tt0000008")).await.unwrap();
    let first = world.list(&EventQuery::Full { from: None }).await.unwrap();
    assert!(first.events.iter().any(|event| event.id == "tt0000008"));
    assert_eq!(first.time_zone.as_deref(), Some("Europe/Madrid"));
    let token = first.sync_token.unwrap();

    world
        .client
        .delete_event(&world.access, ADA, "tt0000008", None)
        .await
        .unwrap();
    world.insert(&draft("tt0000009")).await.unwrap();
    let changes = world
        .list(&EventQuery::Changes {
            sync_token: token.clone(),
        })
        .await
        .unwrap();
    let mut ids: Vec<_> = changes
        .events
        .iter()
        .map(|event| (event.id.as_str(), event.is_cancelled()))
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [("tt0000008", true), ("tt0000009", false)]);
    let next = changes.sync_token.unwrap();
    assert!(
        world
            .list(&EventQuery::Changes { sync_token: next })
            .await
            .unwrap()
            .events
            .is_empty()
    );

    let ours = EventQuery::WithProperty {
        key: "timetapWrite".into(),
        value: "tt0000009".into(),
        from: None,
    };
    let found = world.list(&ours).await.unwrap();
    assert_eq!(
        found.events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(),
        ["tt0000009"]
    );

    world.sandbox.control().expire_sync_tokens(None);
    let error = world
        .list(&EventQuery::Changes { sync_token: token })
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::SyncTokenExpired);
}

#[tokio::test]
async fn a_channel_opens_and_closes() {
    let world = World::start().await;
    let wish = WatchRequest {
        channel_id: "channel-1".into(),
        token: "channel-token".into(),
        address: Url::parse("http://127.0.0.1:9/notify").unwrap(),
        ttl: Duration::from_hours(24),
    };
    let channel = world.client.watch_events(&world.access, ADA, &wish).await.unwrap();
    assert_eq!(
        channel.expires_at,
        Some(world.clock.now() + SignedDuration::from_hours(24))
    );
    assert_eq!(world.sandbox.control().open_channels(), 1);
    world
        .client
        .stop_channel(&world.access, "channel-1", &channel.resource_id)
        .await
        .unwrap();
    assert_eq!(world.sandbox.control().open_channels(), 0);
    world
        .client
        .stop_channel(&world.access, "channel-1", &channel.resource_id)
        .await
        .unwrap();
}

//! The life of an event: inserted, moved, deleted, revived; with a Meet link, without, and with one that comes late.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use timetap_providers::google::calendar::{Conference, Deleted, EventDraft, EventPatch};
use timetap_providers::google::{ErrorKind, GoogleError, scopes};
use timetap_sandbox::{FaultKind, MailFilter};

use crate::world::{ADA, World, draft};

#[tokio::test]
async fn an_event_lives_from_insert_to_delete() {
    let world = World::start().await;
    let event = world.insert(&draft("tt0000001")).await.unwrap();
    assert_eq!((event.id.as_str(), event.status.as_str()), ("tt0000001", "confirmed"));
    assert_eq!(event.private["timetapWrite"], "tt0000001");
    assert_eq!(event.starts, Some(draft("x").starts));
    assert!(
        event.conference.link().is_some_and(|link| link.contains("/meet/")),
        "{:?}",
        event.conference
    );
    assert!(event.html_link.is_some());
    let invitations = world.sandbox.control().mails(&MailFilter::to("kim@example.test"));
    assert_eq!(invitations.len(), 1, "Google invites the guest");

    let patch = EventPatch {
        starts: Some("2026-11-25T09:00:00Z".parse().unwrap()),
        ends: Some("2026-11-25T10:00:00Z".parse().unwrap()),
        time_zone: Some("Europe/Madrid".into()),
        if_match: Some(event.etag.clone()),
        ..EventPatch::default()
    };
    let moved = world
        .client
        .patch_event(&world.access, ADA, "tt0000001", &patch)
        .await
        .unwrap();
    assert_eq!((moved.starts, moved.ends), (patch.starts, patch.ends));
    assert_ne!(moved.etag, event.etag);
    assert_eq!(moved.conference, event.conference, "moving keeps the Meet link");
    let stale = world
        .client
        .patch_event(&world.access, ADA, "tt0000001", &patch)
        .await
        .unwrap_err();
    assert_eq!(stale, GoogleError::PreconditionFailed);
    let stale = world
        .client
        .delete_event(&world.access, ADA, "tt0000001", Some(&event.etag))
        .await
        .unwrap_err();
    assert_eq!(stale, GoogleError::PreconditionFailed);

    let delete = || world.client.delete_event(&world.access, ADA, "tt0000001", None);
    assert_eq!(delete().await, Ok(Deleted::Now));
    assert_eq!(delete().await, Ok(Deleted::AlreadyGone));
    let never = world.client.delete_event(&world.access, ADA, "never00", None).await;
    assert_eq!(never, Ok(Deleted::AlreadyGone));
    assert_eq!(world.effects("delete"), 1);
    assert!(world.get("tt0000001").await.unwrap().is_cancelled());
}

#[tokio::test]
async fn an_event_dragged_to_whole_days_can_be_moved_back() {
    let world = World::start().await;
    world.insert(&draft("tt0000002")).await.unwrap();
    let whole_day = json!({
        "start": { "date": "2026-11-26", "dateTime": null, "timeZone": null },
        "end": { "date": "2026-11-27", "dateTime": null, "timeZone": null },
    });
    world
        .sandbox
        .control()
        .edit_event(ADA, "tt0000002", whole_day.as_object().unwrap())
        .unwrap();
    let dragged = world.get("tt0000002").await.unwrap();
    assert_eq!(
        (dragged.starts, dragged.all_day.map(|(first, _)| first.to_string())),
        (None, Some("2026-11-26".into()))
    );
    let patch = EventPatch {
        starts: Some(draft("x").starts),
        ends: Some(draft("x").ends),
        time_zone: Some("Europe/Madrid".into()),
        ..EventPatch::default()
    };
    let back = world
        .client
        .patch_event(&world.access, ADA, "tt0000002", &patch)
        .await
        .unwrap();
    assert_eq!((back.starts, back.all_day), (Some(draft("x").starts), None));
}

#[tokio::test]
async fn an_id_is_taken_for_good_and_can_be_revived() {
    let world = World::start().await;
    world.insert(&draft("tt0000003")).await.unwrap();
    assert_eq!(
        world.insert(&draft("tt0000003")).await.unwrap_err(),
        GoogleError::AlreadyExists
    );
    world
        .client
        .delete_event(&world.access, ADA, "tt0000003", None)
        .await
        .unwrap();
    assert_eq!(
        world.insert(&draft("tt0000003")).await.unwrap_err(),
        GoogleError::AlreadyExists
    );
    let patch = EventPatch {
        status: Some("confirmed".into()),
        ..EventPatch::default()
    };
    let revived = world
        .client
        .patch_event(&world.access, ADA, "tt0000003", &patch)
        .await
        .unwrap();
    assert!(!revived.is_cancelled());
}

#[tokio::test]
async fn a_conference_may_come_later_or_never() {
    let world = World::start_with(Duration::from_secs(10), |options| {
        options.meet_delay = Duration::from_millis(300);
    })
    .await;
    assert_eq!(
        world.insert(&draft("tt0000004")).await.unwrap().conference,
        Conference::Pending
    );
    assert!(world.settled("tt0000004").await.link().is_some());

    world.fault("any", FaultKind::ConferenceFailure);
    world.insert(&draft("tt0000005")).await.unwrap();
    assert_eq!(world.settled("tt0000005").await, Conference::Failed);

    world.sandbox.control().clear_faults();
    let again = EventPatch {
        conference_request_id: Some("meet-second-try".into()),
        ..EventPatch::default()
    };
    world
        .client
        .patch_event(&world.access, ADA, "tt0000005", &again)
        .await
        .unwrap();
    let second = world.settled("tt0000005").await;
    assert!(second.link().is_some(), "a new request id tries anew");
}

#[tokio::test]
async fn a_calendar_without_meet_says_so() {
    let world = World::start().await;
    let nomeet = "nomeet@sandbox.test";
    let tokens = world
        .sandbox
        .control()
        .grant_tokens(nomeet, &scopes::requested().join(" "))
        .unwrap();
    let access = SecretString::from(tokens.access_token);
    let error = world
        .client
        .insert_event(&access, nomeet, &draft("tt0000006"))
        .await
        .unwrap_err();
    assert_eq!(error, GoogleError::ConferenceTypeNotAllowed);
    let plain = EventDraft {
        conference_request_id: None,
        ..draft("tt0000006")
    };
    let event = world.client.insert_event(&access, nomeet, &plain).await.unwrap();
    assert_eq!(event.conference, Conference::None);
    let calendars = world.client.list_calendars(&access).await.unwrap();
    assert!(
        calendars
            .iter()
            .any(|calendar| calendar.primary && !calendar.allows_meet)
    );
}

#[tokio::test]
async fn bad_ids_are_refused() {
    let world = World::start().await;
    let error = world.insert(&draft("NOT-base32hex")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), ("bad_request", ErrorKind::Permanent));
    assert_eq!(world.get("never00").await.unwrap_err(), GoogleError::NotFound);
    let stranger = world
        .client
        .insert_event(&world.access, "ben@sandbox.test", &draft("tt0000007"))
        .await
        .unwrap_err();
    assert!(
        matches!(stranger, GoogleError::NotFound | GoogleError::Forbidden { .. }),
        "{stranger:?}"
    );
}

//! The Google client against the sandbox's Google, over real HTTP: the life of a connection and of an event, and each
//! kind of refusal as it comes from a server that keeps Google's rules.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use support::{REDIRECT, secret};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_core::span::Span;
use timetap_providers::google::calendar::{
    Conference, Deleted, EventDraft, EventList, EventPatch, EventQuery, Guest, RemoteEvent, WatchRequest,
};
use timetap_providers::google::{ErrorKind, GoogleClient, GoogleCredentials, GoogleEndpoints, GoogleError, scopes};
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, MailFilter, Quotas, Sandbox, SandboxOptions, start};
use url::Url;

const ADA: &str = "ada@sandbox.test";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

struct World {
    sandbox: Sandbox,
    clock: Clock,
    client: GoogleClient,
    access: SecretString,
}

impl World {
    async fn start() -> Self {
        Self::start_with(Duration::from_secs(10), |_| ()).await
    }

    /// With a client that gives up soon, for answers that never come.
    async fn impatient() -> Self {
        Self::start_with(Duration::from_millis(700), |_| ()).await
    }

    async fn start_with(total: Duration, change: impl FnOnce(&mut SandboxOptions)) -> Self {
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().unwrap());
        let mut options = SandboxOptions::new(clock.clone(), Entropy::seeded(7));
        options.redirect_uris = vec![REDIRECT.to_owned()];
        options.meet_delay = Duration::ZERO;
        change(&mut options);
        let credentials = GoogleCredentials {
            client_id: options.client_id.clone(),
            client_secret: options.client_secret.clone().into(),
        };
        let sandbox = start(options).await.unwrap();
        let client = client_of(&sandbox, credentials, total);
        let tokens = sandbox
            .control()
            .grant_tokens(ADA, &scopes::requested().join(" "))
            .unwrap();
        Self {
            sandbox,
            clock,
            client,
            access: tokens.access_token.into(),
        }
    }

    fn fault(&self, method: &str, kind: FaultKind) {
        self.sandbox
            .control()
            .add_fault(FaultRule::new(kind).on(method))
            .unwrap();
    }

    fn effects(&self, method: &str) -> usize {
        self.sandbox
            .control()
            .count(&LedgerQuery::method(method).with_effect(true))
    }

    async fn insert(&self, draft: &EventDraft) -> Result<RemoteEvent, GoogleError> {
        self.client.insert_event(&self.access, ADA, draft).await
    }

    async fn get(&self, id: &str) -> Result<RemoteEvent, GoogleError> {
        self.client.get_event(&self.access, ADA, id).await
    }

    /// The conference once it is no longer pending, as a client finds out: by reading the event again.
    async fn settled(&self, id: &str) -> Conference {
        for _ in 0..200 {
            let conference = self.get(id).await.unwrap().conference;
            if conference != Conference::Pending {
                return conference;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Conference::Pending
    }

    async fn list(&self, query: &EventQuery) -> Result<EventList, GoogleError> {
        self.client.list_events(&self.access, ADA, query).await
    }

    /// What a person does on the consent page; gives the query of the redirect.
    async fn consent(&self, url: &Url, decision: &[(&str, &str)]) -> BTreeMap<String, String> {
        let browser = build_client(Timeouts::default()).unwrap();
        let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        form.extend(
            decision
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut page = url.clone();
        page.set_query(None);
        let answer = browser.post(page).form(&form).send().await.unwrap();
        let location = answer.headers().get("location").unwrap().to_str().unwrap();
        assert!(location.starts_with(REDIRECT), "{location}");
        Url::parse(location).unwrap().query_pairs().into_owned().collect()
    }
}

fn client_of(sandbox: &Sandbox, credentials: GoogleCredentials, total: Duration) -> GoogleClient {
    let base = Url::parse(&sandbox.base_url()).unwrap();
    let http = build_client(Timeouts {
        connect: Duration::from_secs(5),
        total,
    })
    .unwrap();
    GoogleClient::new(
        credentials,
        GoogleEndpoints::at(&base),
        Url::parse(REDIRECT).unwrap(),
        http,
    )
    .unwrap()
}

fn draft(id: &str) -> EventDraft {
    EventDraft {
        id: id.into(),
        summary: "[TimeTap] Session with kim@example.test".into(),
        description: "A first session".into(),
        starts: "2026-11-24T14:00:00Z".parse().unwrap(),
        ends: "2026-11-24T15:00:00Z".parse().unwrap(),
        time_zone: "Europe/Madrid".into(),
        location: None,
        guests: vec![Guest {
            email: "kim@example.test".into(),
            name: Some("Kim".into()),
        }],
        conference_request_id: Some(format!("meet-{id}")),
        private: BTreeMap::from([("timetapWrite".into(), id.into())]),
    }
}

fn day() -> Span {
    Span::new(
        "2026-11-24T00:00:00Z".parse().unwrap(),
        "2026-11-25T00:00:00Z".parse().unwrap(),
    )
    .unwrap()
}

const GRANT_ALL: [(&str, &str); 5] = [
    ("decision", "allow"),
    ("account", ADA),
    ("grant", scopes::CALENDAR_EVENTS),
    ("grant", scopes::CALENDAR_FREEBUSY),
    ("grant", scopes::CALENDAR_LIST_READONLY),
];

#[tokio::test]
async fn a_connection_lives_from_consent_to_revocation() {
    let world = World::start().await;
    let page = world.client.begin("the-state".into(), secret(VERIFIER), Some(ADA));
    let back = world.consent(&page, &GRANT_ALL).await;
    assert_eq!(back["state"], "the-state");

    let grant = world
        .client
        .exchange_code(&back["code"], &secret(VERIFIER))
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
        let page = world.client.begin("s".into(), secret(VERIFIER), None);
        let back = world.consent(&page, &GRANT_ALL).await;
        let grant = world
            .client
            .exchange_code(&back["code"], &secret(VERIFIER))
            .await
            .unwrap();
        assert!(grant.refresh_token.is_some());
    }
}

#[tokio::test]
async fn a_code_works_once_and_only_with_its_verifier() {
    let world = World::start().await;
    let page = world.client.begin("s".into(), secret(VERIFIER), None);
    let code = world.consent(&page, &GRANT_ALL).await["code"].clone();
    let wrong = secret(&VERIFIER.replace('d', "e"));
    assert_eq!(
        world.client.exchange_code(&code, &wrong).await.unwrap_err().code(),
        "invalid_grant"
    );

    let code = world.consent(&page, &GRANT_ALL).await["code"].clone();
    world.client.exchange_code(&code, &secret(VERIFIER)).await.unwrap();
    assert_eq!(
        world
            .client
            .exchange_code(&code, &secret(VERIFIER))
            .await
            .unwrap_err()
            .code(),
        "invalid_grant"
    );
}

#[tokio::test]
async fn an_unticked_box_is_noticed() {
    let world = World::start().await;
    let page = world.client.begin("s".into(), secret(VERIFIER), None);
    let back = world.consent(&page, &[GRANT_ALL[0], GRANT_ALL[1], GRANT_ALL[2]]).await;
    let grant = world
        .client
        .exchange_code(&back["code"], &secret(VERIFIER))
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
    let page = world.client.begin("the-state".into(), secret(VERIFIER), None);
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
    let error = client.refresh(&secret("r")).await.unwrap_err();
    assert!(
        matches!(&error, GoogleError::OAuth { error, .. } if error == "invalid_client"),
        "{error:?}"
    );
    assert!(error.explain().contains("client id and secret"));
}

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
        token: secret("channel-token"),
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

fn status(status: u16, reason: Option<&str>) -> FaultKind {
    FaultKind::Status {
        status,
        reason: reason.map(str::to_owned),
        retry_after: Some(9),
    }
}

#[rstest]
#[case(status(401, None), "invalid_credentials", ErrorKind::AccessToken)]
#[case(status(403, Some("rateLimitExceeded")), "rate_limited", ErrorKind::RateLimit)]
#[case(status(403, Some("userRateLimitExceeded")), "rate_limited", ErrorKind::RateLimit)]
#[case(status(429, None), "rate_limited", ErrorKind::RateLimit)]
#[case(status(403, Some("quotaExceeded")), "quota_exceeded", ErrorKind::Quota)]
#[case(status(403, Some("forbidden")), "forbidden", ErrorKind::Permanent)]
#[case(status(412, None), "precondition_failed", ErrorKind::Mismatch)]
#[case(status(500, None), "unavailable", ErrorKind::Transient)]
#[case(status(503, None), "unavailable", ErrorKind::Transient)]
#[tokio::test]
async fn a_refused_insert_has_its_class_and_no_effect(
    #[case] fault: FaultKind,
    #[case] code: &str,
    #[case] kind: ErrorKind,
) {
    let world = World::start().await;
    world.fault("insert", fault);
    let error = world.insert(&draft("tt0000010")).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (code, kind));
    assert_eq!(world.effects("insert"), 0);
    if matches!(code, "rate_limited" | "unavailable") {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
    }
}

#[rstest]
#[case::no_answer(FaultKind::TimeoutAfter, true)]
#[case::torn(FaultKind::ResetAfter, true)]
#[case::half(FaultKind::TruncatedJson, true)]
#[case::lost(FaultKind::LostAnswer { percent: 100 }, true)]
#[case::never_served(FaultKind::TimeoutBefore, false)]
#[case::unplugged(FaultKind::Unplugged, false)]
#[tokio::test]
async fn a_lost_answer_leaves_open_whether_it_happened(#[case] fault: FaultKind, #[case] happened: bool) {
    let world = World::impatient().await;
    world.fault("insert", fault);
    let error = world.insert(&draft("tt0000011")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transient);
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!(world.effects("insert"), usize::from(happened));

    // The cure: the same id again, and a look when it is taken.
    world.sandbox.control().clear_faults();
    let second = world.insert(&draft("tt0000011")).await;
    assert_eq!(second.as_ref().err(), happened.then_some(&GoogleError::AlreadyExists));
    assert_eq!(
        world.get("tt0000011").await.unwrap().private["timetapWrite"],
        "tt0000011"
    );
    assert_eq!(world.effects("insert"), 1);
}

#[tokio::test]
async fn while_google_is_unplugged_everything_waits() {
    let world = World::impatient().await;
    world.sandbox.control().unplug();
    let errors = [
        world.insert(&draft("tt0000012")).await.unwrap_err(),
        world.client.refresh(&secret("r")).await.unwrap_err(),
        world.client.list_calendars(&world.access).await.unwrap_err(),
        world
            .client
            .query_free_busy(&world.access, &[ADA.to_owned()], day())
            .await
            .unwrap_err(),
    ];
    assert!(
        errors.iter().all(|error| error.kind() == ErrorKind::Transient),
        "{errors:?}"
    );
    world.sandbox.control().plug();
    world.insert(&draft("tt0000012")).await.unwrap();
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
    world.fault("refresh", status(503, None));
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

#[tokio::test]
async fn quotas_are_felt() {
    let quotas = Quotas {
        per_user_minute: 3,
        per_project_minute: 100,
    };
    let world = World::start_with(Duration::from_secs(10), |options| {
        options.quotas = quotas;
    })
    .await;
    for _ in 0..3 {
        assert_eq!(world.get("never00").await.unwrap_err(), GoogleError::NotFound);
    }
    assert_eq!(world.get("never00").await.unwrap_err().kind(), ErrorKind::RateLimit);
    world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(world.get("never00").await.unwrap_err(), GoogleError::NotFound);
}

//! A sandbox with a client beside it.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_core::span::Span;
use timetap_providers::google::calendar::{Conference, EventDraft, EventList, EventQuery, Guest, RemoteEvent};
use timetap_providers::google::{GoogleClient, GoogleCredentials, GoogleEndpoints, GoogleError, scopes};
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, Sandbox, SandboxOptions, start};
use url::Url;

pub const REDIRECT: &str = "http://127.0.0.1:3000/api/google/calendar/callback";
pub const ADA: &str = "ada@sandbox.test";

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A sandbox, a client of it, and an access token of Ada with every scope.
pub struct World {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub client: GoogleClient,
    pub access: SecretString,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(Duration::from_secs(10), |_| ()).await
    }

    /// With a client that gives up soon, for answers that never come.
    pub async fn impatient() -> Self {
        Self::start_with(Duration::from_millis(700), |_| ()).await
    }

    pub async fn start_with(total: Duration, change: impl FnOnce(&mut SandboxOptions)) -> Self {
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

    pub fn fault(&self, method: &str, kind: FaultKind) {
        self.sandbox
            .control()
            .add_fault(FaultRule::new(kind).on(method))
            .unwrap();
    }

    pub fn effects(&self, method: &str) -> usize {
        self.sandbox
            .control()
            .count(&LedgerQuery::method(method).with_effect(true))
    }

    pub async fn insert(&self, draft: &EventDraft) -> Result<RemoteEvent, GoogleError> {
        self.client.insert_event(&self.access, ADA, draft).await
    }

    pub async fn get(&self, id: &str) -> Result<RemoteEvent, GoogleError> {
        self.client.get_event(&self.access, ADA, id).await
    }

    /// The conference once it is no longer pending, as a client finds out: by reading the event again.
    pub async fn settled(&self, id: &str) -> Conference {
        for _ in 0..200 {
            let conference = self.get(id).await.unwrap().conference;
            if conference != Conference::Pending {
                return conference;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Conference::Pending
    }

    pub async fn list(&self, query: &EventQuery) -> Result<EventList, GoogleError> {
        self.client.list_events(&self.access, ADA, query).await
    }

    /// What a person does on the consent page; gives the query of the redirect.
    pub async fn consent(&self, url: &Url, decision: &[(&str, &str)]) -> BTreeMap<String, String> {
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

pub fn client_of(sandbox: &Sandbox, credentials: GoogleCredentials, total: Duration) -> GoogleClient {
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

pub fn draft(id: &str) -> EventDraft {
    EventDraft {
        id: id.into(),
        summary: "[TimeTap] Session with kim@example.test".into(),
        description: "A first session".into(),
        starts: "2026-11-24T14:00:00Z".parse().unwrap(),
        ends: "2026-11-24T15:00:00Z".parse().unwrap(),
        time_zone: "Europe/Madrid".into(),
        location: None,
        recurrence: Vec::new(),
        guests: vec![Guest {
            email: "kim@example.test".into(),
            name: Some("Kim".into()),
        }],
        transparent: false,
        conference_request_id: Some(format!("meet-{id}")),
        private: BTreeMap::from([("timetapWrite".into(), id.into())]),
    }
}

pub fn day() -> Span {
    Span::new(
        "2026-11-24T00:00:00Z".parse().unwrap(),
        "2026-11-25T00:00:00Z".parse().unwrap(),
    )
    .unwrap()
}

pub const GRANT_ALL: [(&str, &str); 5] = [
    ("decision", "allow"),
    ("account", ADA),
    ("grant", scopes::CALENDAR_EVENTS),
    ("grant", scopes::CALENDAR_FREEBUSY),
    ("grant", scopes::CALENDAR_LIST_READONLY),
];

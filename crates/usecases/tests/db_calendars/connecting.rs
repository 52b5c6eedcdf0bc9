//! The way to Google's consent page and back, and the end of a connection.

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use timetap_sandbox::FaultKind;
use timetap_store::entities::{calendar_connection, oauth_attempt};
use timetap_testing::Engine;
use timetap_usecases::calendars::{
    CalendarsForm, ChooseCalendarsError, ConsentAnswer, DisconnectError, Farewell, FinishConnectError, begin_connect,
    choose_calendars, disconnect, finish_connect, view_integrations,
};
use uuid::Uuid;

use super::support::{ADA, ANNA, SCOPES, SESSION, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

const BERTA: Uuid = Uuid::from_u128(0xb);

async fn finish(stage: &Stage, answer: &ConsentAnswer) -> FinishConnectError {
    let error = finish_connect(stage.app(), ANNA, SESSION, answer).await.unwrap_err();
    let rows = calendar_connection::Entity::find()
        .count(stage.app().db.writer())
        .await
        .unwrap();
    assert_eq!(rows, 0, "nothing is connected");
    error
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn connecting_keeps_sealed_tokens_and_reads_the_calendars(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let id = stage.connect(ANNA, "cleo@sandbox.test").await.unwrap();
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    assert_eq!(shown.connections[0].status, "syncing");
    stage.work().await;
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    let connection = &shown.connections[0];
    assert_eq!(
        (connection.account.as_str(), connection.status.as_str()),
        ("cleo@sandbox.test", "active")
    );
    assert!(shown.has_write_calendar);
    let calendars: Vec<_> = connection
        .calendars
        .iter()
        .map(|calendar| (calendar.writable, calendar.counts_as_busy, calendar.receives_events))
        .collect();
    assert_eq!(calendars[0], (true, true, true), "the account's own calendar");
    assert_eq!(calendars.len(), 3);
    assert!(calendars[1..].iter().all(|(_, busy, receives)| !busy && !receives));
    assert!(
        calendars.iter().any(|(writable, ..)| !writable),
        "the holidays are read only"
    );
    let row = stage.connection(id).await;
    let sealed = row.refresh_token_sealed.unwrap();
    assert!(sealed.starts_with("v1.test."));
    assert!(row.access_token_sealed.unwrap().starts_with("v1.test."));
    assert!(row.busy_checked_at.is_some());
    let attempts = oauth_attempt::Entity::find()
        .all(stage.app().db.writer())
        .await
        .unwrap();
    assert!(attempts[0].used_at.is_some() && attempts[0].verifier_sealed.starts_with("v1.test."));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_way_not_to_connect_has_its_own_message(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let denied = stage.consent(ANNA, ADA, "deny", &[]).await;
    assert!(matches!(finish(&stage, &denied).await, FinishConnectError::Denied));
    // The answer of a denial is used up as well.
    assert!(matches!(finish(&stage, &denied).await, FinishConnectError::UsedState));

    let unticked = stage.consent(ANNA, ADA, "allow", &SCOPES[..1]).await;
    let FinishConnectError::MissingScopes(missing) = finish(&stage, &unticked).await else {
        panic!("unticked boxes are noticed");
    };
    assert_eq!(missing, SCOPES[1..]);

    let good = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    let without_state = ConsentAnswer {
        state: None,
        ..good.clone()
    };
    assert!(matches!(
        finish(&stage, &without_state).await,
        FinishConnectError::UnknownState
    ));
    let forged = ConsentAnswer {
        state: Some("forged".to_owned()),
        ..good.clone()
    };
    assert!(matches!(
        finish(&stage, &forged).await,
        FinishConnectError::UnknownState
    ));
    // Another person, or the same one in another session, brings it: refused, and still good for its owner.
    stage.add_host(BERTA, "berta").await;
    for (person, session) in [(BERTA, SESSION), (ANNA, Uuid::from_u128(0x5f))] {
        let error = finish_connect(stage.app(), person, session, &good).await.unwrap_err();
        assert!(matches!(error, FinishConnectError::ForeignState));
    }

    let late = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    stage.advance(601);
    assert!(matches!(finish(&stage, &late).await, FinishConnectError::Expired));

    let reused = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    let mut wrong_code = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    wrong_code.code = Some("4/no-such-code".to_owned());
    assert!(matches!(
        finish(&stage, &wrong_code).await,
        FinishConnectError::CodeExpired
    ));

    stage.google().unplug();
    assert!(matches!(finish(&stage, &reused).await, FinishConnectError::GoogleDown));
    stage.google().plug();
    for method in ["token", "userinfo", "calendarList"] {
        let answer = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
        let outage = FaultKind::Status {
            status: 503,
            reason: None,
            retry_after: None,
        };
        stage.fail_once(method, outage);
        assert!(
            matches!(finish(&stage, &answer).await, FinishConnectError::GoogleDown),
            "{method}"
        );
    }
    let odd = ConsentAnswer {
        error: Some("server_error".to_owned()),
        code: None,
        ..stage.consent(ANNA, ADA, "allow", &SCOPES).await
    };
    assert!(matches!(finish(&stage, &odd).await, FinishConnectError::Refused));

    let good = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    finish_connect(stage.app(), ANNA, SESSION, &good).await.unwrap();
    let again = finish_connect(stage.app(), ANNA, SESSION, &good).await.unwrap_err();
    assert!(matches!(again, FinishConnectError::UsedState), "a replayed answer");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_code_of_one_trip_does_not_fit_another(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    // A code that was caught on its way is worthless without the verifier of its own trip.
    let caught = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    let page = begin_connect(stage.app(), ANNA, SESSION, None).await.unwrap();
    let state = page
        .query_pairs()
        .find(|(key, _)| key == "state")
        .unwrap()
        .1
        .into_owned();
    let mixed = ConsentAnswer {
        state: Some(state),
        code: caught.code,
        error: None,
    };
    assert!(matches!(finish(&stage, &mixed).await, FinishConnectError::CodeExpired));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn disconnecting_withdraws_the_grant_and_keeps_the_bookings(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let kept = stage.book(TUESDAY_AT_3).await;
    stage.work_until_link(&kept).await;
    let called_off = stage.book(TUESDAY_AT_4).await;
    stage.work_until_link(&called_off).await;
    let id = stage.write(&kept).await.connection_id.unwrap();
    assert!(matches!(
        disconnect(stage.app(), BERTA, id).await,
        Err(DisconnectError::NotFound)
    ));
    assert_eq!(disconnect(stage.app(), ANNA, id).await.unwrap(), Farewell::Revoked);
    assert_eq!(stage.effects("revoke").len(), 1);
    let row = stage.connection(id).await;
    assert_eq!(
        (row.status.as_str(), row.refresh_token_sealed, row.access_token_sealed),
        ("disconnected", None, None)
    );
    assert!(
        view_integrations(stage.app(), ANNA)
            .await
            .unwrap()
            .connections
            .is_empty()
    );
    assert_eq!(stage.appointment(&kept).await.status, "scheduled");
    let write = stage.write(&kept).await;
    assert!(write.remote_event_id.is_some(), "the mapping stays");
    assert_eq!(stage.events(ADA).len(), 2, "the events stay");

    // While nobody can tell Google: one booking is called off, the other one moved.
    stage.cancel(&called_off).await;
    stage.move_to(&kept, "2026-11-24T18:00:00+01:00").await;
    stage.work().await;
    assert_eq!(stage.write_state(&called_off).await, "skipped");
    assert_eq!(stage.write_state(&kept).await, "skipped");
    assert!(
        stage
            .write(&called_off)
            .await
            .last_error
            .unwrap()
            .contains("delete it yourself")
    );

    assert_eq!(stage.connect(ANNA, ADA).await.unwrap(), id);
    stage.work().await;
    let events = stage.events(ADA);
    assert_eq!(events.len(), 1, "adopted, not doubled");
    assert_eq!(events[0]["id"], write.remote_event_id.unwrap());
    assert_eq!(
        events[0]["start"]["dateTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
            .to_string(),
        "2026-11-24T17:00:00Z"
    );
    assert_eq!(stage.write_state(&called_off).await, "removed");
    assert_eq!(stage.effects("insert").len(), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_grant_that_somebody_else_lives_on_is_not_withdrawn(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.add_host(BERTA, "berta").await;
    let answer = stage.consent(BERTA, ADA, "allow", &SCOPES).await;
    let hers = finish_connect(stage.app(), BERTA, SESSION, &answer).await.unwrap();
    assert_eq!(hers.resumed, 0, "what waits for others is theirs");
    stage.work().await;
    assert_eq!(
        disconnect(stage.app(), BERTA, hers.connection_id).await.unwrap(),
        Farewell::Shared
    );
    assert_eq!(stage.requests("revoke"), 0);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "written", "Anna's connection lives");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn disconnecting_works_while_google_does_not(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let id = view_integrations(stage.app(), ANNA).await.unwrap().connections[0].id;
    stage.google().unplug();
    assert_eq!(disconnect(stage.app(), ANNA, id).await.unwrap(), Farewell::NotTold);
    assert_eq!(stage.connection(id).await.status, "disconnected");
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "skipped");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_calendar_of_several_accounts_receives_the_events(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.advance(1);
    stage.connect(ANNA, "cleo@sandbox.test").await.unwrap();
    stage.work().await;
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    let receiving = |shown: &timetap_usecases::calendars::Integrations| -> Vec<String> {
        let all = shown.connections.iter().flat_map(|connection| &connection.calendars);
        all.filter(|calendar| calendar.receives_events)
            .map(|calendar| calendar.key.clone())
            .collect()
    };
    assert_eq!(receiving(&shown).len(), 1, "the first account keeps the events");
    assert!(receiving(&shown)[0].ends_with(ADA));

    let cleo = &shown.connections[1].calendars;
    let family = cleo
        .iter()
        .find(|calendar| calendar.writable && !calendar.counts_as_busy)
        .unwrap();
    let holidays = cleo.iter().find(|calendar| !calendar.writable).unwrap();
    let refused = CalendarsForm {
        busy: vec!["nonsense|calendar".to_owned()],
        write: holidays.key.clone(),
    };
    let Err(ChooseCalendarsError::Invalid(errors)) = choose_calendars(stage.app(), ANNA, &refused).await else {
        panic!("a read-only calendar cannot receive events");
    };
    assert_eq!(
        errors.get("write"),
        Some("You cannot add events to this calendar. Please choose another one.")
    );
    assert_eq!(
        errors.get("busy"),
        Some("One of these calendars is no longer there. Please choose again.")
    );
    let foreign = CalendarsForm {
        busy: vec![],
        write: format!("{}|{ADA}", Uuid::from_u128(1)),
    };
    assert!(matches!(
        choose_calendars(stage.app(), ANNA, &foreign).await,
        Err(ChooseCalendarsError::Invalid(_))
    ));
    assert_eq!(
        receiving(&view_integrations(stage.app(), ANNA).await.unwrap()),
        receiving(&shown),
        "nothing half kept"
    );

    let choice = CalendarsForm {
        busy: vec![family.key.clone(), holidays.key.clone()],
        write: family.key.clone(),
    };
    choose_calendars(stage.app(), ANNA, &choice).await.unwrap();
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "written");
    assert!(stage.events(ADA).is_empty());
    let chosen = family.key.split_once('|').unwrap().1;
    assert_eq!(stage.events(chosen).len(), 1);
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    let busy = shown
        .connections
        .iter()
        .flat_map(|connection| &connection.calendars)
        .filter(|calendar| calendar.counts_as_busy);
    assert_eq!(busy.count(), 2);
}

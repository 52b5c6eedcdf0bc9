//! Every way in which Google says no, and what is made of it. The booking stands each time.

use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_sandbox::FaultKind;
use timetap_store::entities::job;
use timetap_testing::Engine;
use timetap_usecases::calendars::retry_write::retry_write;
use timetap_usecases::calendars::{finish_connect, view_integrations};
use timetap_usecases::jobs::retry_dead;

use super::support::{ADA, ANNA, SCOPES, SESSION, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

fn status(status: u16, reason: &str, retry_after: Option<u32>) -> FaultKind {
    FaultKind::Status {
        status,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        retry_after,
    }
}

#[rstest]
#[case::server_error(status(500, "backendError", None), "unavailable", 1, 5)]
#[case::bad_gateway(status(502, "", None), "unavailable", 1, 5)]
#[case::maintenance(status(503, "", Some(600)), "unavailable", 600, 660)]
#[case::rate_403(status(403, "rateLimitExceeded", None), "rate_limited", 1, 5)]
#[case::user_rate_403(status(403, "userRateLimitExceeded", None), "rate_limited", 1, 5)]
#[case::rate_429(status(429, "rateLimitExceeded", Some(120)), "rate_limited", 120, 132)]
#[case::quota(status(403, "quotaExceeded", None), "quota_exceeded", 7200, 7920)]
#[case::conflict(status(409, "conflict", None), "conflict", 1, 5)]
#[case::unplugged(FaultKind::Unplugged, "broken_answer", 1, 5)]
#[tokio::test]
async fn what_may_pass_is_tried_again(
    #[case] fault: FaultKind,
    #[case] code: &str,
    #[case] at_least: i64,
    #[case] at_most: i64,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine).await;
    stage.fail_once("insert", fault);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let (write, job) = (stage.write(&booked).await, stage.write_job(&booked).await);
    assert_eq!((write.state.as_str(), job.state.as_str()), ("pending", "queued"));
    assert_eq!(write.last_error_code.as_deref(), Some(code));
    assert_eq!((job.attempts, job.last_error_code.as_deref()), (1, Some(code)));
    let wait = job.run_at.timestamp().duration_since(stage.now()).as_secs();
    assert!((at_least..=at_most).contains(&wait), "{wait}");
    assert_eq!(write.next_attempt_at, Some(job.run_at));
    assert_eq!(stage.appointment(&booked).await.status, "scheduled");

    stage.work_after(wait + 1).await;
    assert_eq!(stage.write_state(&booked).await, "written");
    assert_eq!(stage.events(ADA).len(), 1);
}

#[rstest]
#[case::forbidden(status(403, "forbidden", None), "forbidden")]
#[case::switched_off(status(403, "accessNotConfigured", None), "forbidden")]
#[case::bad_request(status(400, "invalid", None), "bad_request")]
#[case::calendar_gone(status(404, "notFound", None), "not_found")]
#[tokio::test]
async fn what_will_not_pass_rests_until_a_person_retries(
    #[case] fault: FaultKind,
    #[case] code: &str,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine).await;
    let fault = stage.fail("insert", fault);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let (write, job) = (stage.write(&booked).await, stage.write_job(&booked).await);
    assert_eq!((write.state.as_str(), job.state.as_str()), ("failed", "dead"));
    assert_eq!(
        (write.last_error_code.as_deref(), job.last_error_code.as_deref()),
        (Some(code), Some(code))
    );
    assert!(write.last_error.is_some());
    assert!(stage.told(&booked).await.contains(&"calendar_failed".to_owned()));
    assert_eq!(stage.appointment(&booked).await.status, "scheduled");
    let confirmations = stage.messages("booked").await;
    assert!(
        confirmations.iter().all(|mail| mail.state == "sent"),
        "the confirmation does not wait for nothing"
    );
    let tries = stage.requests("insert");
    stage.work_after(24 * 3600).await;
    assert_eq!(stage.requests("insert"), tries, "nothing is tried unasked");

    stage.google().remove_fault(fault).unwrap();
    retry_write(stage.app(), ANNA, write.id).await.unwrap();
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "written");
    let dead = job::Entity::find()
        .filter(job::Column::State.eq("dead"))
        .all(stage.app().db.writer())
        .await
        .unwrap();
    assert!(dead.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_administrator_brings_dead_letters_back(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let fault = stage.fail("insert", status(403, "forbidden", None));
    let first = stage.book(TUESDAY_AT_3).await;
    let second = stage.book(TUESDAY_AT_4).await;
    stage.work().await;
    stage.google().remove_fault(fault).unwrap();
    assert_eq!(retry_dead(stage.app(), None).await.unwrap(), 2);
    assert_eq!(stage.write_state(&first).await, "pending");
    stage.work().await;
    assert_eq!(stage.write_state(&first).await, "written");
    assert_eq!(stage.write_state(&second).await, "written");
    assert_eq!(retry_dead(stage.app(), None).await.unwrap(), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_expired_access_token_is_replaced_on_the_way(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    assert!(stage.google().expire_access_tokens(Some(ADA)) > 0);
    let before = stage.requests("refresh");
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "written");
    assert_eq!(stage.requests("refresh"), before + 1);
    // One that has run out by its own word is replaced before it is used.
    stage.advance(2 * 3600);
    let refused = stage.google().count(&timetap_sandbox::LedgerQuery {
        status: Some(401),
        ..Default::default()
    });
    let later = stage.book(TUESDAY_AT_4).await;
    stage.work().await;
    assert_eq!(stage.write_state(&later).await, "written");
    assert_eq!(stage.requests("refresh"), before + 2);
    let refused_now = stage.google().count(&timetap_sandbox::LedgerQuery {
        status: Some(401),
        ..Default::default()
    });
    assert_eq!(refused_now, refused);
}

#[rstest]
#[case::revoked("revoked", "invalid_grant")]
#[case::access_refused("401", "invalid_credentials")]
#[case::too_little("scope", "insufficient_scope")]
#[tokio::test]
async fn what_only_the_owner_can_mend_waits_for_the_owner(
    #[case] how: &str,
    #[case] code: &str,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let stage = Stage::connected(engine).await;
    match how {
        "revoked" => {
            stage.google().revoke_grant(Some(ADA));
        }
        "401" => {
            stage.fail("insert", status(401, "authError", None));
        }
        _ => {
            stage.fail("insert", status(403, "insufficientPermissions", None));
        }
    }
    let first = stage.book(TUESDAY_AT_3).await;
    let second = stage.book(TUESDAY_AT_4).await;
    stage.work().await;
    for booked in [&first, &second] {
        assert_eq!(stage.write_state(booked).await, "needs_reconnect");
        assert_eq!(stage.write_job(booked).await.state, "parked");
        assert_eq!(stage.appointment(booked).await.status, "scheduled");
    }
    let write = stage.write(&first).await;
    let connection = match write.connection_id {
        Some(id) => id,
        None => view_integrations(stage.app(), ANNA).await.unwrap().connections[0].id,
    };
    let row = stage.connection(connection).await;
    assert_eq!(
        (row.status.as_str(), row.last_error_code.as_deref()),
        ("needs_reconnect", Some(code))
    );
    let mails = stage.messages("reconnect_calendar").await;
    assert_eq!(mails.len(), 1, "told once");
    assert_eq!(
        (mails[0].state.as_str(), mails[0].recipient.as_str()),
        ("sent", "anna@timetap.test")
    );
    let calls = stage.google().ledger(&timetap_sandbox::LedgerQuery::default()).len();
    stage.work_after(3 * 3600).await;
    assert_eq!(
        stage.google().ledger(&timetap_sandbox::LedgerQuery::default()).len(),
        calls,
        "never in a loop"
    );
    assert!(stage.messages("booked").await.iter().all(|mail| mail.state == "sent"));

    let shown = view_integrations(stage.app(), ANNA).await.unwrap().troubled;
    let waiting: Vec<_> = shown
        .iter()
        .map(|each| (each.appointment_id, each.state.as_str()))
        .collect();
    assert_eq!(
        waiting,
        [
            (first.appointment_id, "needs_reconnect"),
            (second.appointment_id, "needs_reconnect")
        ],
        "the page of the calendars names them"
    );

    stage.google().clear_faults();
    let answer = stage.consent(ANNA, ADA, "allow", &SCOPES).await;
    let again = finish_connect(stage.app(), ANNA, SESSION, &answer).await.unwrap();
    assert_eq!(again.connection_id, connection, "the same row comes back");
    assert_eq!(again.resumed, 2, "and says what goes on");
    for booked in [&first, &second] {
        assert_eq!(stage.write_state(booked).await, "pending", "on its way from here on");
    }
    let troubled = view_integrations(stage.app(), ANNA).await.unwrap().troubled;
    assert!(troubled.is_empty(), "{troubled:?}");
    stage.work_until_link(&first).await;
    stage.work_until_link(&second).await;
    assert_eq!(stage.events(ADA).len(), 2);
    for booked in [&first, &second] {
        assert_eq!(stage.write_state(booked).await, "written");
    }
    assert_eq!(
        stage.messages("meet_link").await.len(),
        4,
        "two bookings, customer and host, once each"
    );
    assert_eq!(stage.connection(connection).await.status, "active");
    assert_eq!(stage.messages("reconnect_calendar").await.len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn after_many_failures_the_write_rests(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.fail("insert", status(500, "backendError", None));
    let booked = stage.book(TUESDAY_AT_3).await;
    let mut tries = 0;
    while stage.write_state(&booked).await == "pending" {
        stage.work().await;
        tries += 1;
        assert!(tries < 100, "it ends");
        let job = stage.write_job(&booked).await;
        stage.app().clock.set(job.run_at.timestamp().max(stage.now()));
    }
    assert_eq!(stage.requests("insert"), 24);
    assert_eq!(stage.write_state(&booked).await, "failed");
    assert_eq!(stage.write_job(&booked).await.state, "dead");
    let told = stage.told(&booked).await;
    assert_eq!(told.iter().filter(|event| *event == "calendar_failed").count(), 1);
}

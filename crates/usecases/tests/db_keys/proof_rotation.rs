//! `rotate_keys`: nothing is forgotten, nobody is disturbed, and the old key is not needed afterwards.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, MailFilter, Origin};
use timetap_store::calendars::token_lease::{drop_token_lease, take_token_lease};
use timetap_store::sealed::list_sealed_otherwise::list_sealed_otherwise;
use timetap_store::sealed::replace_sealed::replace_sealed;
use timetap_store::sealed::{RowKey, SEALED_COLUMNS, SealedColumn};
use timetap_testing::{Engine, insert_order_rows, torture};
use timetap_usecases::bookings::{Actor, view_booking};
use timetap_usecases::calendars::begin_connect;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::keys::{count_sealed_values, rotate_keys};
use uuid::Uuid;

use super::support::{ADA, ANNA, BEN, CARL, Stage};

const OLD: (&str, u8) = ("test", 7);
const NEW: (&str, u8) = ("new", 8);

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_list_of_sealed_columns_is_that_of_the_schema(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let on = stage.app().db.reader();
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT m.name || '.' || p.name AS place FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND p.name LIKE '%sealed%'"
        }
        Engine::Postgres => {
            "SELECT table_name || '.' || column_name AS place FROM information_schema.columns \
             WHERE table_schema = 'public' AND column_name LIKE '%sealed%'"
        }
    };
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    let schema: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "place").unwrap()).collect();
    let listed: BTreeSet<String> = SEALED_COLUMNS.iter().map(SealedColumn::place).collect();
    assert_eq!(schema, listed);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everything_is_sealed_anew_and_the_old_key_is_not_needed_any_more(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let connections = [stage.connect(ANNA, ADA).await, stage.connect(CARL, BEN).await];
    // A trip to the consent page that nobody came back from, and mails that are still owed.
    begin_connect(stage.app(), ANNA, Uuid::from_u128(0x5f), None)
        .await
        .unwrap();
    let mut booked = Vec::new();
    let days = torture(4, 30);
    for day in 0..days {
        for hour in [9, 11, 13, 15, 17, 19, 21] {
            let start = jiff::civil::date(2026, 11, 24).checked_add(jiff::Span::new().days(day));
            let start = format!("{}T{hour:02}:00:00+01:00", start.unwrap());
            booked.push(stage.book(stage.app(), &stage.anna, &start).await);
        }
    }
    insert_order_rows(stage.app(), ANNA, stage.anna.services[0].id).await;
    let before = count_sealed_values(stage.app()).await.unwrap();
    assert!(
        before.iter().all(|count| count.key_id == "test" && count.configured),
        "{before:?}"
    );
    let places: BTreeSet<&str> = before.iter().map(|count| count.place.as_str()).collect();
    assert_eq!(
        places.len(),
        SEALED_COLUMNS.len(),
        "every column has something: {before:?}"
    );

    let rotating = stage.with_keys(&[NEW, OLD]).await;
    let rotation = rotate_keys(&rotating).await.unwrap();
    for count in &before {
        let column = rotation
            .columns
            .iter()
            .find(|column| column.place == count.place)
            .unwrap();
        assert_eq!(
            (column.resealed, column.unreadable.len()),
            (count.number, 0),
            "{}",
            count.place
        );
    }
    assert!(rotation.left.is_empty(), "{:?}", rotation.left);
    assert_eq!(
        (rotation.newest.as_str(), rotation.removable.as_slice()),
        ("new", &["test".to_owned()][..])
    );
    let again = rotate_keys(&rotating).await.unwrap();
    assert!(again.columns.iter().all(|column| column.resealed == 0), "{again:?}");

    // The program without the old key: it has to open every kind of value.
    let without = stage.with_keys(&[NEW]).await;
    for booking in &booked {
        let customer = Actor::Customer {
            capability: Some(&booking.capability),
            user_id: None,
        };
        let view = view_booking(&without, booking.appointment_id, &customer)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(view.capability, booking.capability);
    }
    for _ in 0..6 {
        run_due_jobs(&without).await.unwrap();
        assert!(without.clock.advance(SignedDuration::from_secs(5)));
    }
    let google = stage.program.sandbox.control();
    assert_eq!(google.events(ADA).unwrap().len(), booked.len());
    let from_us = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to("@example.com")
    };
    let mails = google.mails(&from_us);
    assert_eq!(mails.len(), booked.len());
    for connection in connections {
        assert!(["active", "syncing"].contains(&stage.connection(connection).await.status.as_str()));
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_writes_meanwhile_wins(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let id = stage.connect(ANNA, ADA).await;
    let (on, now) = (stage.app().db.writer(), stage.app().clock.now());
    let column = SEALED_COLUMNS
        .iter()
        .find(|column| column.column == "refresh_token_sealed")
        .unwrap();
    let seen = list_sealed_otherwise(on, column, "v1.new.", column.first_key(), 10)
        .await
        .unwrap();
    let [seen] = seen.as_slice() else {
        panic!("one connection: {seen:?}")
    };
    // Reconnected between the look and the replacement.
    let sql = "UPDATE calendar_connections SET refresh_token_sealed = $2 WHERE id = $1";
    stage.sql(sql, [id.into(), "v1.test.newer".into()]).await;
    let replaced = replace_sealed(on, column, RowKey::Id(id), &seen.sealed, "v1.new.x", now).await;
    assert!(!replaced.unwrap());
    assert_eq!(
        stage.connection(id).await.refresh_token_sealed.as_deref(),
        Some("v1.test.newer")
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tokens_wait_until_their_refresh_is_over(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let id = stage.connect(ANNA, ADA).await;
    let before = stage.connection(id).await;
    let (on, now) = (stage.app().db.writer(), stage.app().clock.now());
    let until = now.checked_add(SignedDuration::from_secs(45)).unwrap();
    assert!(take_token_lease(on, id, until, now).await.unwrap());

    let rotating = stage.with_keys(&[NEW, OLD]).await;
    let rotation = rotate_keys(&rotating);
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let row = stage.connection(id).await;
        assert_eq!(row.refresh_token_sealed, before.refresh_token_sealed);
        assert_eq!(row.access_token_sealed, before.access_token_sealed);
        drop_token_lease(on, id).await.unwrap();
    };
    let (rotation, ()) = tokio::join!(rotation, meanwhile);
    assert!(rotation.unwrap().left.is_empty());
    assert_ne!(
        stage.connection(id).await.refresh_token_sealed,
        before.refresh_token_sealed
    );
}

/// The hard case: an access token is refused, and while a fresh one is on its way, everything is sealed anew.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_refresh_during_a_rotation_keeps_what_google_gave(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let id = stage.connect(ANNA, ADA).await;
    run_due_jobs(stage.app()).await.unwrap();
    let serving = stage.with_keys(&[NEW, OLD]).await;
    let google = stage.program.sandbox.control();
    for (round, start) in ["2026-11-24T09:00:00+01:00", "2026-11-24T11:00:00+01:00"]
        .into_iter()
        .enumerate()
    {
        stage.book(&serving, &stage.anna, start).await;
        google.expire_access_tokens(None);
        google
            .add_fault(FaultRule::new(FaultKind::SlowDrip { ms: 40 }).on("refresh").times(1))
            .unwrap();
        // There and back again: both directions are rotations under load.
        let rotating = if round == 0 {
            stage.with_keys(&[NEW, OLD]).await
        } else {
            stage.with_keys(&[OLD, NEW]).await
        };
        let (worked, rotated) = tokio::join!(run_due_jobs(&serving), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            rotate_keys(&rotating).await
        });
        worked.unwrap();
        let rotation = rotated.unwrap();
        assert!(
            rotation.columns.iter().all(|column| column.unreadable.is_empty()),
            "{rotation:?}"
        );
        let row = stage.connection(id).await;
        assert_eq!(row.token_lease_until, None, "the refresh was settled");
        assert!(["active", "syncing"].contains(&row.status.as_str()), "{row:?}");
        assert_eq!(google.events(ADA).unwrap().len(), round + 1);
    }
    assert_eq!(
        google.count(&LedgerQuery::method("refresh")),
        2,
        "nothing that was given was lost"
    );
}

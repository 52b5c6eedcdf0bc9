//! Promise 1, asked of the database itself: two claims of one resource never overlap, whoever writes them.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use timetap_core::entropy::Entropy;
use timetap_core::span::Span;
use timetap_store::bookings::load_taken::load_taken;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::{Database, StoreError};
use timetap_testing::{Engine, TestDatabase};
use uuid::Uuid;

const ANNA: Uuid = Uuid::from_u128(1);
const BORIS: Uuid = Uuid::from_u128(2);

/// An id that nothing has yet.
fn new_id() -> Uuid {
    Entropy::system().uuid(at(0))
}

fn at(minute: i64) -> Timestamp {
    let noon: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    noon + SignedDuration::from_mins(minute)
}

fn span(start: i64, end: i64) -> Span {
    Span::new(at(start), at(end)).unwrap()
}

/// Writes a claim past all code of ours.
async fn insert(db: &Database, resource: Uuid, span: Span, expires: Option<Timestamp>) -> Result<Uuid, StoreError> {
    let id = new_id();
    db.writer()
        .execute_raw(Statement::from_sql_and_values(
            db.writer().get_database_backend(),
            "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, expires_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, 0)",
            [
                id.into(),
                resource.into(),
                span.start.as_millisecond().into(),
                span.end.as_millisecond().into(),
                if expires.is_some() { "held" } else { "firm" }.into(),
                expires.map(Timestamp::as_millisecond).into(),
            ],
        ))
        .await?;
    Ok(id)
}

async fn update(db: &Database, id: Uuid, span: Span) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(Statement::from_sql_and_values(
            db.writer().get_database_backend(),
            "UPDATE claims SET starts_at = $1, ends_at = $2 WHERE id = $3",
            [
                span.start.as_millisecond().into(),
                span.end.as_millisecond().into(),
                id.into(),
            ],
        ))
        .await?;
    Ok(())
}

fn is_refused<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Claimed))
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_insert_that_overlaps_is_refused(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    insert(&test.db, ANNA, span(0, 60), None).await.unwrap();
    for (start, end) in [(0, 60), (-30, 1), (59, 90), (10, 20), (-10, 70), (0, 1)] {
        let tried = insert(&test.db, ANNA, span(start, end), None).await;
        assert!(is_refused(&tried), "{start}–{end}: {tried:?}");
    }
    // Touching is not overlapping, and another person's time is their own.
    insert(&test.db, ANNA, span(60, 120), None).await.unwrap();
    insert(&test.db, ANNA, span(-60, 0), None).await.unwrap();
    insert(&test.db, BORIS, span(0, 60), None).await.unwrap();
    // A long way from the last claim before it, with others in between.
    assert!(is_refused(&insert(&test.db, ANNA, span(-200, 300), None).await));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_update_that_overlaps_is_refused_and_its_own_old_time_is_not_in_its_way(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let first = insert(&test.db, ANNA, span(0, 60), None).await.unwrap();
    let second = insert(&test.db, ANNA, span(120, 180), None).await.unwrap();
    assert!(is_refused(&update(&test.db, second, span(30, 90)).await));
    assert!(is_refused(&update(&test.db, first, span(-60, 200)).await));
    update(&test.db, first, span(30, 90)).await.unwrap();
    update(&test.db, second, span(90, 170)).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_many_at_once_one_gets_the_time(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let tries = (0..50).map(|offset| insert(&test.db, ANNA, span(offset, offset + 60), None));
    let results = futures::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    let stand = load_taken(test.db.reader(), ANNA, span(-600, 600), at(0))
        .await
        .unwrap();
    assert_eq!(stand.claims.len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn holds_block_until_they_expire_and_are_then_cleared_away(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    insert(&test.db, ANNA, span(0, 60), Some(at(-10))).await.unwrap();
    let claims = |now| load_taken(test.db.reader(), ANNA, span(0, 60), now);
    assert_eq!(claims(at(-11)).await.unwrap().claims.len(), 1);
    assert!(claims(at(-10)).await.unwrap().claims.is_empty());
    // The database still refuses; clearing belongs to the transaction that claims.
    assert!(is_refused(&insert(&test.db, ANNA, span(0, 60), None).await));
    let txn = test.db.writer().begin().await.unwrap();
    assert_eq!(remove_expired_holds(&txn, ANNA, at(-11)).await.unwrap(), 0);
    assert_eq!(remove_expired_holds(&txn, BORIS, at(-10)).await.unwrap(), 0);
    assert_eq!(remove_expired_holds(&txn, ANNA, at(-10)).await.unwrap(), 1);
    txn.commit().await.unwrap();
    insert(&test.db, ANNA, span(0, 60), None).await.unwrap();
    assert_eq!(
        claims(at(600)).await.unwrap().claims.len(),
        1,
        "a firm claim never expires"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_claim_is_found_by_any_part_of_it(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    // Three days: the longest session between the longest breaks.
    insert(&test.db, ANNA, span(0, 3 * 1440), None).await.unwrap();
    for (start, end, count) in [
        (3 * 1440 - 1, 3 * 1440, 1),
        (3 * 1440, 3 * 1440 + 1, 0),
        (-1, 1, 1),
        (-1, 0, 0),
    ] {
        let found = load_taken(test.db.reader(), ANNA, span(start, end), at(0))
            .await
            .unwrap();
        assert_eq!(found.claims.len(), count, "{start}–{end}");
    }
}

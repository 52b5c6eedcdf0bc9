//! Promise 1, asked of the database itself: two claims of one resource never overlap, whoever writes them.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::{ConnectionTrait, QueryResult, Statement, TransactionTrait, Value};
use timetap_core::entropy::Entropy;
use timetap_core::span::Span;
use timetap_store::bookings::load_taken::load_taken;
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::{Database, StoreError};
use timetap_testing::{Engine, TestDatabase, torture};
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

/// Every way in which a span can lie to the one from 0 to 60: start, end, and whether it overlaps.
const SHAPES: [(i64, i64, bool); 13] = [
    (0, 60, true),
    (-1, 61, true),
    (0, 1, true),
    (59, 60, true),
    (20, 40, true),
    (-60, 1, true),
    (59, 120, true),
    (0, 120, true),
    (-60, 60, true),
    (-60, 0, false),
    (60, 120, false),
    (-120, -60, false),
    (61, 62, false),
];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn firm_held_and_expired_stand_in_each_others_way_in_every_shape(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    // Whether a hold has run out is for the transaction that claims, not for the database.
    let kinds = [None, Some(at(600)), Some(at(-600))];
    for standing in kinds {
        for coming in kinds {
            for (start, end, overlaps) in SHAPES {
                let first = insert(&test.db, ANNA, span(0, 60), standing).await.unwrap();
                let second = insert(&test.db, ANNA, span(start, end), coming).await;
                assert_eq!(is_refused(&second), overlaps, "{start}–{end}: {second:?}");
                // The same by an update from far away, and by one from another person's time.
                let far = insert(&test.db, ANNA, span(5000, 5001), coming).await.unwrap();
                let foreign = insert(&test.db, BORIS, span(start, end), coming).await.unwrap();
                if second.is_ok() {
                    execute(&test.db, "DELETE FROM claims WHERE id = $1", [second.unwrap()])
                        .await
                        .unwrap();
                }
                let moved = update(&test.db, far, span(start, end)).await;
                assert_eq!(is_refused(&moved), overlaps, "{start}–{end}: {moved:?}");
                execute(&test.db, "DELETE FROM claims WHERE id = $1", [far])
                    .await
                    .unwrap();
                let given = execute(
                    &test.db,
                    "UPDATE claims SET resource_id = $1 WHERE id = $2",
                    [ANNA, foreign],
                )
                .await;
                assert_eq!(is_refused(&given), overlaps, "{start}–{end}: {given:?}");
                for id in [first, foreign] {
                    execute(&test.db, "DELETE FROM claims WHERE id = $1", [id])
                        .await
                        .unwrap();
                }
            }
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_kind_of_statement_gets_around_the_rule(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let first = insert(&test.db, ANNA, span(0, 60), None).await.unwrap();
    let second = insert(&test.db, ANNA, span(60, 120), None).await.unwrap();
    insert(&test.db, BORIS, span(0, 120), None).await.unwrap();
    let copy = "SELECT $1, resource_id, starts_at, ends_at, kind, expires_at, created_at FROM claims WHERE id = $2";
    let columns = "claims (id, resource_id, starts_at, ends_at, kind, expires_at, created_at)";
    let mut statements = vec![
        // A copy of a row, as a repaired dump would bring it.
        (format!("INSERT INTO {columns} {copy}"), new_id(), first),
        (
            format!("INSERT INTO {columns} {copy} ON CONFLICT (id) DO UPDATE SET kind = 'firm'"),
            new_id(),
            first,
        ),
        // One row onto another, several at once onto each other, and onto somebody else's.
        (
            "UPDATE claims SET starts_at = starts_at - 1 WHERE id = $1 AND id <> $2".to_owned(),
            second,
            first,
        ),
        (
            "UPDATE claims SET ends_at = ends_at + 1 WHERE id = $1 AND id <> $2".to_owned(),
            first,
            second,
        ),
        (
            "UPDATE claims SET starts_at = 0, ends_at = 1 WHERE id IN ($1, $2)".to_owned(),
            first,
            second,
        ),
        (
            format!(
                "UPDATE claims SET resource_id = $1 WHERE id <> $2 AND ends_at > {}",
                at(60).as_millisecond()
            ),
            BORIS,
            new_id(),
        ),
    ];
    if engine == Engine::Sqlite {
        // Words by which SQLite is asked to put up with a broken rule.
        for or in ["IGNORE", "REPLACE", "ROLLBACK", "FAIL"] {
            statements.push((format!("INSERT OR {or} INTO {columns} {copy}"), new_id(), first));
            let moved = format!("UPDATE OR {or} claims SET starts_at = starts_at - 1 WHERE id = $1 AND id <> $2");
            statements.push((moved, second, first));
        }
    }
    let before = rows(&test.db).await;
    for (sql, one, other) in statements {
        let done = execute(&test.db, &sql, [one, other]).await;
        assert!(is_refused(&done), "{sql}: {done:?}");
        assert_eq!(rows(&test.db).await, before, "{sql}");
    }
    // Nothing of no length, which would overlap nothing.
    for (start, end) in [(600, 600), (600, 599)] {
        let empty = Span {
            start: at(start),
            end: at(end),
        };
        assert!(insert(&test.db, ANNA, empty, None).await.is_err());
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn proof_random_writes_are_taken_exactly_when_nothing_overlaps(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let seed = Entropy::system().between(0, i64::MAX).unsigned_abs();
    let random = Entropy::seeded(seed);
    let mut stand: Vec<(Uuid, Uuid, i64, i64)> = Vec::new();
    for step in 0..torture(600, 20_000) {
        let resource = if random.between(0, 3) == 0 { BORIS } else { ANNA };
        let start = random.between(0, 600);
        let end = start + random.between(1, 60);
        let free = |but_not: Option<Uuid>| {
            stand
                .iter()
                .all(|&(id, whose, from, to)| Some(id) == but_not || whose != resource || to <= start || end <= from)
        };
        let any = usize::try_from(random.between(0, i64::try_from(stand.len()).unwrap() - 1)).unwrap();
        let told = format!("seed {seed}, step {step}: {start}–{end}");
        match random.between(0, 9) {
            0..5 => {
                let held = (random.between(0, 2) == 0).then(|| at(random.between(-60, 60)));
                let free = free(None);
                match insert(&test.db, resource, span(start, end), held).await {
                    Ok(id) => {
                        assert!(free, "{told} was inserted");
                        stand.push((id, resource, start, end));
                    }
                    Err(error) => assert!(!free && matches!(error, StoreError::Claimed), "{told}: {error}"),
                }
            }
            5..8 if !stand.is_empty() => {
                let id = stand[any].0;
                let free = free(Some(id));
                let sql = "UPDATE claims SET resource_id = $1, starts_at = $3, ends_at = $4 WHERE id = $2";
                match execute_with(&test.db, sql, [resource, id], Some(span(start, end))).await {
                    Ok(()) => {
                        assert!(free, "{told} was updated");
                        stand[any] = (id, resource, start, end);
                    }
                    Err(error) => assert!(!free && matches!(error, StoreError::Claimed), "{told}: {error}"),
                }
            }
            _ if !stand.is_empty() => {
                let (id, ..) = stand.swap_remove(any);
                execute(&test.db, "DELETE FROM claims WHERE id = $1", [id])
                    .await
                    .unwrap();
            }
            _ => {}
        }
    }
    let mut stand: Vec<_> = stand.into_iter().map(|(id, ..)| id).collect();
    stand.sort();
    assert_eq!(
        rows(&test.db).await.into_iter().map(|row| row.0).collect::<Vec<_>>(),
        stand
    );
}

async fn execute<const N: usize>(db: &Database, sql: &str, ids: [Uuid; N]) -> Result<(), StoreError> {
    execute_with(db, sql, ids, None).await
}

async fn execute_with<const N: usize>(
    db: &Database,
    sql: &str,
    ids: [Uuid; N],
    span: Option<Span>,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = ids.into_iter().map(Value::from).collect();
    if let Some(span) = span {
        values.push(span.start.as_millisecond().into());
        values.push(span.end.as_millisecond().into());
    }
    let backend = db.writer().get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    db.writer().execute_raw(statement).await?;
    Ok(())
}

/// All claims: id, whose, from when until when; by id.
async fn rows(db: &Database) -> Vec<(Uuid, Uuid, i64, i64)> {
    let on = db.writer();
    let sql = "SELECT id, resource_id, starts_at, ends_at FROM claims";
    let found = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await;
    let cell = |row: &QueryResult| {
        (
            row.try_get_by_index(0).unwrap(),
            row.try_get_by_index(1).unwrap(),
            row.try_get_by_index(2).unwrap(),
            row.try_get_by_index(3).unwrap(),
        )
    };
    let mut rows: Vec<_> = found.unwrap().iter().map(cell).collect();
    rows.sort();
    rows
}

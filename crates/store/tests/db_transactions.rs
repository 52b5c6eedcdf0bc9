//! Transactions: each whole or not at all, durable when `commit` returns, and on SQLite many by one commit.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rstest::rstest;
use sea_orm::{ConnectionTrait, DbErr, Statement};
use timetap_store::{Database, Transaction};
use timetap_testing::{Engine, TestDatabase};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, yield_now};

async fn insert(txn: &Transaction, key: &str) -> Result<(), DbErr> {
    let sql = "INSERT INTO settings (key, value, updated_at) VALUES ($1, 'x', 0)";
    let statement = Statement::from_sql_and_values(txn.get_database_backend(), sql, [key.into()]);
    txn.execute_raw(statement).await.map(drop)
}

async fn keys(db: &Database) -> BTreeSet<String> {
    keys_in(db.reader()).await
}

async fn keys_in(on: &impl ConnectionTrait) -> BTreeSet<String> {
    let rows = on
        .query_all_raw(Statement::from_string(
            on.get_database_backend(),
            "SELECT key FROM settings",
        ))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("", "key").unwrap()).collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn in_a_crowd_each_transaction_stands_or_falls_for_itself(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let elsewhere = Database::connect(&test.url).await.unwrap();
    let txn = test.db.begin_shared().await.unwrap();
    insert(&txn, "taken").await.unwrap();
    txn.commit().await.unwrap();
    let mut crowd = JoinSet::new();
    for number in 0..200 {
        let (db, elsewhere) = (test.db.clone(), elsewhere.clone());
        crowd.spawn(async move {
            let [one, two] = ["one", "two"].map(|part| format!("{number}-{part}"));
            let txn = db.begin_shared().await.unwrap();
            insert(&txn, &one).await.unwrap();
            match number % 5 {
                0 => drop(txn),
                1 => txn.rollback().await.unwrap(),
                2 => assert!(insert(&txn, "taken").await.is_err(), "the key is taken"),
                _ => {
                    insert(&txn, &two).await.unwrap();
                    txn.commit().await.unwrap();
                    // Whoever looks from elsewhere sees it as soon as it was said to be committed.
                    let found = keys(&elsewhere).await;
                    assert!(found.contains(&one) && found.contains(&two));
                }
            }
        });
    }
    crowd.join_all().await;
    let expected: BTreeSet<String> = (0..200)
        .filter(|number| number % 5 > 2)
        .flat_map(|number| ["one", "two"].map(|part| format!("{number}-{part}")))
        .chain(["taken".to_owned()])
        .collect();
    assert_eq!(keys(&elsewhere).await, expected);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_is_cancelled_leaves_all_or_nothing_and_harms_nobody(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let mut crowd = JoinSet::new();
    for number in 0..400_u64 {
        let db = test.db.clone();
        crowd.spawn(async move {
            let work = async {
                let txn = db.begin_shared().await.unwrap();
                insert(&txn, &format!("{number}-one")).await.unwrap();
                insert(&txn, &format!("{number}-two")).await.unwrap();
                txn.commit().await.unwrap();
            };
            if number % 2 == 0 {
                work.await;
                return Some(number);
            }
            // At any instant of its work, as when a browser goes away.
            let patience = Duration::from_micros(number * 977 % 60_000);
            tokio::time::timeout(patience, work).await.ok().map(|()| number)
        });
    }
    let done = crowd.join_all().await;
    // What was cancelled in its commit may still be committed.
    let after = test.db.begin_shared().await.unwrap();
    after.commit().await.unwrap();
    let found = keys(&test.db).await;
    for number in done.into_iter().flatten() {
        assert!(found.contains(&format!("{number}-one")), "{number} was committed");
    }
    for number in 0..400 {
        let [one, two] = ["one", "two"].map(|part| found.contains(&format!("{number}-{part}")));
        assert_eq!(one, two, "{number} is whole or not there");
    }
}

/// Begins a transaction, lets three others stand in line behind it, and commits; what each of the four came to. The last
/// one runs this statement as well.
async fn four_in_line(db: &Database, statement: &'static str) -> Vec<Result<(), DbErr>> {
    let first = db.begin_shared().await.unwrap();
    insert(&first, "0").await.unwrap();
    let mut others = JoinSet::new();
    for number in 1..4 {
        let db = db.clone();
        others.spawn(async move {
            let txn = db.begin_shared().await.unwrap();
            insert(&txn, &number.to_string()).await.unwrap();
            if number == 3 {
                txn.execute_unprepared(statement).await.unwrap();
            }
            txn.commit().await
        });
        // Long enough to stand in line before the next one does.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut results = vec![first.commit().await];
    results.extend(others.join_all().await);
    results
}

/// All that others see while it happens, without what they saw before.
async fn seen_beside<T>(test: &TestDatabase, work: impl Future<Output = T>) -> (T, BTreeSet<usize>) {
    let elsewhere = Database::connect(&test.url).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let mut watcher = JoinSet::new();
    let (begun, begins) = oneshot::channel();
    let stop = Arc::clone(&done);
    watcher.spawn(async move {
        let mut seen = BTreeSet::from([keys(&elsewhere).await.len()]);
        begun.send(()).unwrap();
        while !stop.load(Ordering::Relaxed) {
            seen.insert(keys(&elsewhere).await.len());
            yield_now().await;
        }
        seen.insert(keys(&elsewhere).await.len());
        seen
    });
    begins.await.unwrap();
    let result = work.await;
    done.store(true, Ordering::Relaxed);
    (result, watcher.join_next().await.unwrap().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_those_in_line_share_one_commit() {
    let test = TestDatabase::new(Engine::Sqlite).await;
    let before = keys(&test.db).await.len();
    let (results, seen) = seen_beside(&test, four_in_line(&test.db, "SELECT 1")).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(
        seen,
        BTreeSet::from([before, before + 4]),
        "four at once, and never fewer"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_commit_that_fails_fails_for_all_who_share_it() {
    let test = TestDatabase::new(Engine::Sqlite).await;
    let before = keys(&test.db).await;
    // Nothing of ours puts a reference off until the commit: it stands for whatever else may go wrong there.
    let dangling = "PRAGMA defer_foreign_keys = ON; \
                    INSERT INTO timeline (id, appointment_id, at, actor, event, text) VALUES (x'00', x'00', 0, 'host', 'e', '')";
    let (results, seen) = seen_beside(&test, four_in_line(&test.db, dangling)).await;
    assert!(results.iter().all(Result::is_err), "{results:?}");
    assert_eq!(seen, BTreeSet::from([before.len()]));
    // The next one finds everything in order.
    let next = test.db.begin_shared().await.unwrap();
    insert(&next, "next").await.unwrap();
    next.commit().await.unwrap();
    assert_eq!(keys(&test.db).await.len(), before.len() + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_sqlite_undid_by_itself_takes_its_companions_with_it_and_nobody_hears_otherwise() {
    let test = TestDatabase::new(Engine::Sqlite).await;
    let before = keys(&test.db).await;
    // As SQLite does by itself on a full disk.
    let (results, seen) = seen_beside(&test, four_in_line(&test.db, "ROLLBACK")).await;
    assert!(results.iter().all(Result::is_err), "{results:?}");
    assert_eq!(seen, BTreeSet::from([before.len()]));
    let next = test.db.begin_shared().await.unwrap();
    insert(&next, "next").await.unwrap();
    next.commit().await.unwrap();
    assert_eq!(keys(&test.db).await.len(), before.len() + 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_decides_by_what_others_wrote_hears_it_no_sooner_than_everybody(#[case] engine: Engine) {
    let test = TestDatabase::new(engine).await;
    let elsewhere = Database::connect(&test.url).await.unwrap();
    let mut crowd = JoinSet::new();
    for number in 0..100 {
        let (db, elsewhere) = (test.db.clone(), elsewhere.clone());
        crowd.spawn(async move {
            let txn = db.begin_shared().await.unwrap();
            if number % 2 == 0 {
                insert(&txn, &number.to_string()).await.unwrap();
                return txn.commit().await.unwrap();
            }
            let seen = keys_in(&txn).await;
            txn.rollback().await.unwrap();
            assert!(keys(&elsewhere).await.is_superset(&seen), "what was seen is there");
        });
    }
    // One that does not share sees nothing that may still be undone.
    for _ in 0..20 {
        let db = test.db.clone();
        let elsewhere = elsewhere.clone();
        crowd.spawn(async move {
            let txn = db.begin().await.unwrap();
            let seen = keys_in(&txn).await;
            assert!(keys(&elsewhere).await.is_superset(&seen), "what is seen is there");
            drop(txn);
        });
    }
    crowd.join_all().await;
    assert_eq!(keys(&elsewhere).await.len(), 50);
}

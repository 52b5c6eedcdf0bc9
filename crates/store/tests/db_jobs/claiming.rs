//! Who gets which job, and when.

use std::collections::BTreeSet;

use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use timetap_store::entities::job;
use timetap_store::jobs::complete_job::complete_job;
use timetap_store::jobs::count_jobs::count_jobs;
use timetap_store::jobs::insert_job::{NewJob, insert_jobs};
use timetap_store::jobs::next_due::{NextWork, next_due, next_work};
use timetap_testing::Engine;
use uuid::Uuid;

use super::support::{Queue, at};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_workers_share_the_jobs_and_each_is_done_once(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    for number in 0..300 {
        queue.add(number, &format!("key-{number}"), -1).await;
    }
    let workers = (0..8).map(|worker| {
        let queue = &queue;
        async move {
            let mut done = Vec::new();
            loop {
                let jobs = queue.claim(&format!("worker-{worker}"), 0, 7).await;
                if jobs.is_empty() {
                    return done;
                }
                for job in jobs {
                    complete_job(queue.database.db.writer(), job.lease(), at(0))
                        .await
                        .unwrap();
                    done.push(job.id);
                }
            }
        }
    });
    let done: Vec<Uuid> = futures::future::join_all(workers).await.concat();
    assert_eq!(done.len(), 300);
    assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), 300);
    let counts = count_jobs(queue.database.db.reader()).await.unwrap();
    assert_eq!(
        (counts.len(), counts[0].state.as_str(), counts[0].jobs),
        (1, "done", 300)
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn thousands_are_queued_at_once_and_found_again(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let jobs: Vec<_> = (0..4000)
        .map(|number| Queue::new_job(number, &format!("key-{number}"), 60, "refresh_busy", 10))
        .collect();
    let on = queue.database.db.writer();
    insert_jobs(on, &jobs, at(0)).await.unwrap();
    // As when another replica starts: each of them is there already, and only brought forward.
    let earlier = jobs.into_iter().enumerate().map(|(place, job)| NewJob {
        id: Uuid::from_u128(10_000 + place as u128),
        run_at: at(30),
        ..job
    });
    insert_jobs(on, &earlier.collect::<Vec<_>>(), at(1)).await.unwrap();
    let rows = job::Entity::find().all(on).await.unwrap();
    assert_eq!(rows.len(), 4000);
    assert!(rows.iter().all(|row| row.run_at.timestamp() == at(30)));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_two_workers_are_at_one_subject(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let first = queue.add(1, "write:7", 0).await;
    let lease = queue.claim("one", 0, 5).await.remove(0).lease();
    assert_eq!(lease.job_id, first);
    // The appointment changes while its calendar is being written: queued again, but not begun.
    let second = queue.add(2, "write:7", 0).await;
    assert!(queue.claim("two", 1, 5).await.is_empty());
    complete_job(queue.database.db.writer(), lease, at(2)).await.unwrap();
    assert_eq!(queue.claim("two", 2, 5).await.remove(0).id, second);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_same_work_is_queued_once_and_brought_forward(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let first = queue.add(1, "mail:7", 60).await;
    queue.add(2, "mail:7", 90).await;
    assert_eq!(queue.job(first).await.run_at.timestamp(), at(60));
    queue.add(3, "mail:7", 5).await;
    assert_eq!(queue.job(first).await.run_at.timestamp(), at(5));
    assert_eq!(next_due(queue.database.db.reader()).await.unwrap(), Some(at(5)));
    assert!(queue.claim("worker", 4, 5).await.is_empty(), "not due yet");
    assert_eq!(queue.claim("worker", 5, 5).await.len(), 1);
    assert_eq!(
        next_due(queue.database.db.reader()).await.unwrap(),
        Some(at(35)),
        "the lease's end"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_comes_next_is_told_for_each_group_of_kinds(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    queue.add_as(1, "a", 30, "write_calendar", 10).await;
    queue.add_as(2, "b", 20, "refresh_busy", 10).await;
    queue.add_as(3, "c", -1, "tidy_up", 10).await;
    let groups: [&[&str]; 3] = [&["write_calendar", "refresh_busy"], &["send_message"], &["tidy_up"]];
    let next = next_work(queue.database.db.reader(), &groups).await.unwrap();
    let waiting = NextWork {
        jobs: vec![Some(at(20)), None, Some(at(-1))],
        lease_end: None,
    };
    assert_eq!(next, waiting);
    assert_eq!(queue.claim_kinds("worker", 0, 5, &["tidy_up"]).await.len(), 1);
    let next = next_work(queue.database.db.reader(), &groups).await.unwrap();
    let begun = NextWork {
        jobs: vec![Some(at(20)), None, None],
        lease_end: Some(at(30)),
    };
    assert_eq!(next, begun);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_urgent_goes_first_and_kinds_are_kept_apart(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let late_mail = queue.add_as(1, "a", -50, "send_message", 20).await;
    let calendar = queue.add_as(2, "b", -1, "write_calendar", 10).await;
    let early_calendar = queue.add_as(3, "c", -2, "write_calendar", 10).await;
    let only = queue.claim_kinds("w", 0, 9, &["send_message"]).await;
    assert_eq!(only.iter().map(|job| job.id).collect::<Vec<_>>(), [late_mail]);
    let rest = queue.claim("w", 0, 9).await;
    assert_eq!(
        rest.iter().map(|job| job.id).collect::<Vec<_>>(),
        [early_calendar, calendar]
    );
    assert_eq!(rest[0].payload["number"], "3");
    assert!(queue.claim_kinds("w", 0, 9, &[]).await.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_lane_cannot_take_all_hands(#[case] engine: Engine) {
    let queue = Queue::new(engine).await;
    let on = queue.database.db.writer();
    for number in 0..250 {
        queue.add(number, &format!("broken-{number}"), -100).await;
    }
    let lane = |number: u128| job::ActiveModel {
        lane: Set(Some(Uuid::from_u128(number))),
        ..Default::default()
    };
    job::Entity::update_many().set(lane(1)).exec(on).await.unwrap();
    let well = queue.add(1000, "well", -1).await;
    let without = queue.add(1001, "without", -1).await;
    job::Entity::update_many()
        .set(lane(2))
        .filter(job::Column::Id.eq(well))
        .exec(on)
        .await
        .unwrap();

    // The account that does not answer gets its two, however much it has waiting, and then the others come.
    let first = queue.claim("worker", 0, 8).await;
    assert_eq!(first.len(), 2);
    let second = queue.claim("worker", 0, 6).await;
    let mut others: Vec<Uuid> = second.iter().map(|job| job.id).collect();
    others.sort();
    assert_eq!(others, [well, without]);
    assert!(queue.claim("worker", 0, 4).await.is_empty());
    complete_job(on, first[0].lease(), at(1)).await.unwrap();
    let next = queue.claim("worker", 1, 4).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].lane, Some(Uuid::from_u128(1)));
}

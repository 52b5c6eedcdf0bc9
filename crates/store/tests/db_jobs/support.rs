//! A queue on a database of its own, at a time that the test says.

use jiff::{SignedDuration, Timestamp};
use sea_orm::EntityTrait;
use timetap_store::entities::job;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_store::jobs::insert_job::{NewJob, insert_job};
use timetap_store::jobs::reap_leases::reap_leases;
use timetap_testing::{Engine, TestDatabase};
use uuid::Uuid;

const NOW: &str = "2026-11-20T10:00:00Z";

pub fn at(seconds: i64) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub struct Queue {
    pub database: TestDatabase,
}

impl Queue {
    pub async fn new(engine: Engine) -> Self {
        Self {
            database: TestDatabase::new(engine).await,
        }
    }

    pub async fn add(&self, number: u128, key: &str, due: i64) -> Uuid {
        self.add_as(number, key, due, "write_calendar", 10).await
    }

    pub async fn add_as(&self, number: u128, key: &str, due: i64, kind: &'static str, priority: i64) -> Uuid {
        let new = Self::new_job(number, key, due, kind, priority);
        insert_job(self.database.db.writer(), &new, at(0)).await.unwrap();
        new.id
    }

    pub fn new_job(number: u128, key: &str, due: i64, kind: &'static str, priority: i64) -> NewJob {
        NewJob {
            id: Uuid::from_u128(number),
            kind,
            payload: serde_json::json!({ "number": number.to_string() }),
            subject_id: Some(Uuid::from_u128(1_000_000 + number)),
            lane: None,
            dedupe_key: Some(key.to_owned()),
            priority,
            run_at: at(due),
            caused_by: None,
            trace_parent: None,
        }
    }

    pub async fn claim(&self, worker: &str, now: i64, limit: u64) -> Vec<job::Model> {
        self.claim_kinds(worker, now, limit, &["write_calendar", "send_message"])
            .await
    }

    pub async fn claim_kinds(&self, worker: &str, now: i64, limit: u64, kinds: &[&str]) -> Vec<job::Model> {
        let claim = Claim {
            worker,
            kinds,
            limit,
            per_lane: 2,
            lease_until: at(now + 30),
        };
        let txn = self.database.db.begin().await.unwrap();
        reap_leases(&txn, at(now)).await.unwrap();
        let jobs = claim_jobs(&txn, &claim, at(now)).await.unwrap();
        txn.commit().await.unwrap();
        jobs
    }

    pub async fn job(&self, id: Uuid) -> job::Model {
        job::Entity::find_by_id(id)
            .one(self.database.db.reader())
            .await
            .unwrap()
            .unwrap()
    }
}

//! Durable work: the job queue, and the messages that it sends.

use async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, TABLES).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE jobs (
        id {uuid} PRIMARY KEY,
        kind TEXT NOT NULL,
        payload {json} NOT NULL,
        subject_id {uuid},
        lane {uuid},
        dedupe_key TEXT,
        priority {int} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued','leased','parked','done','dead')),
        run_at {int} NOT NULL,
        attempts {int} NOT NULL,
        lease_token {int} NOT NULL,
        lease_until {int},
        leased_by TEXT,
        last_error_code TEXT,
        last_error TEXT,
        caused_by TEXT,
        trace_parent TEXT,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        finished_at {int}
    ) {strict}",
    "CREATE INDEX jobs_ready ON jobs (priority, run_at) WHERE state = 'queued'",
    "CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'queued'",
    "CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'leased'",
    "CREATE INDEX jobs_leased_lanes ON jobs (lane) WHERE state = 'leased'",
    "CREATE INDEX jobs_leased_keys ON jobs (dedupe_key) WHERE state = 'leased'",
    "CREATE INDEX jobs_parked ON jobs (subject_id) WHERE state = 'parked'",
    "CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state = 'done'",
    "CREATE INDEX jobs_dead ON jobs (updated_at) WHERE state = 'dead'",
    "CREATE INDEX jobs_by_subject ON jobs (subject_id)",
    "CREATE UNIQUE INDEX jobs_dedupe ON jobs (dedupe_key) WHERE dedupe_key IS NOT NULL AND state = 'queued'",
    "CREATE TABLE messages (
        id {uuid} PRIMARY KEY,
        dedupe_key TEXT NOT NULL UNIQUE,
        message_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        appointment_id {uuid} REFERENCES appointments(id) ON DELETE CASCADE,
        order_id {uuid} REFERENCES orders(id) ON DELETE CASCADE,
        user_id {uuid} REFERENCES users(id) ON DELETE CASCADE,
        recipient TEXT NOT NULL,
        audience TEXT NOT NULL CHECK (audience IN ('customer','host','account')),
        state TEXT NOT NULL CHECK (state IN ('queued','sending','sent','failed','skipped')),
        carried_link {bool},
        calendar_method TEXT CHECK (calendar_method IN ('REQUEST','CANCEL','PUBLISH')),
        calendar_uid TEXT,
        payload_sealed TEXT,
        attempts {int} NOT NULL,
        last_error_code TEXT,
        last_error TEXT,
        sent_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX messages_by_appointment ON messages (appointment_id)",
    "CREATE INDEX messages_by_order ON messages (order_id)",
];

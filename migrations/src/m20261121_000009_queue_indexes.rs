//! What the queue is asked by now: what each kind of work is due next. Three indexes that nobody asks any more are gone, because
//! every job that is queued, claimed and done had to be entered into them.

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
        dialect::run(manager, INDEXES).await
    }
}

const INDEXES: &[&str] = &[
    "DROP INDEX jobs_leased_lanes",
    "DROP INDEX jobs_leased_keys",
    "DROP INDEX jobs_by_subject",
    "DROP INDEX jobs_due",
    "CREATE INDEX jobs_due ON jobs (kind, run_at) WHERE state = 'queued'",
];

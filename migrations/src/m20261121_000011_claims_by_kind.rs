//! Due work is claimed kind by kind, for which `jobs_due` is there. The index of all of it in the order of priorities is gone,
//! because nobody asks it any more.

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
        dialect::run(manager, &["DROP INDEX jobs_ready"]).await
    }
}

//! Dates that are called off while people have booked them: who did it, when, and what was said to the customers.

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
        dialect::run(manager, COLUMNS).await
    }
}

/// `cancel_key` is the key of the form that called the date off, so that the same form sent twice is known.
const COLUMNS: &[&str] = &[
    "ALTER TABLE occurrences ADD COLUMN cancelled_at {int}",
    "ALTER TABLE occurrences ADD COLUMN cancelled_by {uuid} REFERENCES users(id) ON DELETE SET NULL",
    "ALTER TABLE occurrences ADD COLUMN cancel_message TEXT",
    "ALTER TABLE occurrences ADD COLUMN cancel_key TEXT",
    "CREATE INDEX order_items_by_occurrence ON order_items (occurrence_id) WHERE occurrence_id IS NOT NULL",
    "CREATE INDEX order_items_by_template ON order_items (template_id) WHERE template_id IS NOT NULL",
];

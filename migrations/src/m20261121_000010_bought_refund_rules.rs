//! What was bought keeps the refund rules that it was bought under, whatever becomes of the service's.

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

/// Both or neither: what the version before this one orders while both serve has none, and goes by the service's rules.
const COLUMNS: &[&str] = &[
    "ALTER TABLE order_items ADD COLUMN refund_until_minutes {int}",
    "ALTER TABLE order_items ADD COLUMN late_refund_percent {int}",
    "UPDATE order_items SET
        refund_until_minutes = (SELECT s.refund_until_minutes FROM services s WHERE s.id = order_items.service_id),
        late_refund_percent = (SELECT s.late_refund_percent FROM services s WHERE s.id = order_items.service_id)",
];

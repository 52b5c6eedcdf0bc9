//! An event that a provider told us, and what became of it.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// An event that a provider told us, and what became of it. Table `webhook_deliveries`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: String,
    pub kind: String,
    pub object_id: Option<String>,
    pub happened_at: UnixMillis,
    pub received_at: UnixMillis,
    pub state: String,
    pub handled_at: Option<UnixMillis>,
    pub last_error: Option<String>,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A span in which an external calendar says its owner is busy.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A span in which an external calendar says its owner is busy. Table `busy_intervals`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "busy_intervals")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub connection_id: Uuid,
    pub user_id: Uuid,
    pub calendar_id: String,
    pub starts_at: UnixMillis,
    pub ends_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A taken seat of an occurrence.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A taken seat of an occurrence. Table `seats`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seats")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub occurrence_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seat: i64,
    pub capacity: i64,
    pub order_item_id: Uuid,
    pub kind: String,
    pub expires_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What can be booked with a host.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// What can be booked with a host. Table `services`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "services")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub host_id: Uuid,
    pub kind: String,
    pub slug: String,
    pub title: String,
    pub description: String,
    pub duration_minutes: i64,
    pub price_minor: i64,
    pub currency: String,
    pub location_kind: String,
    pub location_detail: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub questions: Json,
    pub refund_until_minutes: i64,
    pub late_refund_percent: i64,
    pub active: bool,
    pub position: i64,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

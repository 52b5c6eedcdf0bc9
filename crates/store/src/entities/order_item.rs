//! One thing that was ordered.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// One thing that was ordered. Table `order_items`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_items")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub position: i64,
    pub service_id: Uuid,
    pub kind: String,
    pub title: String,
    pub staff_id: Uuid,
    pub room_id: Option<Uuid>,
    pub occurrence_id: Option<Uuid>,
    pub template_id: Option<Uuid>,
    pub starts_at: UnixMillis,
    pub ends_at: UnixMillis,
    pub days: i64,
    pub time_zone: String,
    pub location_kind: String,
    pub location_detail: String,
    pub unit_minor: i64,
    pub quantity: i64,
    pub refunded_minor: i64,
    pub participants_sealed: Option<String>,
    pub status: String,
    pub refund_until_minutes: Option<i64>,
    pub late_refund_percent: Option<i64>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

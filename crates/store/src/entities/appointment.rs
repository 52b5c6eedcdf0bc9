//! Something that happens from–to with somebody.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// Something that happens from–to with somebody. Table `appointments`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointments")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub host_id: Uuid,
    pub service_id: Uuid,
    pub order_item_id: Option<Uuid>,
    pub run: i64,
    pub occurrence_id: Option<Uuid>,
    pub room_id: Option<Uuid>,
    pub customer_user_id: Option<Uuid>,
    pub customer_name: String,
    pub customer_email: String,
    pub customer_phone: Option<String>,
    pub customer_time_zone: String,
    pub host_time_zone: String,
    pub service_title: String,
    pub location_kind: String,
    pub location_detail: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub answers: Json,
    pub starts_at: UnixMillis,
    pub ends_at: UnixMillis,
    pub days: i64,
    pub status: String,
    pub sequence: i64,
    pub meet_link: Option<String>,
    pub cancelled_by: Option<String>,
    pub cancel_message: Option<String>,
    pub cancelled_at: Option<UnixMillis>,
    pub idempotency_key: String,
    pub capability_hash: String,
    pub capability_sealed: String,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What is bought together.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// What is bought together. Table `orders`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub cart_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub customer_name: String,
    pub customer_email: String,
    pub customer_phone: Option<String>,
    pub customer_time_zone: String,
    pub address: Option<String>,
    pub notes: Option<String>,
    pub status: String,
    pub currency: String,
    pub total_minor: i64,
    pub discount_minor: i64,
    pub paid_minor: i64,
    pub refunded_minor: i64,
    pub mode: String,
    pub attempt: i64,
    pub idempotency_key: String,
    pub capability_hash: String,
    pub capability_sealed: String,
    pub stripe_session_id: Option<String>,
    pub stripe_session_url: Option<String>,
    pub stripe_payment_intent_id: Option<String>,
    pub stripe_customer_id: Option<String>,
    pub dispute_status: Option<String>,
    pub hold_expires_at: Option<UnixMillis>,
    pub paid_at: Option<UnixMillis>,
    pub closed_as: Option<String>,
    pub closed_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

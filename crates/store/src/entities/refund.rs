//! Money that goes back.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// Money that goes back. Table `refunds`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refunds")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub order_item_id: Option<Uuid>,
    pub payment_id: Option<Uuid>,
    pub reason: String,
    pub amount_minor: i64,
    pub currency: String,
    pub status: String,
    pub dedupe_key: String,
    pub provider_id: Option<String>,
    pub attempts: i64,
    pub last_error_code: Option<String>,
    pub last_error: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! One thing in a cart.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// One thing in a cart. Table `cart_items`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_items")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub cart_id: Uuid,
    pub service_id: Uuid,
    pub staff_id: Option<Uuid>,
    pub occurrence_id: Option<Uuid>,
    pub template_id: Option<Uuid>,
    pub starts_at: Option<UnixMillis>,
    pub quantity: i64,
    pub participants_sealed: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

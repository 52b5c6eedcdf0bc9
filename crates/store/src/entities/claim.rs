//! The exclusive hold of a resource over a span, buffers included.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// The exclusive hold of a resource over a span, buffers included. Table `claims`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub resource_id: Uuid,
    pub starts_at: UnixMillis,
    pub ends_at: UnixMillis,
    pub kind: String,
    pub expires_at: Option<UnixMillis>,
    pub appointment_id: Option<Uuid>,
    pub order_item_id: Option<Uuid>,
    pub occurrence_id: Option<Uuid>,
    pub created_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What Stripe says of a weekly subscription.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// What Stripe says of a weekly subscription. Table `subscriptions`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscriptions")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_item_id: Uuid,
    pub provider_id: String,
    pub status: String,
    pub paid_until: Option<UnixMillis>,
    pub cancel_at_period_end: bool,
    pub ended_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

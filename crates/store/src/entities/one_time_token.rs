//! A link that works once: set-up, e-mail verification, password reset.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A link that works once: set-up, e-mail verification, password reset. Table `one_time_tokens`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_tokens")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token_hash: String,
    pub purpose: String,
    pub user_id: Option<Uuid>,
    pub created_at: UnixMillis,
    pub expires_at: UnixMillis,
    pub used_at: Option<UnixMillis>,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

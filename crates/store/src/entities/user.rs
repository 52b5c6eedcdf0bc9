//! A person with an account.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A person with an account. Table `users`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub email_key: String,
    pub name: String,
    pub role: String,
    pub manager_id: Option<Uuid>,
    pub phone: Option<String>,
    pub wants_all_events: bool,
    pub password_hash: Option<String>,
    pub email_verified_at: Option<UnixMillis>,
    pub disabled_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

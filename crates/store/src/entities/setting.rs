//! A value the program itself remembers.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A value the program itself remembers. Table `settings`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub value: String,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

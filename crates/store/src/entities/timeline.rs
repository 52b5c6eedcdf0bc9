//! What happened to an appointment, append-only, in words a host understands.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// What happened to an appointment, append-only, in words a host understands. Table `timeline`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timeline")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub appointment_id: Uuid,
    pub at: UnixMillis,
    pub actor: String,
    pub event: String,
    pub text: String,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

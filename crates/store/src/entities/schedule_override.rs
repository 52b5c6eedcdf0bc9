//! Other hours, or none, on one date.

use sea_orm::entity::prelude::*;

/// Other hours, or none, on one date. Table `schedule_overrides`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule_overrides")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub host_id: Uuid,
    pub date: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub windows: Json,
    pub note: String,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

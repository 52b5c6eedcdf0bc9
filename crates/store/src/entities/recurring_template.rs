//! A weekly time to which one can subscribe.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// A weekly time to which one can subscribe. Table `recurring_templates`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recurring_templates")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub service_id: Uuid,
    pub staff_id: Uuid,
    pub room_id: Option<Uuid>,
    pub weekday: i64,
    pub start_minute: i64,
    pub duration_minutes: i64,
    pub time_zone: String,
    pub first_date: String,
    pub last_date: Option<String>,
    pub capacity: i64,
    pub active: bool,
    pub planned_until: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! One dated run of a camp or of a weekly time, with its seats.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// One dated run of a camp or of a weekly time, with its seats. Table `occurrences`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "occurrences")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub service_id: Uuid,
    pub staff_id: Uuid,
    pub room_id: Option<Uuid>,
    pub template_id: Option<Uuid>,
    pub hours: String,
    pub time_zone: String,
    pub first_date: String,
    pub days: i64,
    pub start_minute: i64,
    pub end_minute: i64,
    pub starts_at: UnixMillis,
    pub ends_at: UnixMillis,
    pub capacity: i64,
    pub status: String,
    pub cancelled_at: Option<UnixMillis>,
    pub cancelled_by: Option<Uuid>,
    pub cancel_message: Option<String>,
    pub cancel_key: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

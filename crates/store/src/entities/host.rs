//! The public profile and booking rules of a user who can be booked.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// The public profile and booking rules of a user who can be booked. Table `hosts`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hosts")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub slug: String,
    pub display_name: String,
    pub time_zone: String,
    pub about: String,
    pub phone: Option<String>,
    pub buffer_before_minutes: i64,
    pub buffer_after_minutes: i64,
    pub minimum_notice_minutes: i64,
    pub horizon_days: i64,
    pub slot_interval_minutes: i64,
    pub daily_limit: Option<i64>,
    pub change_cutoff_minutes: i64,
    pub when_calendar_unknown: String,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

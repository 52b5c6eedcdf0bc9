//! The wish that an appointment stands in a person's calendar, and how far it got.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// The wish that an appointment stands in a person's calendar, and how far it got. Table `calendar_writes`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_writes")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub appointment_id: Uuid,
    pub user_id: Uuid,
    pub provider: String,
    pub role: String,
    pub connection_id: Option<Uuid>,
    pub calendar_id: Option<String>,
    pub generation: i64,
    pub remote_event_id: Option<String>,
    pub etag: Option<String>,
    pub html_link: Option<String>,
    pub conference_state: String,
    pub conference_attempt: i64,
    pub conference_asked_at: Option<UnixMillis>,
    pub desired_present: bool,
    pub desired_version: i64,
    pub written_version: Option<i64>,
    pub state: String,
    pub attempts: i64,
    pub last_error_code: Option<String>,
    pub last_error: Option<String>,
    pub next_attempt_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

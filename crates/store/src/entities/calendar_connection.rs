//! One account at a calendar provider, of one user.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// One account at a calendar provider, of one user. Table `calendar_connections`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_connections")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub provider: String,
    pub account_id: String,
    pub account_email: String,
    pub scopes: String,
    pub status: String,
    pub access_token_sealed: Option<String>,
    pub access_token_expires_at: Option<UnixMillis>,
    pub refresh_token_sealed: Option<String>,
    pub token_lease_until: Option<UnixMillis>,
    pub write_calendar_id: Option<String>,
    pub sync_enabled: bool,
    pub auto_sync: bool,
    pub direction: String,
    pub busy_checked_at: Option<UnixMillis>,
    pub busy_from: Option<UnixMillis>,
    pub busy_until: Option<UnixMillis>,
    pub last_success_at: Option<UnixMillis>,
    pub last_error_code: Option<String>,
    pub last_error: Option<String>,
    pub last_error_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
    pub unknown_events: Option<Json>,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

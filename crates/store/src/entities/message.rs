//! An e-mail that is owed, and how far it got.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// An e-mail that is owed, and how far it got. Table `messages`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub dedupe_key: String,
    pub message_id: String,
    pub kind: String,
    pub appointment_id: Option<Uuid>,
    pub order_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub recipient: String,
    pub audience: String,
    pub state: String,
    pub carried_link: Option<bool>,
    pub calendar_method: Option<String>,
    pub calendar_uid: Option<String>,
    pub payload_sealed: Option<String>,
    pub attempts: i64,
    pub last_error_code: Option<String>,
    pub last_error: Option<String>,
    pub sent_at: Option<UnixMillis>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Durable work to be done outside a transaction.

use sea_orm::entity::prelude::*;

use crate::unix_millis::UnixMillis;

/// Durable work to be done outside a transaction. Table `jobs`; the columns' meaning and rules stand in the migrations.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
#[expect(missing_docs, reason = "the fields are the columns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    pub subject_id: Option<Uuid>,
    pub lane: Option<Uuid>,
    pub dedupe_key: Option<String>,
    pub priority: i64,
    pub state: String,
    pub run_at: UnixMillis,
    pub attempts: i64,
    pub lease_token: i64,
    pub lease_until: Option<UnixMillis>,
    pub leased_by: Option<String>,
    pub last_error_code: Option<String>,
    pub last_error: Option<String>,
    /// The id of the request that made the job, by which their log lines are joined.
    pub caused_by: Option<String>,
    /// That request's span as a W3C `traceparent`, where traces are kept.
    pub trace_parent: Option<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
    pub finished_at: Option<UnixMillis>,
}

/// No relations are declared: queries join by hand where they must.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

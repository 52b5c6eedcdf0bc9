//! What a PostgreSQL server says about itself and our database.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Facts about a PostgreSQL database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresFacts {
    /// `server_version`, such as `17.2`.
    pub version: String,
    /// Its first number.
    pub major: i64,
    /// Whether the extension that the rule about claims needs is installed.
    pub has_btree_gist: bool,
    /// Whether the rules that keep claims and appointments apart are there.
    pub keeps_apart: bool,
    /// Connections in use at the server, of whomever.
    pub connections: i64,
    /// Connections that the server allows to ordinary users.
    pub allowed: i64,
    /// The server takes no writes: a standby.
    pub read_only: bool,
    /// The server's clock.
    pub now: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    version: String,
    number: i64,
    has_btree_gist: bool,
    keeps_apart: bool,
    connections: i64,
    allowed: i64,
    read_only: bool,
    now: i64,
}

/// Reads them.
///
/// # Errors
/// The database refuses.
pub async fn read_postgres_facts(on: &impl ConnectionTrait) -> Result<PostgresFacts, StoreError> {
    let sql = "SELECT current_setting('server_version') AS version, \
               current_setting('server_version_num')::bigint AS number, \
               EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist') AS has_btree_gist, \
               EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'claims_keep_apart' \
                 AND conrelid = to_regclass('claims')) \
                 AND EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'appointments_keep_apart' \
                 AND conrelid = to_regclass('appointments')) AS keeps_apart, \
               (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections, \
               current_setting('max_connections')::bigint \
                 - current_setting('superuser_reserved_connections')::bigint AS allowed, \
               (pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on') AS read_only, \
               (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint AS now";
    let row = Row::find_by_statement(Statement::from_string(on.get_database_backend(), sql))
        .one(on)
        .await?
        .ok_or_else(|| StoreError::Inconsistent {
            place: "pg_settings",
            what: "the server says nothing about itself".to_owned(),
        })?;
    Ok(PostgresFacts {
        version: row.version,
        major: row.number / 10_000,
        has_btree_gist: row.has_btree_gist,
        keeps_apart: row.keeps_apart,
        connections: row.connections,
        allowed: row.allowed,
        read_only: row.read_only,
        now: UnixMillis(row.now).timestamp(),
    })
}

//! Appointments of one host keep apart too, whoever writes them: a statement that passes the claims by is refused like one that
//! writes a claim. Buffers and holds are the claims' alone.

use async_trait::async_trait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

use crate::dialect;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            dialect::run(manager, POSTGRES).await
        } else {
            dialect::run(manager, SQLITE).await
        }
    }
}

/// Those of an occurrence share its time, and a cancelled one takes none.
const POSTGRES: &[&str] = &["ALTER TABLE appointments ADD CONSTRAINT appointments_keep_apart
        EXCLUDE USING gist (host_id WITH =, int8range(starts_at, ends_at) WITH &&)
        WHERE (status <> 'cancelled' AND occurrence_id IS NULL)"];

/// As with claims, the one that starts last before the new one's end is also the one that ends last. An update that takes no
/// other time is not looked at: it must not be hindered by what stands.
const SQLITE: &[&str] = &[
    "CREATE INDEX appointments_apart ON appointments (host_id, starts_at)
      WHERE status <> 'cancelled' AND occurrence_id IS NULL",
    "CREATE TRIGGER appointments_keep_apart_insert BEFORE INSERT ON appointments
     WHEN NEW.status <> 'cancelled' AND NEW.occurrence_id IS NULL
      AND (SELECT a.ends_at FROM appointments a
            WHERE a.host_id = NEW.host_id AND a.starts_at < NEW.ends_at
              AND a.status <> 'cancelled' AND a.occurrence_id IS NULL
            ORDER BY a.starts_at DESC LIMIT 1) > NEW.starts_at
     BEGIN SELECT RAISE(ABORT, 'appointments_keep_apart'); END",
    "CREATE TRIGGER appointments_keep_apart_update
     BEFORE UPDATE OF host_id, starts_at, ends_at, status, occurrence_id ON appointments
     WHEN NEW.status <> 'cancelled' AND NEW.occurrence_id IS NULL
      AND (SELECT a.ends_at FROM appointments a
            WHERE a.host_id = NEW.host_id AND a.starts_at < NEW.ends_at AND a.id <> OLD.id
              AND a.status <> 'cancelled' AND a.occurrence_id IS NULL
            ORDER BY a.starts_at DESC LIMIT 1) > NEW.starts_at
     BEGIN SELECT RAISE(ABORT, 'appointments_keep_apart'); END",
];

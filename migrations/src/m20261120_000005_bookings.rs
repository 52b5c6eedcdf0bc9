//! Bookings: claims that the database keeps apart, appointments, and what happened to them.

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
        dialect::run(manager, TABLES).await?;
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            dialect::run(manager, KEEP_APART_POSTGRES).await
        } else {
            dialect::run(manager, KEEP_APART_SQLITE).await
        }
    }
}

/// An appointment of an order belongs to one of its items; `run` tells apart those of a subscription (the local date as
/// `YYYYMMDD`) and is 0 otherwise. It begins at `starts_at`, ends its first day at `ends_at`, and happens on `days` days in a
/// row at the same wall times. A claim is of an appointment, of an item that is not paid yet, or of an occurrence.
const TABLES: &[&str] = &[
    "CREATE TABLE appointments (
        id {uuid} PRIMARY KEY,
        host_id {uuid} NOT NULL REFERENCES hosts(user_id),
        service_id {uuid} NOT NULL REFERENCES services(id),
        order_item_id {uuid} REFERENCES order_items(id) ON DELETE CASCADE,
        run {int} NOT NULL DEFAULT 0,
        occurrence_id {uuid} REFERENCES occurrences(id),
        room_id {uuid} REFERENCES rooms(id),
        customer_user_id {uuid} REFERENCES users(id) ON DELETE SET NULL,
        customer_name TEXT NOT NULL,
        customer_email TEXT NOT NULL,
        customer_phone TEXT,
        customer_time_zone TEXT NOT NULL,
        host_time_zone TEXT NOT NULL,
        service_title TEXT NOT NULL,
        location_kind TEXT NOT NULL CHECK (location_kind IN ('google_meet','phone','in_person','link','at_customer')),
        location_detail TEXT NOT NULL,
        answers {json} NOT NULL,
        starts_at {int} NOT NULL,
        ends_at {int} NOT NULL,
        days {int} NOT NULL DEFAULT 1 CHECK (days BETWEEN 1 AND 60),
        status TEXT NOT NULL CHECK (status IN ('scheduled','completed','cancelled','no_show')),
        sequence {int} NOT NULL,
        meet_link TEXT,
        cancelled_by TEXT CHECK (cancelled_by IN ('customer','host')),
        cancel_message TEXT,
        cancelled_at {int},
        idempotency_key TEXT NOT NULL UNIQUE,
        capability_hash TEXT NOT NULL UNIQUE,
        capability_sealed TEXT NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (order_item_id, run),
        CHECK (ends_at > starts_at)
    ) {strict}",
    "CREATE INDEX appointments_by_host_start ON appointments (host_id, starts_at)",
    "CREATE INDEX appointments_by_customer ON appointments (customer_user_id)",
    "CREATE TABLE claims (
        id {uuid} PRIMARY KEY,
        resource_id {uuid} NOT NULL,
        starts_at {int} NOT NULL,
        ends_at {int} NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('held','firm')),
        expires_at {int},
        appointment_id {uuid} REFERENCES appointments(id) ON DELETE CASCADE,
        order_item_id {uuid} REFERENCES order_items(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        occurrence_id {uuid} REFERENCES occurrences(id) ON DELETE CASCADE,
        created_at {int} NOT NULL,
        UNIQUE (appointment_id, resource_id, starts_at),
        CHECK (ends_at > starts_at),
        CHECK ((kind = 'held') = (expires_at IS NOT NULL))
    ) {strict}",
    "CREATE INDEX claims_by_resource_start ON claims (resource_id, starts_at)",
    "CREATE INDEX claims_by_item ON claims (order_item_id)",
    "CREATE INDEX claims_by_occurrence ON claims (occurrence_id)",
    "CREATE TABLE timeline (
        id {uuid} PRIMARY KEY,
        appointment_id {uuid} NOT NULL REFERENCES appointments(id) ON DELETE CASCADE,
        at {int} NOT NULL,
        actor TEXT NOT NULL CHECK (actor IN ('customer','host','admin','system')),
        event TEXT NOT NULL,
        text TEXT NOT NULL
    ) {strict}",
    "CREATE INDEX timeline_by_appointment ON timeline (appointment_id, at)",
];

/// Two claims of one resource never overlap, whoever writes them and from how many processes.
const KEEP_APART_POSTGRES: &[&str] = &[
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    "ALTER TABLE claims ADD CONSTRAINT claims_keep_apart
        EXCLUDE USING gist (resource_id WITH =, int8range(starts_at, ends_at) WITH &&)",
];

/// The same rule for SQLite. Existing claims are already apart, so that the one that starts last before the new claim's end
/// is also the one that ends last: looking at it alone answers in O(log n).
const KEEP_APART_SQLITE: &[&str] = &[
    "CREATE TRIGGER claims_keep_apart_insert BEFORE INSERT ON claims
     WHEN (SELECT c.ends_at FROM claims c
            WHERE c.resource_id = NEW.resource_id AND c.starts_at < NEW.ends_at
            ORDER BY c.starts_at DESC LIMIT 1) > NEW.starts_at
     BEGIN SELECT RAISE(ABORT, 'claims_keep_apart'); END",
    "CREATE TRIGGER claims_keep_apart_update BEFORE UPDATE ON claims
     WHEN (SELECT c.ends_at FROM claims c
            WHERE c.resource_id = NEW.resource_id AND c.starts_at < NEW.ends_at AND c.id <> OLD.id
            ORDER BY c.starts_at DESC LIMIT 1) > NEW.starts_at
     BEGIN SELECT RAISE(ABORT, 'claims_keep_apart'); END",
];

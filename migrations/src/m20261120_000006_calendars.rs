//! Calendars: connections to providers, what they say is busy, and the events we owe them.

use async_trait::async_trait;
use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, TABLES).await
    }
}

const TABLES: &[&str] = &[
    "CREATE TABLE oauth_attempts (
        state_hash TEXT PRIMARY KEY,
        user_id {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        login_session_id {uuid} NOT NULL,
        provider TEXT NOT NULL CHECK (provider IN ('google')),
        verifier_sealed TEXT NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        used_at {int}
    ) {strict}",
    "CREATE TABLE calendar_connections (
        id {uuid} PRIMARY KEY,
        user_id {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        provider TEXT NOT NULL CHECK (provider IN ('google')),
        account_id TEXT NOT NULL,
        account_email TEXT NOT NULL,
        scopes TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('active','syncing','degraded','needs_reconnect','disconnected')),
        access_token_sealed TEXT,
        access_token_expires_at {int},
        refresh_token_sealed TEXT,
        token_lease_until {int},
        write_calendar_id TEXT,
        sync_enabled {bool} NOT NULL DEFAULT TRUE,
        auto_sync {bool} NOT NULL DEFAULT TRUE,
        direction TEXT NOT NULL DEFAULT 'both' CHECK (direction IN ('write','read','both')),
        busy_checked_at {int},
        busy_from {int},
        busy_until {int},
        last_success_at {int},
        last_error_code TEXT,
        last_error TEXT,
        last_error_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        unknown_events {json},
        UNIQUE (user_id, provider, account_id)
    ) {strict}",
    "CREATE TABLE connection_calendars (
        connection_id {uuid} NOT NULL REFERENCES calendar_connections(id) ON DELETE CASCADE,
        calendar_id TEXT NOT NULL,
        summary TEXT NOT NULL,
        is_primary {bool} NOT NULL,
        writable {bool} NOT NULL,
        makes_meet_links {bool} NOT NULL,
        check_busy {bool} NOT NULL,
        last_error_code TEXT,
        PRIMARY KEY (connection_id, calendar_id)
    ) {strict}",
    "CREATE TABLE busy_intervals (
        id {uuid} PRIMARY KEY,
        connection_id {uuid} NOT NULL REFERENCES calendar_connections(id) ON DELETE CASCADE,
        user_id {uuid} NOT NULL,
        calendar_id TEXT NOT NULL,
        starts_at {int} NOT NULL,
        ends_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX busy_intervals_by_user ON busy_intervals (user_id, starts_at)",
    "CREATE INDEX busy_intervals_by_connection ON busy_intervals (connection_id)",
    "CREATE TABLE calendar_writes (
        id {uuid} PRIMARY KEY,
        appointment_id {uuid} NOT NULL REFERENCES appointments(id) ON DELETE CASCADE,
        user_id {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        provider TEXT NOT NULL CHECK (provider IN ('google')),
        role TEXT NOT NULL DEFAULT 'staff' CHECK (role IN ('customer','staff','manager','admin')),
        connection_id {uuid} REFERENCES calendar_connections(id) ON DELETE SET NULL,
        calendar_id TEXT,
        generation {int} NOT NULL,
        remote_event_id TEXT,
        etag TEXT,
        html_link TEXT,
        conference_state TEXT NOT NULL CHECK (conference_state IN ('none','pending','ready','failed')),
        conference_attempt {int} NOT NULL,
        conference_asked_at {int},
        desired_present {bool} NOT NULL,
        desired_version {int} NOT NULL,
        written_version {int},
        state TEXT NOT NULL CHECK (state IN ('pending','written','failed','skipped','needs_reconnect','removed')),
        attempts {int} NOT NULL,
        last_error_code TEXT,
        last_error TEXT,
        next_attempt_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (appointment_id, user_id, provider)
    ) {strict}",
    "CREATE INDEX calendar_writes_by_user_state ON calendar_writes (user_id, state)",
    "CREATE INDEX calendar_writes_by_connection ON calendar_writes (connection_id)",
];

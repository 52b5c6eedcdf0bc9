//! People: accounts, their sessions, one-time tokens, and the counters that slow guessing down.

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
    "CREATE TABLE users (
        id {uuid} PRIMARY KEY,
        email TEXT NOT NULL,
        email_key TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('customer','staff','manager','admin')),
        manager_id {uuid} REFERENCES users(id) ON DELETE SET NULL,
        phone TEXT,
        wants_all_events {bool} NOT NULL DEFAULT FALSE,
        password_hash TEXT,
        email_verified_at {int},
        disabled_at {int},
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX users_with_all_events ON users (id) WHERE wants_all_events",
    "CREATE TABLE login_sessions (
        id {uuid} PRIMARY KEY,
        token_hash TEXT NOT NULL UNIQUE,
        user_id {uuid} NOT NULL REFERENCES users(id) ON DELETE CASCADE,
        device TEXT NOT NULL,
        created_at {int} NOT NULL,
        last_seen_at {int} NOT NULL,
        expires_at {int} NOT NULL
    ) {strict}",
    "CREATE INDEX login_sessions_by_user ON login_sessions (user_id)",
    "CREATE INDEX login_sessions_by_expiry ON login_sessions (expires_at)",
    "CREATE TABLE one_time_tokens (
        id {uuid} PRIMARY KEY,
        token_hash TEXT NOT NULL UNIQUE,
        purpose TEXT NOT NULL CHECK (purpose IN ('setup','verify_email','reset_password')),
        user_id {uuid} REFERENCES users(id) ON DELETE CASCADE,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        used_at {int}
    ) {strict}",
    "CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id)",
    "CREATE TABLE rate_limits (
        key TEXT NOT NULL,
        window_start {int} NOT NULL,
        hits {int} NOT NULL,
        PRIMARY KEY (key, window_start)
    ) {strict}",
    "CREATE INDEX rate_limits_by_window ON rate_limits (window_start)",
    "CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
];

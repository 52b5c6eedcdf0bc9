//! Hosts: the public profile, working hours and the services they offer.

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
    "CREATE TABLE hosts (
        user_id {uuid} PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
        slug TEXT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        about TEXT NOT NULL,
        phone TEXT,
        buffer_before_minutes {int} NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 1440),
        buffer_after_minutes {int} NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 1440),
        minimum_notice_minutes {int} NOT NULL CHECK (minimum_notice_minutes BETWEEN 0 AND 525600),
        horizon_days {int} NOT NULL CHECK (horizon_days BETWEEN 1 AND 730),
        slot_interval_minutes {int} NOT NULL CHECK (slot_interval_minutes BETWEEN 5 AND 1440),
        daily_limit {int} CHECK (daily_limit BETWEEN 1 AND 1000),
        change_cutoff_minutes {int} NOT NULL CHECK (change_cutoff_minutes BETWEEN 0 AND 525600),
        when_calendar_unknown TEXT NOT NULL CHECK (when_calendar_unknown IN ('offer','offer_nothing')),
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE TABLE schedule_windows (
        id {uuid} PRIMARY KEY,
        host_id {uuid} NOT NULL REFERENCES hosts(user_id) ON DELETE CASCADE,
        weekday {int} NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        start_minute {int} NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
        end_minute {int} NOT NULL,
        CHECK (end_minute > start_minute AND end_minute <= 2880)
    ) {strict}",
    "CREATE INDEX schedule_windows_by_host ON schedule_windows (host_id)",
    "CREATE TABLE schedule_overrides (
        id {uuid} PRIMARY KEY,
        host_id {uuid} NOT NULL REFERENCES hosts(user_id) ON DELETE CASCADE,
        date TEXT NOT NULL,
        windows {json} NOT NULL,
        note TEXT NOT NULL,
        UNIQUE (host_id, date)
    ) {strict}",
    "CREATE TABLE services (
        id {uuid} PRIMARY KEY,
        host_id {uuid} NOT NULL REFERENCES hosts(user_id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('session','camp','party','subscription')),
        slug TEXT NOT NULL,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        duration_minutes {int} NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
        price_minor {int} NOT NULL CHECK (price_minor >= 0),
        currency TEXT NOT NULL,
        location_kind TEXT NOT NULL CHECK (location_kind IN ('google_meet','phone','in_person','link','at_customer')),
        location_detail TEXT NOT NULL,
        questions {json} NOT NULL,
        refund_until_minutes {int} NOT NULL DEFAULT 1440 CHECK (refund_until_minutes BETWEEN 0 AND 525600),
        late_refund_percent {int} NOT NULL DEFAULT 0 CHECK (late_refund_percent BETWEEN 0 AND 100),
        active {bool} NOT NULL,
        position {int} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (host_id, slug)
    ) {strict}",
];

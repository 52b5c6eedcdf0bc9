//! What can be bought beyond an hour with its host: who may serve it, rooms, dated occurrences and weekly templates.

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

/// A service without rows in `service_staff` is served by the host whose page it is on; one without rows in `service_rooms`
/// needs no room. Days are local dates (`YYYY-MM-DD`) in the zone that stands beside them, minutes count from midnight.
const TABLES: &[&str] = &[
    "CREATE TABLE service_staff (
        service_id {uuid} NOT NULL REFERENCES services(id) ON DELETE CASCADE,
        user_id {uuid} NOT NULL REFERENCES hosts(user_id) ON DELETE CASCADE,
        position {int} NOT NULL,
        PRIMARY KEY (service_id, user_id)
    ) {strict}",
    "CREATE INDEX service_staff_by_user ON service_staff (user_id)",
    "CREATE TABLE rooms (
        id {uuid} PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        address TEXT NOT NULL,
        active {bool} NOT NULL,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL
    ) {strict}",
    "CREATE TABLE service_rooms (
        service_id {uuid} NOT NULL REFERENCES services(id) ON DELETE CASCADE,
        room_id {uuid} NOT NULL REFERENCES rooms(id) ON DELETE CASCADE,
        PRIMARY KEY (service_id, room_id)
    ) {strict}",
    "CREATE TABLE recurring_templates (
        id {uuid} PRIMARY KEY,
        service_id {uuid} NOT NULL REFERENCES services(id) ON DELETE CASCADE,
        staff_id {uuid} NOT NULL REFERENCES hosts(user_id),
        room_id {uuid} REFERENCES rooms(id),
        weekday {int} NOT NULL CHECK (weekday BETWEEN 1 AND 7),
        start_minute {int} NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
        duration_minutes {int} NOT NULL CHECK (duration_minutes BETWEEN 5 AND 1440),
        time_zone TEXT NOT NULL,
        first_date TEXT NOT NULL,
        last_date TEXT,
        capacity {int} NOT NULL CHECK (capacity BETWEEN 1 AND 1000),
        active {bool} NOT NULL,
        planned_until TEXT,
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (id, capacity),
        CHECK (last_date IS NULL OR last_date >= first_date)
    ) {strict}",
    "CREATE INDEX recurring_templates_by_service ON recurring_templates (service_id)",
    "CREATE TABLE occurrences (
        id {uuid} PRIMARY KEY,
        service_id {uuid} NOT NULL REFERENCES services(id) ON DELETE CASCADE,
        staff_id {uuid} NOT NULL REFERENCES hosts(user_id),
        room_id {uuid} REFERENCES rooms(id),
        template_id {uuid} REFERENCES recurring_templates(id) ON DELETE CASCADE,
        hours TEXT NOT NULL CHECK (hours IN ('day','all_day','timed')),
        time_zone TEXT NOT NULL,
        first_date TEXT NOT NULL,
        days {int} NOT NULL CHECK (days BETWEEN 1 AND 60),
        start_minute {int} NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
        end_minute {int} NOT NULL CHECK (end_minute > start_minute AND end_minute <= 2880),
        starts_at {int} NOT NULL,
        ends_at {int} NOT NULL,
        capacity {int} NOT NULL CHECK (capacity BETWEEN 1 AND 1000),
        status TEXT NOT NULL CHECK (status IN ('scheduled','cancelled')),
        created_at {int} NOT NULL,
        updated_at {int} NOT NULL,
        UNIQUE (id, capacity),
        UNIQUE (template_id, first_date),
        CHECK (ends_at > starts_at)
    ) {strict}",
    "CREATE INDEX occurrences_by_service ON occurrences (service_id, starts_at)",
    "CREATE INDEX occurrences_by_staff ON occurrences (staff_id, starts_at)",
];

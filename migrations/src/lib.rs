//! The schema of TimeTap: one tree of migrations for SQLite and PostgreSQL.
//!
//! A migration is SQL text in which only the column types differ between the two databases; [`dialect`] fills them in.
//! Released migrations never change; a change is a new file.

mod dialect;
mod m20261120_000001_people;
mod m20261120_000002_hosts;
mod m20261120_000003_catalogue;
mod m20261120_000004_orders;
mod m20261120_000005_bookings;
mod m20261120_000006_calendars;
mod m20261120_000007_jobs;
mod m20261121_000008_dates_called_off;
mod m20261121_000009_queue_indexes;
mod m20261121_000010_bought_refund_rules;
mod m20261121_000011_claims_by_kind;
mod m20261121_000012_appointments_apart;

use async_trait::async_trait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{self, ConnectionTrait, TransactionTrait};

/// Applies every migration in order; `Migrator::up` is safe to repeat.
#[derive(Debug)]
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_people::Migration),
            Box::new(m20261120_000002_hosts::Migration),
            Box::new(m20261120_000003_catalogue::Migration),
            Box::new(m20261120_000004_orders::Migration),
            Box::new(m20261120_000005_bookings::Migration),
            Box::new(m20261120_000006_calendars::Migration),
            Box::new(m20261120_000007_jobs::Migration),
            Box::new(m20261121_000008_dates_called_off::Migration),
            Box::new(m20261121_000009_queue_indexes::Migration),
            Box::new(m20261121_000010_bought_refund_rules::Migration),
            Box::new(m20261121_000011_claims_by_kind::Migration),
            Box::new(m20261121_000012_appointments_apart::Migration),
        ]
    }
}

/// Applies what is missing. With `several_replicas` a lock in the database lets one migrate while the others wait, so that
/// starting many at once is safe (PostgreSQL); SQLite files are locked by the migrations' own transactions.
///
/// # Errors
/// The database's own error.
pub async fn migrate(connection: &sea_orm::DatabaseConnection, several_replicas: bool) -> Result<(), DbErr> {
    if !several_replicas {
        // Of two processes that begin at the same moment one finds the tables made and gives up: it looks once more.
        return match Migrator::up(connection, None).await {
            Ok(()) => Ok(()),
            Err(_) => Migrator::up(connection, None).await,
        };
    }
    // The lock belongs to this transaction; the migrations run on other connections and end before it does.
    let guard = connection.begin().await?;
    guard
        .execute_unprepared("SELECT pg_advisory_xact_lock(7236455061)")
        .await?;
    let outcome = Migrator::up(connection, None).await;
    guard.commit().await?;
    outcome
}

/// Applies the first `steps` migrations to a database that has none: the schema of an earlier version.
///
/// # Errors
/// The database's own error.
pub async fn migrate_up_to(connection: &sea_orm::DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    Migrator::up(connection, Some(steps)).await
}

/// The names of all migrations, in order.
pub fn migration_names() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// The names of this version's migrations that `connection` does not have yet; a database that is ahead has all of them. Reads
/// only: unlike the migrator's own question, this one makes no table.
///
/// # Errors
/// The database's own error, also where it was never migrated.
pub async fn missing(connection: &sea_orm::DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let rows = connection
        .query_all_raw(sea_orm::Statement::from_string(
            connection.get_database_backend(),
            "SELECT version FROM seaql_migrations",
        ))
        .await?;
    let applied: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "version"))
        .collect::<Result<_, _>>()?;
    let wanted = migration_names().into_iter();
    Ok(wanted.filter(|name| !applied.contains(name)).collect())
}

/// The text of all migrations, by which tests recognise a template database of the same schema.
pub const SCHEMA_SOURCE: &str = concat!(
    include_str!("m20261120_000001_people.rs"),
    include_str!("m20261120_000002_hosts.rs"),
    include_str!("m20261120_000003_catalogue.rs"),
    include_str!("m20261120_000004_orders.rs"),
    include_str!("m20261120_000005_bookings.rs"),
    include_str!("m20261120_000006_calendars.rs"),
    include_str!("m20261120_000007_jobs.rs"),
    include_str!("m20261121_000008_dates_called_off.rs"),
    include_str!("m20261121_000009_queue_indexes.rs"),
    include_str!("m20261121_000010_bought_refund_rules.rs"),
    include_str!("m20261121_000011_claims_by_kind.rs"),
    include_str!("m20261121_000012_appointments_apart.rs"),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_migration() {
        let texts = SCHEMA_SOURCE.matches("derive(DeriveMigrationName").count();
        assert_eq!(texts, Migrator::migrations().len());
    }
}

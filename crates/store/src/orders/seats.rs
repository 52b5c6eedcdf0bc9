//! Seats of dated occurrences and places in weekly times. The database allows one holder a seat and no seat beyond the
//! capacity; which seat somebody gets has no meaning.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;

/// Where seats are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeatPool {
    /// In a dated occurrence.
    Occurrence(Uuid),
    /// In a weekly time, for as long as the subscription lasts.
    Template(Uuid),
}

impl SeatPool {
    /// The seats' table, its column of the pool, and the pool's own table.
    const fn tables(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Occurrence(_) => ("seats", "occurrence_id", "occurrences"),
            Self::Template(_) => ("template_seats", "template_id", "recurring_templates"),
        }
    }

    const fn id(self) -> Uuid {
        match self {
            Self::Occurrence(id) | Self::Template(id) => id,
        }
    }
}

/// How many seats there are and how many of them are free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatCount {
    /// All of them.
    pub capacity: i64,
    /// Those that nobody holds.
    pub free: i64,
}

/// Counts the seats of `pool`, leaving out holds that have run out by `now`. `None` where there is no such pool.
///
/// # Errors
/// The database refuses.
pub async fn count_seats(
    on: &impl ConnectionTrait,
    pool: SeatPool,
    now: Timestamp,
) -> Result<Option<SeatCount>, StoreError> {
    let (seats, column, pools) = pool.tables();
    let sql = format!(
        "SELECT p.capacity, (SELECT COUNT(*) FROM {seats} s WHERE s.{column} = p.id \
         AND (s.expires_at IS NULL OR s.expires_at > $2)) AS taken FROM {pools} p WHERE p.id = $1"
    );
    let values = [pool.id().into(), now.as_millisecond().into()];
    let row = on
        .query_one_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    row.map(|row| {
        let capacity: i64 = row.try_get("", "capacity")?;
        let taken: i64 = row.try_get("", "taken")?;
        Ok(SeatCount {
            capacity,
            free: capacity - taken,
        })
    })
    .transpose()
}

/// Takes `count` free seats for an item until `expires` (for good where `None`). Returns false, having taken none, where
/// there are not as many. Asked under the pool's lock; holds that have run out are given to whoever comes.
///
/// # Errors
/// The database refuses.
pub async fn take_seats(
    on: &impl ConnectionTrait,
    pool: SeatPool,
    order_item_id: Uuid,
    count: i64,
    expires: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (seats, column, pools) = pool.tables();
    let backend = on.get_database_backend();
    remove_run_out(on, pool, now).await?;
    let sql = format!(
        "SELECT p.capacity, s.seat FROM {pools} p LEFT JOIN {seats} s ON s.{column} = p.id WHERE p.id = $1 ORDER BY s.seat"
    );
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, [pool.id().into()]))
        .await?;
    let Some(first) = rows.first() else {
        return Ok(false);
    };
    let capacity: i64 = first.try_get("", "capacity")?;
    let taken: BTreeSet<i64> = rows
        .iter()
        .filter_map(|row| row.try_get::<Option<i64>>("", "seat").transpose())
        .collect::<Result<_, _>>()?;
    let wanted = usize::try_from(count).unwrap_or(usize::MAX);
    let free: Vec<i64> = (1..=capacity)
        .filter(|seat| !taken.contains(seat))
        .take(wanted)
        .collect();
    if free.len() < wanted {
        return Ok(false);
    }
    let kind = if expires.is_some() { "held" } else { "firm" };
    for seat in free {
        let sql = format!(
            "INSERT INTO {seats} ({column}, seat, capacity, order_item_id, kind, expires_at, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        );
        let values: [Value; 7] = [
            pool.id().into(),
            seat.into(),
            capacity.into(),
            order_item_id.into(),
            kind.into(),
            expires.map(Timestamp::as_millisecond).into(),
            now.as_millisecond().into(),
        ];
        on.execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await?;
    }
    Ok(true)
}

/// Gives the taken seats of `pool` the numbers from 1 on, and returns how many there are; holds that have run out are gone
/// afterwards. Asked under the pool's lock.
///
/// # Errors
/// The database refuses.
pub async fn pack_seats(on: &impl ConnectionTrait, pool: SeatPool, now: Timestamp) -> Result<i64, StoreError> {
    let (seats, column, _) = pool.tables();
    let backend = on.get_database_backend();
    remove_run_out(on, pool, now).await?;
    let sql = format!("SELECT seat FROM {seats} WHERE {column} = $1 ORDER BY seat");
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(backend, sql, [pool.id().into()]))
        .await?;
    let mut taken = 0;
    for row in rows {
        let seat: i64 = row.try_get("", "seat")?;
        taken += 1;
        if seat != taken {
            let sql = format!("UPDATE {seats} SET seat = $3 WHERE {column} = $1 AND seat = $2");
            let values: [Value; 3] = [pool.id().into(), seat.into(), taken.into()];
            on.execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await?;
        }
    }
    Ok(taken)
}

async fn remove_run_out(on: &impl ConnectionTrait, pool: SeatPool, now: Timestamp) -> Result<(), StoreError> {
    let (seats, column, _) = pool.tables();
    let sql = format!("DELETE FROM {seats} WHERE {column} = $1 AND expires_at <= $2");
    let values: [Value; 2] = [pool.id().into(), now.as_millisecond().into()];
    on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// How many seats an item holds that have not run out by `now`.
///
/// # Errors
/// The database refuses.
pub async fn count_item_seats(
    on: &impl ConnectionTrait,
    pool: SeatPool,
    order_item_id: Uuid,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let (seats, column, _) = pool.tables();
    let sql = format!(
        "SELECT COUNT(*) AS held FROM {seats} WHERE {column} = $1 AND order_item_id = $2 \
         AND (expires_at IS NULL OR expires_at > $3)"
    );
    let values: [Value; 3] = [pool.id().into(), order_item_id.into(), now.as_millisecond().into()];
    let row = on
        .query_one_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(row.map(|row| row.try_get("", "held")).transpose()?.unwrap_or(0))
}

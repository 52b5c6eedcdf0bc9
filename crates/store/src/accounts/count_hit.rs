//! Counts tries within windows of time, for all replicas together.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::error::StoreError;
use crate::number_rows::number_rows;

/// Counts one more try of each key in the window that began at the instant beside it, and returns how many there are with
/// it, in the same order. One statement, so that tries at the same instant in several processes are all counted. The keys
/// must differ.
///
/// # Errors
/// The database refuses.
pub async fn count_hits(on: &impl ConnectionTrait, tries: &[(String, Timestamp)]) -> Result<Vec<i64>, StoreError> {
    let rows = number_rows(tries.len(), 1, |[key, start]| format!("(${key}, ${start}, 1)"));
    let sql = format!(
        "INSERT INTO rate_limits (key, window_start, hits) VALUES {rows} \
         ON CONFLICT (key, window_start) DO UPDATE SET hits = rate_limits.hits + 1 RETURNING key, hits"
    );
    let values = tries
        .iter()
        .flat_map(|(key, start)| [Value::from(key.as_str()), start.as_millisecond().into()]);
    let rows = on
        .query_all_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    let mut counted = Vec::with_capacity(rows.len());
    for row in rows {
        counted.push((row.try_get::<String>("", "key")?, row.try_get::<i64>("", "hits")?));
    }
    tries
        .iter()
        .map(|(key, _)| {
            let found = counted.iter().find(|(counted, _)| counted == key);
            found.map(|(_, hits)| *hits).ok_or_else(|| StoreError::Inconsistent {
                place: "rate_limits.hits",
                what: "an upsert returned no row".to_owned(),
            })
        })
        .collect()
}

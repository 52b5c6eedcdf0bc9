//! Keeps a value under a name, once for all.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// The value under `key`; where there is none yet, `value` is kept and returned. Of several who do this at once, all get
/// the value of the first.
///
/// # Errors
/// The database refuses.
pub async fn keep_setting(
    on: &impl ConnectionTrait,
    key: &str,
    value: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let backend = on.get_database_backend();
    let find = Statement::from_sql_and_values(backend, "SELECT value FROM settings WHERE key = $1", [key.into()]);
    if let Some(row) = on.query_one_raw(find.clone()).await? {
        return Ok(row.try_get("", "value")?);
    }
    on.execute_raw(Statement::from_sql_and_values(
        backend,
        "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
        [key.into(), value.into(), now.as_millisecond().into()],
    ))
    .await?;
    match on.query_one_raw(find).await? {
        Some(row) => Ok(row.try_get("", "value")?),
        None => Err(StoreError::Inconsistent {
            place: "settings.value",
            what: "what was kept a moment ago is gone".to_owned(),
        }),
    }
}

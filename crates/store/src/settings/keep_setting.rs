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
    if let Some(value) = find_setting(on, key).await? {
        return Ok(value);
    }
    on.execute_raw(Statement::from_sql_and_values(
        on.get_database_backend(),
        "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING",
        [key.into(), value.into(), now.as_millisecond().into()],
    ))
    .await?;
    find_setting(on, key).await?.ok_or_else(|| StoreError::Inconsistent {
        place: "settings.value",
        what: "what was kept a moment ago is gone".to_owned(),
    })
}

/// The value under `key`, where there is one.
///
/// # Errors
/// The database refuses.
pub async fn find_setting(on: &impl ConnectionTrait, key: &str) -> Result<Option<String>, StoreError> {
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT value FROM settings WHERE key = $1",
            [key.into()],
        ))
        .await?;
    row.map(|row| Ok(row.try_get("", "value")?)).transpose()
}

//! How many values each key seals.

use timetap_store::sealed::SEALED_COLUMNS;
use timetap_store::sealed::count_by_key::count_by_key;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Values of one column that one key seals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCount {
    /// `table.column`.
    pub place: String,
    /// The id of the key; empty for what is no sealed value at all.
    pub key_id: String,
    /// Whether this key is configured, so that the values can be opened.
    pub configured: bool,
    /// How many.
    pub number: u64,
}

/// Counts the sealed values of the database by column and key. Columns without any are left out.
///
/// # Errors
/// The database refuses.
pub async fn count_sealed_values(app: &TimeTap) -> Result<Vec<SealedCount>, Unexpected> {
    let mut counts = Vec::new();
    for column in &SEALED_COLUMNS {
        for (key_id, number) in count_by_key(app.db.reader(), column).await? {
            counts.push(SealedCount {
                place: column.place(),
                configured: app.keys.ids().any(|id| id == key_id),
                key_id,
                number,
            });
        }
    }
    Ok(counts)
}

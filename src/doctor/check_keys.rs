//! The keys: each sealed value opens with one that is configured.

use timetap_store::Database;
use timetap_store::StoreError;
use timetap_store::sealed::count_by_key::count_by_key;
use timetap_store::sealed::sample_sealed::sample_sealed;
use timetap_store::sealed::{SEALED_COLUMNS, SealedColumn};
use timetap_usecases::Keyring;

use super::check_database::say;
use super::finding::Section;
use crate::config::Parts;

/// What one key seals.
struct Sealed {
    key: String,
    number: u64,
    opens: bool,
}

/// Looks at the sealed values.
pub async fn check_keys(section: &mut Section<'_>, parts: &Parts, database: Option<&Database>) {
    let (Some(keys), Some(database)) = (&parts.keys, database) else {
        section.skipped("keys", "Not looked at, because keys or tables cannot be used.");
        return;
    };
    match look(keys, database).await {
        Ok(found) => report(section, keys, &found),
        Err(error) => section.error(
            "keys",
            format!("The sealed values cannot be read: {}.", say(&error)),
            "Look at the database's own log.",
        ),
    }
}

async fn look(keys: &Keyring, database: &Database) -> Result<Vec<Sealed>, StoreError> {
    let mut found: Vec<Sealed> = Vec::new();
    for column in &SEALED_COLUMNS {
        for (key, number) in count_by_key(database.reader(), column).await? {
            let opens = opens(keys, database, column, &key).await?;
            match found.iter_mut().find(|sealed| sealed.key == key) {
                Some(sealed) => {
                    sealed.number += number;
                    sealed.opens &= opens;
                }
                None => found.push(Sealed { key, number, opens }),
            }
        }
    }
    Ok(found)
}

/// Whether one value of this column that this key seals can be opened; a key of the right name may be the wrong one.
async fn opens(keys: &Keyring, database: &Database, column: &SealedColumn, key: &str) -> Result<bool, StoreError> {
    let sample = sample_sealed(database.reader(), column, key).await?;
    Ok(sample.is_none_or(|sample| keys.open(&sample.sealed, &column.place(), sample.owner).is_ok()))
}

fn report(section: &mut Section<'_>, keys: &Keyring, found: &[Sealed]) {
    let newest = keys.newest();
    let mut well = true;
    for sealed in found {
        let Sealed { key, number, opens } = sealed;
        if key.is_empty() {
            well = false;
            section.error(
                "unsealed",
                format!("{number} values are not sealed as they should be."),
                "Restore the last backup; something other than TimeTap has changed the database.",
            );
        } else if !keys.ids().any(|known| known == key) {
            well = false;
            section.error(
                "missing_key",
                format!("{number} values are sealed with the key {key:?}, which is not configured."),
                format!(
                    "Put {key} back into keys, behind the newest. Without it, hosts have to reconnect their calendars."
                ),
            );
        } else if !opens {
            well = false;
            section.error(
                "wrong_key",
                format!("Values that were sealed with the key {key:?} do not open: another key has its name now, or they were changed."),
                format!("Give the key {key} its old value back, and the new one another name in front of it."),
            );
        }
    }
    let older: u64 = found
        .iter()
        .filter(|sealed| sealed.key != newest && keys.ids().any(|known| known == sealed.key))
        .map(|sealed| sealed.number)
        .sum();
    if older > 0 {
        section.warning(
            "older_keys",
            format!("{older} values are sealed with older keys than {newest:?}."),
            "timetap keys rotate",
        );
    }
    let unused: Vec<&str> = keys
        .ids()
        .filter(|id| *id != newest && !found.iter().any(|sealed| sealed.key == *id))
        .collect();
    if !unused.is_empty() {
        section.ok(
            "unused_keys",
            format!(
                "These keys seal nothing any more and can be removed: {}.",
                unused.join(", ")
            ),
        );
    }
    if well {
        let number: u64 = found.iter().map(|sealed| sealed.number).sum();
        section.ok(
            "keys",
            format!("{number} sealed values, and their keys are configured."),
        );
    }
}

//! The text form of the keys that seal secrets.

use anyhow::{Context, bail};

/// Parses `name:64 hex digits`, several separated by commas, the newest first.
///
/// # Errors
/// A sentence that says which entry is wrong, without repeating the key.
pub fn parse_keys(text: &str) -> anyhow::Result<Vec<(String, [u8; 32])>> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .enumerate()
        .map(|(position, entry)| {
            let position = position + 1;
            let Some((name, digits)) = entry.split_once(':') else {
                bail!("keys: entry {position} is not of the form name:64-hex-digits");
            };
            let bytes = data_encoding::HEXLOWER_PERMISSIVE
                .decode(digits.trim().as_bytes())
                .ok()
                .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
                .with_context(|| format!("keys: entry {position} ({name}) must have exactly 64 hex digits"))?;
            Ok((name.trim().to_owned(), bytes))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_several_and_never_repeats_a_key() {
        let text = format!("new:{}, old:{}", "01".repeat(32), "FF".repeat(32));
        let keys = parse_keys(&text).unwrap();
        assert_eq!(keys, [("new".to_owned(), [1; 32]), ("old".to_owned(), [255; 32])]);
        let error = parse_keys("k:c0ffee").unwrap_err().to_string();
        assert!(error.contains("64 hex digits") && !error.contains("c0ffee"), "{error}");
    }
}

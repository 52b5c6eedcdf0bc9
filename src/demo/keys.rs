//! The demo's own key, made at its first start and kept beside its data.

use std::path::Path;

use anyhow::Context;
use timetap_core::entropy::Entropy;

/// Reads the key file of `folder`, or makes one that only its owner may read.
///
/// # Errors
/// The file cannot be read or written.
pub fn keys_of(folder: &Path, entropy: &Entropy) -> anyhow::Result<String> {
    let file = folder.join("keys");
    if file.exists() {
        return std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()));
    }
    let key = format!("demo:{}", data_encoding::HEXLOWER.encode(&entropy.bytes::<32>()));
    write_private(&file, &key).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(key)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    file.write_all(text.as_bytes())
}

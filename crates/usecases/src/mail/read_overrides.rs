//! Reads the operator's own templates.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use super::templates::names;

/// Longer files are no templates for mails.
const LONGEST: u64 = 256 * 1024;

/// The templates of `folder` that replace built-in ones, by name. What cannot be read is logged and left out: mails go
/// out all the same.
pub(super) async fn read_overrides(folder: Option<&Path>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let Some(folder) = folder else { return found };
    for name in names() {
        match read_one(&folder.join(name)).await {
            Ok(source) => {
                found.insert(name.to_owned(), source);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                tracing::error!(template = name, %error, "mail: a template of templates_dir cannot be read; the built-in one is used");
            }
        }
    }
    found
}

async fn read_one(path: &Path) -> std::io::Result<String> {
    let size = tokio::fs::metadata(path).await?.len();
    if size > LONGEST {
        return Err(std::io::Error::new(
            ErrorKind::FileTooLarge,
            format!("the file has {size} bytes; {LONGEST} is the most"),
        ));
    }
    tokio::fs::read_to_string(path).await
}

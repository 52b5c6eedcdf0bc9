//! `timetap keys`: the keys that seal secrets at rest.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;
use timetap_usecases::keys::{Rotation, SealedCount, count_sealed_values, rotate_keys};

use super::say;
use crate::compose::compose;
use crate::config::Config;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Show how many values each key seals.
    List,
    /// Seal everything with the newest key, while servers and workers go on. Say when older keys can be removed.
    Rotate,
}

/// Does it and says so.
pub async fn run(file: Option<&Path>, command: KeysCommand) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let app = compose(&config).await?;
    let outcome = match command {
        KeysCommand::List => {
            let counts = count_sealed_values(&app).await?;
            app.keys.ids().for_each(|id| tell_key(id, &counts));
            tell_strangers(&counts);
            Ok(())
        }
        KeysCommand::Rotate => tell(&rotate_keys(&app).await?),
    };
    app.db
        .clone()
        .close()
        .await
        .context("the database could not be closed")?;
    outcome
}

fn tell_key(id: &str, counts: &[SealedCount]) {
    let own: Vec<String> = counts
        .iter()
        .filter(|count| count.key_id == id)
        .map(|count| format!("{} in {}", count.number, count.place))
        .collect();
    if own.is_empty() {
        say(&format!("{id}: seals nothing"));
    } else {
        say(&format!("{id}: seals {}", own.join(", ")));
    }
}

fn tell_strangers(counts: &[SealedCount]) {
    for count in counts.iter().filter(|count| !count.configured) {
        say(&format!(
            "{}: seals {} in {}, and is not configured: put it back behind the newest key",
            if count.key_id.is_empty() {
                "(no key)"
            } else {
                &count.key_id
            },
            count.number,
            count.place
        ));
    }
}

fn tell(rotation: &Rotation) -> anyhow::Result<()> {
    let newest = &rotation.newest;
    for column in &rotation.columns {
        say(&format!(
            "{}: {} sealed anew with {newest}",
            column.place, column.resealed
        ));
    }
    for reason in rotation.columns.iter().flat_map(|column| &column.unreadable) {
        say(&format!("cannot be opened: {reason}"));
    }
    for key in &rotation.removable {
        say(&format!(
            "Nothing is sealed with {key} any more. Remove it from `keys` once every server and worker runs with {newest} \
             first, and keep it with the backups made until now: they still need it."
        ));
    }
    if rotation.left.is_empty() {
        say(&format!("Everything is sealed with {newest}."));
        return Ok(());
    }
    for count in &rotation.left {
        say(&format!(
            "{}: {} still sealed with {:?}{}",
            count.place,
            count.number,
            count.key_id,
            if count.configured {
                ""
            } else {
                ", which is not configured"
            }
        ));
    }
    bail!(
        "not everything is sealed with {newest} yet, so keep the other keys. Where nothing is named that cannot be opened, a \
         server still seals with an older key: restart it with {newest} first in `keys`, and run this again"
    )
}

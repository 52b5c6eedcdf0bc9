//! `timetap stripe …`: looking after payments by hand.

use std::path::Path;

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use timetap_usecases::payments::replay_events;

use crate::compose::compose;
use crate::config::Config;

/// How far back is looked where nobody says: a little longer than Stripe goes on trying to deliver
/// (docs.stripe.com/webhooks#automatic-retries).
const USUALLY: SignedDuration = SignedDuration::from_hours(4 * 24);

/// What to do.
#[derive(Debug, Subcommand)]
pub enum StripeCommand {
    /// Fetch what Stripe told while nobody could hear it; the worker does what follows. Doing it again changes nothing.
    Replay(ReplayArguments),
}

/// From when on.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The instant, such as 2026-11-20T00:00:00Z; four days ago unless given. Stripe keeps thirty days.
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,
}

/// Does it.
pub async fn run(file: Option<&Path>, command: StripeCommand) -> anyhow::Result<()> {
    let StripeCommand::Replay(arguments) = command;
    let config = Config::load(file)?;
    config.start_logging();
    let app = compose(&config).await?;
    let now = app.clock.now();
    let since = match arguments.since {
        Some(since) => since,
        None => now.saturating_sub(USUALLY).unwrap_or(now),
    };
    let replayed = replay_events(&app, since).await?;
    app.db
        .clone()
        .close()
        .await
        .context("the database could not be closed")?;
    super::say(&match replayed.missed {
        0 => format!("Stripe told of {} events; none of them was missed.", replayed.told),
        missed => format!(
            "Stripe told of {} events; {missed} of them were missed and are done by the worker now.",
            replayed.told
        ),
    });
    Ok(())
}

//! `timetap doctor`: looks at every part that TimeTap needs, says what is wrong with each in a sentence, and how to mend it.
//!
//! It works with whatever it finds: settings that are wrong, a database that is not there, servers that do not answer. It
//! changes nothing unless a test mail or a test event is asked for, and it never prints a secret.

pub mod check_address;
mod check_clock;
mod check_database;
mod check_google;
mod check_keys;
mod check_mail;
mod check_queue;
mod check_settings;
mod check_stripe;
pub mod finding;
pub mod show_report;

use std::path::Path;
use std::sync::Arc;

use timetap_core::clock::Clock;
use timetap_store::Database;
use timetap_usecases::TimeTap;

use self::finding::{Group, Report};
use crate::compose::{assemble, google_client, stripe_client};
use crate::config::{Parts, RawConfig};

/// What is asked for beyond looking.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Send a test mail there.
    pub send_test_mail: Option<String>,
    /// Make and remove a test event in this host's calendar.
    pub test_event: Option<String>,
}

/// Looks at everything.
pub async fn examine(file: Option<&Path>, wishes: &Wishes) -> Report {
    let clock = Clock::system();
    let mut report = Report::default();
    let raw = match RawConfig::read(file) {
        Ok(raw) => raw,
        Err(error) => {
            check_settings::report_unreadable(&mut report.group(Group::Configuration), &error);
            for group in Group::ALL.into_iter().skip(1) {
                report
                    .group(group)
                    .skipped("settings", "Not looked at, because the settings cannot be read.");
            }
            return report;
        }
    };
    let parts = Parts::of(raw.clone());
    check_settings::check_settings(&mut report.group(Group::Configuration), &parts, file);

    let database = check_database::check_database(
        &mut report.group(Group::Database),
        parts.database_url.as_deref(),
        &clock,
    )
    .await;
    let migrated = database
        .as_ref()
        .filter(|found| found.migrated)
        .map(|found| &found.database);
    check_keys::check_keys(&mut report.group(Group::Keys), &parts, migrated).await;

    let google = match (&parts.google, &parts.public_url) {
        (Some(google), Some(public_url)) => google_client(google, public_url).ok(),
        _ => None,
    };
    let server_time = database.as_ref().and_then(|found| found.server_time);
    check_clock::check_clock(&mut report.group(Group::Clock), &clock, server_time, google.as_ref()).await;
    check_address::check_address(&mut report.group(Group::Address), &parts).await;
    let whole = Parts::of(raw)
        .into_config()
        .ok()
        .zip(migrated)
        .and_then(|(config, database)| assemble(&config, database.clone()).ok());
    check_mail::check_mail(&mut report.group(Group::Mail), &parts, wishes, &clock).await;
    check_google::check_google(
        &mut report.group(Group::Google),
        &check_google::Google {
            parts: &parts,
            client: google.as_ref(),
            database: migrated,
            clock: &clock,
            app: whole.as_deref(),
            test_event: wishes.test_event.as_deref(),
        },
    )
    .await;
    let stripe = parts.stripe.as_ref().and_then(|stripe| stripe_client(stripe).ok());
    check_stripe::check_stripe(&mut report.group(Group::Stripe), &parts, stripe.as_ref(), &clock).await;
    check_queue::check_queue(&mut report.group(Group::Queue), migrated, &clock).await;
    close(whole, database.map(|found| found.database)).await;
    report
}

/// A database that could not be closed in order is no finding: nothing was written.
async fn close(app: Option<Arc<TimeTap>>, database: Option<Database>) {
    drop(app);
    if let Some(database) = database {
        let _ = database.close().await;
    }
}

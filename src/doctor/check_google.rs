//! Google: whether it knows our client, what has to be registered there, and how the hosts' connections are.

use jiff::Timestamp;
use timetap_core::clock::Clock;
use timetap_providers::google::{GoogleClient, GoogleError, scopes};
use timetap_store::Database;
use timetap_store::calendars::list_connection_health::{ConnectionHealth, list_connection_health};
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{TryEventError, UnknownEvent, try_event};

use super::check_database::say;
use super::finding::Section;
use crate::compose::redirect_address;
use crate::config::Parts;

const CONSOLE: &str = "Google Cloud console → APIs & Services → Credentials";

/// What is there to look with.
#[derive(Debug)]
pub struct Google<'a> {
    /// The settings.
    pub parts: &'a Parts,
    /// The client, where the settings allow one.
    pub client: Option<&'a GoogleClient>,
    /// The database, where its tables can be read.
    pub database: Option<&'a Database>,
    /// What time it is.
    pub clock: &'a Clock,
    /// The whole program, where everything is there for it.
    pub app: Option<&'a TimeTap>,
    /// The host in whose calendar a test event is wished for.
    pub test_event: Option<&'a str>,
}

/// Looks at Google.
pub async fn check_google(section: &mut Section<'_>, google: &Google<'_>) {
    let parts = google.parts;
    if parts.google.is_none() {
        if parts
            .problems
            .iter()
            .any(|problem| problem.setting.starts_with("google_"))
        {
            section.skipped(
                "credentials",
                "Not looked at, because the settings of Google cannot be used.",
            );
        } else {
            section.ok(
                "credentials",
                "Google is not configured: hosts cannot connect calendars, everything else works.",
            );
        }
    } else if let Some(client) = google.client {
        check_client(section, parts, client).await;
    } else {
        section.skipped("credentials", "Not looked at, because public_url cannot be used.");
    }
    if let Some(database) = google.database {
        check_connections(section, database, google.clock.now()).await;
    }
    if let Some(slug) = google.test_event {
        match google.app {
            Some(app) => check_event(section, app, slug).await,
            None => section.error(
                "test_event",
                "No test event was made, because settings or database are not in order.",
                "Mend what is said above, and ask again.",
            ),
        }
    }
}

async fn check_client(section: &mut Section<'_>, parts: &Parts, client: &GoogleClient) {
    let redirect = parts.public_url.as_ref().map(redirect_address).unwrap_or_default();
    match client.probe_credentials().await {
        Ok(()) => section.ok("credentials", "Google knows our client and its secret."),
        Err(GoogleError::OAuth { error, .. }) if error == "redirect_uri_mismatch" => section.error(
            "credentials",
            "Google does not know our redirect address.",
            format!("{CONSOLE}: add exactly this authorised redirect URI: {redirect}"),
        ),
        Err(GoogleError::OAuth { error, .. }) => section.error(
            "credentials",
            format!("Google does not accept our client ({error})."),
            format!("{CONSOLE}: copy the client's id and secret into google_client_id and google_client_secret."),
        ),
        Err(error) => section.error(
            "credentials",
            format!("Google could not say whether it knows our client: {}", error.explain()),
            "Look whether this machine may reach oauth2.googleapis.com and www.googleapis.com on port 443.",
        ),
    }
    section.ok(
        "redirect",
        format!("This redirect address must be registered at Google, letter by letter: {redirect}"),
    );
    section.ok(
        "scopes",
        format!(
            "The consent screen must allow these scopes: {}",
            scopes::requested().join(" ")
        ),
    );
}

async fn check_connections(section: &mut Section<'_>, database: &Database, now: Timestamp) {
    let connections = match list_connection_health(database.reader()).await {
        Ok(connections) => connections,
        Err(error) => {
            section.error(
                "connections",
                format!("The connections cannot be read: {}.", say(&error)),
                "Look at the database's own log.",
            );
            return;
        }
    };
    let hosts = |wanted: &dyn Fn(&ConnectionHealth) -> bool| {
        let slugs: Vec<String> = connections
            .iter()
            .filter(|connection| wanted(connection))
            .map(|connection| format!("/{}", connection.slug.as_deref().unwrap_or("(no page)")))
            .collect();
        (!slugs.is_empty()).then(|| slugs.join(", "))
    };
    let mut well = true;
    if let Some(hosts) = hosts(&|it| it.status == "needs_reconnect") {
        well = false;
        section.warning(
            "reconnect",
            format!("Google withdrew the grant of these hosts: {hosts}."),
            "Each of them signs in, opens Calendars and presses Reconnect; their bookings are written then.",
        );
    }
    if let Some(hosts) = hosts(&|it| it.status != "needs_reconnect" && !scopes::missing(&it.scopes).is_empty()) {
        well = false;
        section.warning(
            "granted",
            format!("These hosts have not granted all that is needed: {hosts}."),
            "Each of them opens Calendars, reconnects, and ticks every box on Google's page.",
        );
    }
    if let Some(hosts) = hosts(&|it| it.status == "degraded") {
        well = false;
        section.warning(
            "degraded",
            format!("The busy times of these hosts could not be read lately: {hosts}."),
            "It is tried again by itself; the host's page Calendars says why.",
        );
    }
    let unknown = |it: &ConnectionHealth| UnknownEvent::read(it.unknown_events.as_ref(), now).len();
    if let Some(hosts) = hosts(&|it| unknown(it) > 0) {
        let unknown: usize = connections.iter().map(unknown).sum();
        well = false;
        section.warning(
            "unknown_events",
            format!(
                "{unknown} events to come, of bookings that this database does not know, stand in the calendars of these \
                 hosts: {hosts}. That is so after an older backup was put back."
            ),
            "Each of them sees the list under Calendars: agree with the customer, then book the time again or delete the event.",
        );
    }
    if well {
        section.ok(
            "connections",
            format!("{} calendar connections are in use and well.", connections.len()),
        );
    }
}

async fn check_event(section: &mut Section<'_>, app: &TimeTap, slug: &str) {
    let error = match try_event(app, slug).await {
        Ok(tried) => {
            match (tried.meet_link, tried.makes_meet_links) {
                (Some(_), _) => section.ok("test_event", format!("An event with a Meet link was made in the calendar of /{slug}, and removed again.")),
                (None, false) => section.warning(
                    "test_event",
                    format!("An event was made in the calendar of /{slug} and removed again; this calendar makes no Meet links."),
                    "For Meet links, the host chooses another calendar for events, or the Google Workspace administrator allows Meet.",
                ),
                (None, true) => section.error(
                    "test_event",
                    format!("An event was made in the calendar of /{slug} and removed again, but Google made no Meet link for it within fifteen seconds."),
                    "Try once more; if it stays so, look whether Google Meet is switched on for this account.",
                ),
            }
            return;
        }
        Err(error) => error,
    };
    let fix = match &error {
        TryEventError::NoSuchHost => {
            "Name the part of the host's page after the slash, such as anna for /anna.".to_owned()
        }
        TryEventError::NoGoogle => "Set google_client_id and google_client_secret.".to_owned(),
        TryEventError::NotConnected => "The host signs in, opens Calendars, and connects Google.".to_owned(),
        TryEventError::NeedsReconnect => "The host signs in, opens Calendars, and presses Reconnect.".to_owned(),
        TryEventError::LeftBehind { .. } => "Remove it by hand in the host's calendar.".to_owned(),
        TryEventError::Refused(error) => format!("{} See docs/GOOGLE_ERRORS.md.", error.explain()),
        TryEventError::Unexpected(_) => "See what is said about keys and database above.".to_owned(),
    };
    section.error("test_event", format!("/{slug}: {error}."), fix);
}

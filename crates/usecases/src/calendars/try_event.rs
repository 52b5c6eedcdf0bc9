//! Makes a real event with a Meet link in a host's calendar and takes it away again, to see that the whole way works.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use timetap_core::event_id::{conference_request_id, google_event_id};
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::{Conference, EventDraft};
use timetap_store::calendars::find_connection::{find_write_connection, list_calendars};
use timetap_store::hosts::find_host::find_host_by_slug;

use crate::calendars::bring_event::look;
use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often to look for the Meet link, and how long to wait in between.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(750);

/// What came of it. The event is gone again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedEvent {
    /// Whether Google is expected to make Meet links in this calendar.
    pub makes_meet_links: bool,
    /// The link that was made.
    pub meet_link: Option<String>,
}

/// Why no event could be tried.
#[derive(Debug, thiserror::Error)]
pub enum TryEventError {
    /// No host has this address.
    #[error("there is no host at this address")]
    NoSuchHost,
    /// Google is not configured.
    #[error("Google is not configured")]
    NoGoogle,
    /// The host has connected no calendar for events.
    #[error("the host has connected no calendar to write to")]
    NotConnected,
    /// The host has to connect again.
    #[error("Google withdrew the grant of this host's calendar")]
    NeedsReconnect,
    /// Google refused to make the event.
    #[error("the event could not be made: {0}")]
    Refused(GoogleError),
    /// It was made and could not be taken away.
    #[error("the event \u{201c}{summary}\u{201d} of tomorrow was made and could not be removed: {error}")]
    LeftBehind {
        /// Its title.
        summary: &'static str,
        /// Why.
        error: GoogleError,
    },
    /// Something of our own broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

const SUMMARY: &str = "TimeTap test (removes itself)";

/// Makes an event of a quarter of an hour at this time tomorrow, without guests, waits for its Meet link, and removes it.
///
/// # Errors
/// See [`TryEventError`]. Where Google says that the grant is gone, the connection is marked as it would be by a booking.
pub async fn try_event(app: &TimeTap, host_slug: &str) -> Result<TriedEvent, TryEventError> {
    let on = app.db.reader();
    let Some(host) = find_host_by_slug(on, host_slug).await.map_err(Unexpected::from)? else {
        return Err(TryEventError::NoSuchHost);
    };
    let Some(google) = &app.google else {
        return Err(TryEventError::NoGoogle);
    };
    let connection = find_write_connection(on, host.user_id)
        .await
        .map_err(Unexpected::from)?;
    let Some((connection, calendar)) = connection.and_then(|connection| {
        let calendar = connection.write_calendar_id.clone()?;
        Some((connection, calendar))
    }) else {
        return Err(TryEventError::NotConnected);
    };
    if connection.status == "needs_reconnect" {
        return Err(TryEventError::NeedsReconnect);
    }
    let makes_meet_links = list_calendars(on, connection.id)
        .await
        .map_err(Unexpected::from)?
        .iter()
        .any(|known| known.calendar_id == calendar && known.makes_meet_links);
    let account = GoogleAccount {
        app,
        google,
        connection_id: connection.id,
        known: None,
    };
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let after = |duration: SignedDuration| now.saturating_add(duration).unwrap_or(now);
    let draft = EventDraft {
        id: google_event_id(id, 1),
        summary: SUMMARY.to_owned(),
        description: "Made by timetap doctor to see that events and Meet links work. It goes away by itself."
            .to_owned(),
        starts: after(SignedDuration::from_hours(24)),
        ends: after(SignedDuration::from_mins(24 * 60 + 15)),
        time_zone: host.time_zone,
        location: None,
        recurrence: Vec::new(),
        guests: Vec::new(),
        transparent: true,
        conference_request_id: makes_meet_links.then(|| conference_request_id(id, 1, 0)),
        private: BTreeMap::from([("timetap_test".to_owned(), id.to_string())]),
    };
    let (draft, calendar) = (&draft, calendar.as_str());
    let made = account
        .call(|token: SecretString| async move { google.insert_event(&token, calendar, draft).await })
        .await;
    let mut conference = match made {
        Ok(event) => event.conference,
        // It may stand there all the same.
        Err(CallError::Google(error)) if error.may_have_happened() => {
            remove(account, calendar, &draft.id).await?;
            return Err(TryEventError::Refused(error));
        }
        Err(error) => return Err(refused(error)),
    };
    let mut looks = 0;
    let mut trouble = None;
    while conference == Conference::Pending && looks < LOOKS && trouble.is_none() {
        tokio::time::sleep(PAUSE).await;
        looks += 1;
        match look(account, calendar, &draft.id).await {
            Ok(event) => conference = event.conference,
            Err(error) => trouble = Some(error),
        }
    }
    remove(account, calendar, &draft.id).await?;
    match trouble {
        Some(error) => Err(refused(error)),
        None => Ok(TriedEvent {
            makes_meet_links,
            meet_link: conference.link().map(ToOwned::to_owned),
        }),
    }
}

async fn remove(account: GoogleAccount<'_>, calendar: &str, id: &str) -> Result<(), TryEventError> {
    let google = account.google;
    let mut tries = 0;
    loop {
        tries += 1;
        let removed = account
            .call(|token: SecretString| async move { google.delete_event(&token, calendar, id, None).await })
            .await;
        match removed {
            Ok(_) => return Ok(()),
            Err(CallError::Google(error)) if error.may_have_happened() && tries < 5 => tokio::time::sleep(PAUSE).await,
            Err(CallError::Google(error)) => {
                return Err(TryEventError::LeftBehind {
                    summary: SUMMARY,
                    error,
                });
            }
            Err(CallError::Unexpected(error)) => return Err(error.into()),
        }
    }
}

fn refused(error: CallError) -> TryEventError {
    match error {
        CallError::Google(error) => TryEventError::Refused(error),
        CallError::Unexpected(error) => error.into(),
    }
}

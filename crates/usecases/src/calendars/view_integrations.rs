//! What a person sees of their calendar connections.

use jiff::Timestamp;
use timetap_core::text::ZoneName;
use timetap_store::accounts::find_user::find_user;
use timetap_store::calendars::find_connection::{list_calendars, list_connections};
use timetap_store::calendars::list_troubled_writes::{TroubledWrite, list_troubled_writes};
use timetap_store::calendars::list_upcoming::list_upcoming_skipped;
use timetap_store::hosts::find_host::find_host;
use uuid::Uuid;

use crate::calendars::choose_calendars::calendar_key;
use crate::calendars::set_preferences::{Direction, Preferences};
use crate::calendars::unknown_event::UnknownEvent;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct Integrations {
    /// Whether the operator set Google up.
    pub google_configured: bool,
    /// The accounts in use, oldest first.
    pub connections: Vec<ConnectionView>,
    /// Bookings to come that the calendar does not show as it should.
    pub troubled: Vec<TroubledWrite>,
    /// Bookings to come that could be added now.
    pub upcoming_skipped: usize,
    /// For an administrator: whether they have an event of every booking.
    pub wants_all_events: bool,
    /// Whether some calendar receives the events.
    pub has_write_calendar: bool,
    /// The zone in which the host sees times.
    pub time_zone: ZoneName,
}

/// One connected account.
#[derive(Clone, Debug)]
pub struct ConnectionView {
    /// Its id.
    pub id: Uuid,
    /// The account's address.
    pub account: String,
    /// `active`, `syncing`, `degraded` or `needs_reconnect`.
    pub status: String,
    /// When the provider last answered as it should.
    pub last_success_at: Option<Timestamp>,
    /// What is wrong, in words.
    pub trouble: Option<String>,
    /// What is done with it.
    pub preferences: Preferences,
    /// Its calendars.
    pub calendars: Vec<CalendarView>,
    /// Events of ours there, of bookings that are not known here.
    pub unknown: Vec<UnknownEvent>,
}

/// One calendar of an account.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the page")]
pub struct CalendarView {
    /// How it is named in forms.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether events can be put there.
    pub writable: bool,
    /// Whether Google makes Meet links there.
    pub makes_meet_links: bool,
    /// Whether it counts as busy.
    pub counts_as_busy: bool,
    /// Whether it receives the events.
    pub receives_events: bool,
    /// Whether it gave no answer last time.
    pub unreadable: bool,
}

/// Loads the page of `user_id`.
///
/// # Errors
/// The database refuses.
pub async fn view_integrations(app: &TimeTap, user_id: Uuid) -> Result<Integrations, Unexpected> {
    let on = app.db.reader();
    let mut connections = Vec::new();
    let mut has_write_calendar = false;
    for connection in list_connections(on, user_id).await? {
        if connection.status == "disconnected" {
            continue;
        }
        let calendars: Vec<CalendarView> = list_calendars(on, connection.id)
            .await?
            .into_iter()
            .map(|calendar| CalendarView {
                key: calendar_key(connection.id, &calendar.calendar_id),
                receives_events: connection.write_calendar_id.as_ref() == Some(&calendar.calendar_id),
                name: calendar.summary,
                writable: calendar.writable,
                makes_meet_links: calendar.makes_meet_links,
                counts_as_busy: calendar.check_busy,
                unreadable: calendar.last_error_code.is_some(),
            })
            .collect();
        has_write_calendar |= calendars.iter().any(|calendar| calendar.receives_events);
        connections.push(ConnectionView {
            id: connection.id,
            account: connection.account_email,
            status: connection.status,
            last_success_at: connection.last_success_at.map(Timestamp::from),
            trouble: connection.last_error,
            preferences: Preferences {
                sync_enabled: connection.sync_enabled,
                auto_sync: connection.auto_sync,
                direction: Direction::of(&connection.direction),
            },
            calendars,
            unknown: UnknownEvent::read(connection.unknown_events.as_ref(), app.clock.now()),
        });
    }
    let troubled = list_troubled_writes(on, user_id, app.clock.now()).await?;
    let time_zone = find_host(on, user_id)
        .await?
        .and_then(|host| ZoneName::parse(&host.time_zone).ok())
        .unwrap_or_default();
    let upcoming = list_upcoming_skipped(on, user_id, app.clock.now()).await?;
    let account = find_user(on, user_id).await?;
    Ok(Integrations {
        wants_all_events: account.is_some_and(|account| account.wants_all_events),
        google_configured: app.google.is_some(),
        connections,
        troubled,
        upcoming_skipped: upcoming.len(),
        has_write_calendar,
        time_zone,
    })
}

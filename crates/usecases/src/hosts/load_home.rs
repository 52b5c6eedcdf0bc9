//! Reads what a host's first page tells: today, what comes next, and the one thing that needs a hand.

use jiff::{Timestamp, ToSpan};
use timetap_core::location::LocationKind;
use timetap_core::slots::DayWindow;
use timetap_core::span::Span;
use timetap_store::bookings::load_calendar_health::load_calendar_health;
use timetap_store::entities::{appointment, calendar_connection};
use timetap_store::hosts::load_home::{count_for_home, list_host_appointments};
pub use timetap_store::messages::list_unreached::Unreached;
use timetap_store::messages::list_unreached::list_unreached;
use uuid::Uuid;

use super::host_view::HostView;
use super::list_services::list_services;
use super::load_hours::load_hours;
use super::service_view::ServiceView;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The most appointments of today that are listed.
const MAX_TODAY: u64 = 100;
/// The most appointments after today that are listed.
const MAX_NEXT: u64 = 5;
/// How far ahead the next appointments are looked for, in hours: about a year.
const AHEAD_HOURS: i64 = 366 * 24;

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeAppointment {
    /// The appointment.
    pub id: Uuid,
    /// From–to.
    pub span: Span,
    /// Who comes.
    pub customer_name: String,
    /// What was booked.
    pub service_title: String,
    /// Where it takes place.
    pub location_kind: LocationKind,
    /// The Meet link, once there is one.
    pub meet_link: Option<String>,
}

/// How the host's calendars stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarHealth {
    /// None is connected.
    NotConnected,
    /// All is well, or will be in a moment.
    Fine,
    /// The provider does not answer; it is being tried again.
    Degraded {
        /// The account there.
        account: String,
    },
    /// The provider took the permission back: only the host can mend it.
    NeedsReconnect {
        /// The account there.
        account: String,
    },
}

/// The host's first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeView {
    /// The host.
    pub host: HostView,
    /// The present instant.
    pub now: Timestamp,
    /// The windows of each weekday, Monday first.
    pub weekly: [Vec<DayWindow>; 7],
    /// All services, offered and hidden.
    pub services: Vec<ServiceView>,
    /// How the calendars stand.
    pub calendar: CalendarHealth,
    /// Bookings to come that could not be written to a calendar, for good.
    pub failed_writes: i64,
    /// One of them.
    pub failed_appointment: Option<Uuid>,
    /// Customers of bookings to come whom the last mail did not reach.
    pub unreached: Vec<Unreached>,
    /// Whether anybody ever booked.
    pub booked_ever: bool,
    /// What overlaps today in the host's zone, past ones too.
    pub today: Vec<HomeAppointment>,
    /// What starts after today, the next few.
    pub next: Vec<HomeAppointment>,
}

/// The first page of this account; `None` where it has no profile yet. Eight statements, however much is booked.
///
/// # Errors
/// The database refuses.
pub async fn load_home(app: &TimeTap, user_id: Uuid) -> Result<Option<HomeView>, Unexpected> {
    let Some(hours) = load_hours(app, user_id).await? else {
        return Ok(None);
    };
    let on = app.db.reader();
    let now = app.clock.now();
    let zone = hours.host.time_zone.time_zone();
    let midnight = |date: jiff::civil::Date| {
        zone.to_ambiguous_zoned(date.at(0, 0, 0, 0))
            .compatible()
            .map(|at| at.timestamp())
            .map_err(|error| Unexpected::Internal(format!("midnight of {date}: {error}")))
    };
    let day_start = midnight(hours.today)?;
    let day_end = midnight(hours.today.saturating_add(1.day()))?;
    let far = day_end
        .saturating_add(jiff::SignedDuration::from_hours(AHEAD_HOURS))
        .map_err(|error| Unexpected::Internal(format!("a year after {day_end}: {error}")))?;
    let today = list_host_appointments(on, user_id, day_start, day_end, MAX_TODAY).await?;
    // What reaches over midnight stands under today already; at most one does, as a host's bookings never overlap.
    let next = list_host_appointments(on, user_id, day_end, far, MAX_NEXT + 1)
        .await?
        .into_iter()
        .filter(|row| row.starts_at.timestamp() >= day_end)
        .take(usize::try_from(MAX_NEXT).unwrap_or(usize::MAX));
    let counts = count_for_home(on, user_id, now).await?;
    let calendar = judge_calendars(load_calendar_health(on, user_id).await?);
    Ok(Some(HomeView {
        now,
        weekly: hours.weekly,
        services: list_services(app, user_id).await?,
        calendar,
        failed_writes: counts.failed_writes,
        failed_appointment: counts.failed_appointment,
        unreached: list_unreached(on, user_id, now).await?,
        booked_ever: counts.booked_ever > 0,
        today: today.into_iter().map(view).collect::<Result<_, _>>()?,
        next: next.map(view).collect::<Result<_, _>>()?,
        host: hours.host,
    }))
}

/// The worst state of all connections: it decides what the page says.
fn judge_calendars(connections: Vec<calendar_connection::Model>) -> CalendarHealth {
    if connections.is_empty() {
        return CalendarHealth::NotConnected;
    }
    let mut degraded = None;
    for connection in connections {
        match connection.status.as_str() {
            "needs_reconnect" => {
                return CalendarHealth::NeedsReconnect {
                    account: connection.account_email,
                };
            }
            "degraded" => degraded = degraded.or(Some(connection.account_email)),
            _ => {}
        }
    }
    degraded.map_or(CalendarHealth::Fine, |account| CalendarHealth::Degraded { account })
}

fn view(row: appointment::Model) -> Result<HomeAppointment, Unexpected> {
    let span = Span::new(row.starts_at.timestamp(), row.ends_at.timestamp())
        .map_err(|error| Unexpected::Inconsistent(format!("appointments of {}: {error}", row.id)))?;
    let location_kind = row
        .location_kind
        .parse()
        .map_err(|error| Unexpected::Inconsistent(format!("appointments.location_kind: {error}")))?;
    Ok(HomeAppointment {
        id: row.id,
        span,
        customer_name: row.customer_name,
        service_title: row.service_title,
        location_kind,
        meet_link: row.meet_link,
    })
}

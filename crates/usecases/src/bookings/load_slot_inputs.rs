//! Everything that decides what is free, read in a constant number of statements.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::slots::{HostCalendar, HostRules};
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::bookings::load_calendar_health::load_calendar_health;
use timetap_store::bookings::load_taken::load_taken;
use timetap_store::entities::{calendar_connection, host};
use uuid::Uuid;

use crate::hosts::load_rules;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How far around a range claims and busy times still matter: the longest session with the longest breaks, and the whole
/// of a day for the daily limit, wherever on earth it is.
const AROUND: SignedDuration = SignedDuration::from_hours(4 * 24);

/// So many times the life of a fresh answer about busy times may pass before it counts as unknown.
const STALE_AFTER: u32 = 12;

/// What the slot engine needs to know about one host and one stretch of time.
#[derive(Clone, Debug)]
pub struct SlotInputs {
    /// The host.
    pub host: host::Model,
    /// The host's rules.
    pub rules: HostRules,
    /// Claimed time, buffers included.
    pub claims: Vec<Span>,
    /// Busy time in other calendars.
    pub busy: Vec<Span>,
    /// When bookings start, for the daily limit.
    pub booked_starts: Vec<Timestamp>,
    /// Whether a connected calendar is not known well at the moment.
    pub calendar_troubled: bool,
    /// Whether anything is offered in spite of that.
    pub calendar_known: bool,
    /// When this changes without anybody's doing: a hold runs out, or a calendar has not been heard of for too long. Who
    /// adds something else that depends on the clock by less than whole minutes notes it here; answers are kept by it.
    pub changes_at: Option<Timestamp>,
}

impl SlotInputs {
    /// As the engine takes it.
    pub fn calendar(&self) -> HostCalendar<'_> {
        HostCalendar {
            claims: &self.claims,
            external_busy: &self.busy,
            booked_starts: &self.booked_starts,
            calendar_known: self.calendar_known,
        }
    }
}

/// Reads what decides about starts within `range`, as if the appointment `but_not` were not there: five statements, on a
/// page and inside a booking's transaction alike.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn load_slot_inputs(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    host_id: Uuid,
    range: Span,
    but_not: Option<Uuid>,
) -> Result<Option<SlotInputs>, Unexpected> {
    let now = app.clock.now();
    let Some((host, rules)) = load_rules(on, host_id).await? else {
        return Ok(None);
    };
    let connections = load_calendar_health(on, host_id).await?;
    let calendar_troubled = connections.iter().any(|connection| is_troubled(connection, app, now));
    let changes_at = connections
        .iter()
        .filter_map(|connection| heard_of_until(connection, app))
        .filter(|end| *end >= now)
        .min();
    let inputs = SlotInputs {
        changes_at,
        claims: Vec::new(),
        booked_starts: Vec::new(),
        busy: Vec::new(),
        calendar_troubled,
        calendar_known: !calendar_troubled || host.when_calendar_unknown != "offer_nothing",
        host,
        rules,
    };
    inputs.over(on, app, range, but_not).await.map(Some)
}

impl SlotInputs {
    /// The same host, for starts within another `range`: one statement.
    ///
    /// # Errors
    /// The database refuses, or a row says something that no rule allows.
    pub async fn over(
        self,
        on: &impl ConnectionTrait,
        app: &TimeTap,
        range: Span,
        but_not: Option<Uuid>,
    ) -> Result<Self, Unexpected> {
        let around = Span {
            start: range.start.checked_sub(AROUND).unwrap_or(Timestamp::MIN),
            end: range.end.checked_add(AROUND).unwrap_or(Timestamp::MAX),
        };
        let taken = load_taken(on, self.host.user_id, around, app.clock.now()).await?;
        // Our own events come back as busy time. The claims stand for them, and the one that is being moved must not
        // stand in its own way.
        let own: Vec<Span> = taken.claims.iter().filter_map(|claim| claim.appointment).collect();
        let others = taken
            .claims
            .iter()
            .filter(|claim| but_not.is_none() || claim.appointment_id != but_not);
        Ok(Self {
            changes_at: self.changes_at.into_iter().chain(taken.hold_ends).min(),
            claims: others.clone().map(|claim| claim.span).collect(),
            booked_starts: others
                .map(|claim| claim.appointment.map_or(claim.span.start, |span| span.start))
                .collect(),
            busy: subtract(taken.busy, own),
            ..self
        })
    }
}

/// Whether what this connection last said can no longer be relied on.
fn is_troubled(connection: &calendar_connection::Model, app: &TimeTap, now: Timestamp) -> bool {
    if matches!(connection.status.as_str(), "degraded" | "needs_reconnect") {
        return true;
    }
    heard_of_until(connection, app).is_none_or(|end| now > end)
}

/// The last instant at which what this connection last said is fresh enough; `None` where it never said anything.
fn heard_of_until(connection: &calendar_connection::Model, app: &TimeTap) -> Option<Timestamp> {
    let fresh_for =
        SignedDuration::try_from(app.settings.busy_cache.saturating_mul(STALE_AFTER)).unwrap_or(SignedDuration::MAX);
    let checked = connection.busy_checked_at?.timestamp();
    Some(checked.checked_add(fresh_for).unwrap_or(Timestamp::MAX))
}

/// What of `from` lies in none of `cuts`.
fn subtract(from: Vec<Span>, cuts: Vec<Span>) -> Vec<Span> {
    let cuts = Span::merge(cuts);
    let mut left = Vec::with_capacity(from.len());
    for span in Span::merge(from) {
        let mut start = span.start;
        let first = cuts.partition_point(|cut| cut.end <= span.start);
        for cut in cuts.iter().skip(first).take_while(|cut| cut.start < span.end) {
            left.extend(Span::new(start, cut.start));
            start = start.max(cut.end);
        }
        left.extend(Span::new(start, span.end));
    }
    left
}

/// A stored zone name, which was checked when it was stored.
pub(super) fn zone_of(place: &'static str, name: &str) -> Result<TimeZone, Unexpected> {
    ZoneName::parse(name)
        .map(|zone| zone.time_zone().clone())
        .map_err(|_| Unexpected::Inconsistent(format!("{place} is no time zone: {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        let at = |second| Timestamp::from_second(second).unwrap();
        Span::new(at(start), at(end)).unwrap()
    }

    #[test]
    fn own_events_are_cut_out_of_merged_busy_time_and_nothing_else_is() {
        let busy = vec![span(0, 10), span(10, 20), span(30, 40), span(50, 60)];
        assert_eq!(
            subtract(busy.clone(), vec![span(5, 8), span(15, 35), span(50, 60)]),
            [span(0, 5), span(8, 15), span(35, 40)]
        );
        assert_eq!(subtract(busy, vec![]), [span(0, 20), span(30, 40), span(50, 60)]);
        assert!(subtract(vec![], vec![span(0, 1)]).is_empty());
    }
}

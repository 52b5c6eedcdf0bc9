//! Everything that decides what is free, read in a constant number of statements.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::slots::{HostCalendar, HostRules};
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::bookings::load_host_time::load_host_time;
use timetap_store::bookings::load_taken::{Taken, load_taken};
use timetap_store::entities::host;
use timetap_store::hosts::find_host::find_host;
use uuid::Uuid;

use crate::hosts::make_rules;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How far around a range claims and busy times still matter, beside the host's breaks: the longest session, and the whole
/// of a day for the daily limit, wherever on earth it is and whatever its clocks do.
const AROUND: SignedDuration = SignedDuration::from_hours(26);

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
    /// Whether holds have run out that have to be removed before anything is claimed.
    pub has_expired_holds: bool,
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

/// Reads what decides about starts within `range`, as if the appointment `but_not` were not there: two statements.
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
    match find_host(on, host_id).await? {
        Some(host) => load_slot_inputs_of(on, app, host, range, but_not).await.map(Some),
        None => Ok(None),
    }
}

/// The same of a host who was read a moment ago: one statement.
///
/// # Errors
/// As [`load_slot_inputs`].
pub async fn load_slot_inputs_of(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    host: host::Model,
    range: Span,
    but_not: Option<Uuid>,
) -> Result<SlotInputs, Unexpected> {
    let now = app.clock.now();
    let time = load_host_time(on, host.user_id, around(range, &host), now).await?;
    let rules = make_rules(&host, time.windows, time.overrides)?;
    let is_troubled = |(status, checked_at): &(String, Option<Timestamp>)| is_troubled(status, *checked_at, app, now);
    let calendar_troubled = time.connections.iter().any(is_troubled);
    let changes_at = time
        .connections
        .iter()
        .filter_map(|(_, checked_at)| heard_of_until(*checked_at, app))
        .filter(|end| *end >= now)
        .min();
    let inputs = SlotInputs {
        changes_at,
        claims: Vec::new(),
        booked_starts: Vec::new(),
        busy: Vec::new(),
        has_expired_holds: false,
        calendar_troubled,
        calendar_known: !calendar_troubled || host.when_calendar_unknown != "offer_nothing",
        host,
        rules,
    };
    Ok(inputs.with(time.taken, but_not))
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
        let taken = load_taken(on, self.host.user_id, around(range, &self.host), app.clock.now()).await?;
        Ok(self.with(taken, but_not))
    }

    fn with(self, taken: Taken, but_not: Option<Uuid>) -> Self {
        // Our own events come back as busy time. The claims stand for them, and the one that is being moved must not
        // stand in its own way.
        let own: Vec<Span> = taken.claims.iter().filter_map(|claim| claim.appointment).collect();
        let others = taken
            .claims
            .iter()
            .filter(|claim| but_not.is_none() || claim.appointment_id != but_not);
        Self {
            changes_at: self.changes_at.into_iter().chain(taken.hold_ends).min(),
            has_expired_holds: taken.has_expired_holds,
            claims: others.clone().map(|claim| claim.span).collect(),
            booked_starts: others
                .map(|claim| claim.appointment.map_or(claim.span.start, |span| span.start))
                .collect(),
            busy: subtract(taken.busy, own),
            ..self
        }
    }
}

/// The range and what may still matter around it.
fn around(range: Span, host: &host::Model) -> Span {
    let breaks = SignedDuration::from_mins(host.buffer_before_minutes.saturating_add(host.buffer_after_minutes));
    let around = AROUND.saturating_add(breaks);
    Span {
        start: range.start.checked_sub(around).unwrap_or(Timestamp::MIN),
        end: range.end.checked_add(around).unwrap_or(Timestamp::MAX),
    }
}

/// Whether what a connection of this status last said can no longer be relied on.
fn is_troubled(status: &str, checked_at: Option<Timestamp>, app: &TimeTap, now: Timestamp) -> bool {
    matches!(status, "degraded" | "needs_reconnect") || heard_of_until(checked_at, app).is_none_or(|end| now > end)
}

/// The last instant at which what a connection said at `checked_at` is fresh enough; `None` where it never said anything.
fn heard_of_until(checked_at: Option<Timestamp>, app: &TimeTap) -> Option<Timestamp> {
    let fresh_for =
        SignedDuration::try_from(app.settings.busy_cache.saturating_mul(STALE_AFTER)).unwrap_or(SignedDuration::MAX);
    Some(checked_at?.checked_add(fresh_for).unwrap_or(Timestamp::MAX))
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

//! Free times of whoever may serve something, in one of the rooms where it needs one.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use timetap_core::slots::{Refusal, Slot, nearest_slots};
use timetap_core::span::Span;
use timetap_store::orders::find_offer::Offer;
use timetap_store::orders::load_room_times::load_room_times;
use uuid::Uuid;

use super::offer_month::{Look, MonthOffer, Moving, look_at, offer_month};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Who may serve something, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Any of these.
    pub staff: Vec<Uuid>,
    /// One of these is needed; nothing where none is.
    pub rooms: Option<Vec<Uuid>>,
}

impl Team {
    /// One person, anywhere.
    pub fn one(host_id: Uuid) -> Self {
        Self {
            staff: vec![host_id],
            rooms: None,
        }
    }

    /// Whoever an offer names.
    pub fn of(offer: &Offer) -> Self {
        Self {
            staff: offer.staff.clone(),
            rooms: offer
                .needs_room
                .then(|| offer.rooms.iter().map(|room| room.id).collect()),
        }
    }
}

/// As [`offer_month`], for a whole team: a time is free where any of them and one of the rooms are.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn offer_team_month(
    app: &TimeTap,
    team: &Team,
    minutes: u16,
    zone: &TimeZone,
    wanted: Option<Date>,
    moving: Option<Moving>,
) -> Result<Option<MonthOffer>, Unexpected> {
    let mut offers = Vec::with_capacity(team.staff.len());
    for host_id in &team.staff {
        offers.extend(offer_month(app, *host_id, minutes, zone, wanted, moving).await?);
    }
    let Some(mut whole) = offers.iter().max_by_key(|offer| offer.month).cloned() else {
        return Ok(None);
    };
    if offers.len() == 1 && team.rooms.is_none() {
        return Ok(Some(whole));
    }
    // Whoever cannot be booked as far ahead is shown for an earlier month.
    let (month, shown): (Date, Vec<&MonthOffer>) = (
        whole.month,
        offers.iter().filter(|offer| offer.month == whole.month).collect(),
    );
    whole.slots = together(shown.iter().flat_map(|offer| offer.slots.iter().copied()));
    whole.last_month = offers.iter().map(|offer| offer.last_month).max().unwrap_or(month);
    whole.calendar_unknown = shown.iter().all(|offer| offer.calendar_unknown);
    whole.calendar_troubled = shown.iter().any(|offer| offer.calendar_troubled);
    whole.holds_until = offers.iter().filter_map(|offer| offer.holds_until).min();
    if let Some(rooms) = &team.rooms
        && let (Some(first), Some(last)) = (whole.slots.first().copied(), whole.slots.last().copied())
    {
        let range = Span {
            start: first.start,
            end: last.end,
        };
        let (taken, hold_ends) = load_room_times(app.db.reader(), rooms, range, app.clock.now()).await?;
        whole.holds_until = whole.holds_until.into_iter().chain(hold_ends).min();
        whole.slots.retain(|slot| has_room(rooms, &taken, *slot));
    }
    whole.next_month = if whole.slots.is_empty() {
        offers.iter().filter_map(|offer| offer.next_month).min()
    } else {
        None
    };
    Ok(Some(whole))
}

/// As [`look_at`], for a whole team.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn look_at_team(
    app: &TimeTap,
    team: &Team,
    minutes: u16,
    wanted: Timestamp,
    moving: Option<Moving>,
    count: usize,
) -> Result<Look, Unexpected> {
    let (mut refusal, mut nearest, mut free) = (None, Vec::new(), false);
    for host_id in &team.staff {
        let look = look_at(app, *host_id, minutes, wanted, moving, count).await?;
        free |= look.refusal.is_none();
        refusal = refusal.max(look.refusal);
        nearest.extend(look.nearest);
    }
    let end = wanted
        .checked_add(SignedDuration::from_mins(i64::from(minutes)))
        .unwrap_or(wanted);
    if let (true, Some(rooms)) = (free, &team.rooms) {
        let slot = Slot { start: wanted, end };
        let (taken, _) = load_room_times(app.db.reader(), rooms, Span { start: wanted, end }, app.clock.now()).await?;
        if !has_room(rooms, &taken, slot) {
            let day = TimeZone::UTC.to_datetime(wanted).date();
            let month = offer_team_month(app, team, minutes, &TimeZone::UTC, Some(day), moving).await?;
            let slots = month.map(|month| month.slots).unwrap_or_default();
            return Ok(Look {
                refusal: Some(Refusal::Booked),
                nearest: nearest_slots(&slots, wanted, count),
            });
        }
    }
    if free {
        return Ok(Look::default());
    }
    let mut nearest = together(nearest);
    if let (Some(rooms), Some(first), Some(last)) = (&team.rooms, nearest.first(), nearest.last()) {
        let range = Span {
            start: first.start,
            end: last.end,
        };
        let (taken, _) = load_room_times(app.db.reader(), rooms, range, app.clock.now()).await?;
        nearest.retain(|slot| has_room(rooms, &taken, *slot));
    }
    Ok(Look {
        refusal: Some(refusal.unwrap_or(Refusal::Booked)),
        nearest: nearest_slots(&nearest, wanted, count),
    })
}

/// Each start once, in order.
fn together(slots: impl IntoIterator<Item = Slot>) -> Vec<Slot> {
    let mut slots: Vec<Slot> = slots.into_iter().collect();
    slots.sort_by_key(|slot| slot.start);
    slots.dedup_by_key(|slot| slot.start);
    slots
}

fn has_room(rooms: &[Uuid], taken: &[(Uuid, Span)], slot: Slot) -> bool {
    let span = Span {
        start: slot.start,
        end: slot.end,
    };
    rooms
        .iter()
        .any(|room| !taken.iter().any(|(id, other)| id == room && other.overlaps(&span)))
}

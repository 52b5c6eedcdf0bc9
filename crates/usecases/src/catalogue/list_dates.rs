//! What is dated about a service, for its host and whoever may act for them: dates and weekly times, who and where, and how many
//! seats are taken.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use timetap_core::orders::CampHours;
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::catalogue::call_off::list_weeks_ahead;
use timetap_store::catalogue::list_dated::{count_taken_places, count_taken_seats, list_occurrences, list_templates};
use timetap_store::catalogue::list_team::list_members;
use timetap_store::catalogue::rooms::list_rooms as stored_rooms;
use uuid::Uuid;

use super::list_team::{TeamMember, list_team};
use super::save_room::{RoomView, view_room};
use crate::hosts::{ServiceView, find_service_for};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So far ahead the dates of weekly times are listed.
const WEEKS_AHEAD: SignedDuration = SignedDuration::from_hours(6 * 7 * 24);

/// A dated run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateView {
    /// The occurrence.
    pub id: Uuid,
    /// From its first beginning to its last end.
    pub span: Span,
    /// The end of its first day.
    pub first_end_minute: i64,
    /// On how many days in a row.
    pub days: i64,
    /// Its hours.
    pub hours: CampHours,
    /// The zone it is meant in.
    pub zone: ZoneName,
    /// Who serves.
    pub staff: String,
    /// The room.
    pub room: Option<String>,
    /// How many seats there are.
    pub seats: i64,
    /// How many are taken, those that are about to be paid included.
    pub taken: i64,
    /// Whether it was called off.
    pub cancelled: bool,
    /// Whether it has begun.
    pub begun: bool,
}

/// A weekly time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeeklyView {
    /// The template.
    pub id: Uuid,
    /// 1 for Monday to 7 for Sunday.
    pub weekday: i64,
    /// When it begins, in minutes after midnight.
    pub start_minute: i64,
    /// How long it lasts.
    pub minutes: i64,
    /// The zone it is meant in.
    pub zone: String,
    /// From which day on.
    pub first_date: String,
    /// Until which day, where there is an end.
    pub last_date: Option<String>,
    /// Who serves.
    pub staff: String,
    /// The room.
    pub room: Option<String>,
    /// How many places there are.
    pub seats: i64,
    /// How many are taken.
    pub taken: i64,
    /// Whether newcomers can have one.
    pub active: bool,
    /// Its next dates, in order.
    pub weeks: Vec<WeekView>,
}

/// One date of a weekly time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekView {
    /// The date.
    pub id: Uuid,
    /// From when until when.
    pub span: Span,
    /// Whether it was called off.
    pub cancelled: bool,
}

/// Everything for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatesView {
    /// The service.
    pub service: ServiceView,
    /// Dates that are not over, in order.
    pub dates: Vec<DateView>,
    /// Weekly times, in the order of the week.
    pub weekly: Vec<WeeklyView>,
    /// Who may serve.
    pub team: Vec<TeamMember>,
    /// Rooms in use.
    pub rooms: Vec<RoomView>,
}

/// The dates of a service, where `user_id` may act for its host; `None` otherwise, whether it exists or not.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_dates(app: &TimeTap, user_id: Uuid, service_id: Uuid) -> Result<Option<DatesView>, Unexpected> {
    let (on, now) = (app.db.reader(), app.clock.now());
    let Some(row) = find_service_for(on, user_id, service_id).await? else {
        return Ok(None);
    };
    let names = Names::load(app, now).await?;
    let seats = count_taken_seats(on, service_id, now).await?;
    let places = count_taken_places(on, service_id, now).await?;
    let mut dates = Vec::new();
    for row in list_occurrences(on, service_id, now).await? {
        let bad = |what: &str| Unexpected::Inconsistent(format!("occurrences.{what} of {}", row.id));
        dates.push(DateView {
            id: row.id,
            span: Span {
                start: row.starts_at.timestamp(),
                end: row.ends_at.timestamp(),
            },
            first_end_minute: row.end_minute,
            days: row.days,
            hours: row.hours.parse().map_err(|_| bad("hours"))?,
            zone: ZoneName::parse(&row.time_zone).map_err(|_| bad("time_zone"))?,
            staff: names.staff(row.staff_id),
            room: names.room(row.room_id),
            seats: row.capacity,
            taken: seats.get(&row.id).copied().unwrap_or(0),
            cancelled: row.status == "cancelled",
            begun: row.starts_at.timestamp() <= now,
        });
    }
    let until = now.saturating_add(WEEKS_AHEAD).unwrap_or(now);
    let weeks = list_weeks_ahead(on, service_id, (now, until)).await?;
    let weekly = list_templates(on, service_id)
        .await?
        .into_iter()
        .map(|row| WeeklyView {
            id: row.id,
            weekday: row.weekday,
            start_minute: row.start_minute,
            minutes: row.duration_minutes,
            zone: row.time_zone,
            first_date: row.first_date,
            last_date: row.last_date,
            staff: names.staff(row.staff_id),
            room: names.room(row.room_id),
            seats: row.capacity,
            taken: places.get(&row.id).copied().unwrap_or(0),
            active: row.active,
            weeks: weeks
                .iter()
                .filter(|week| week.template_id == Some(row.id))
                .map(|week| WeekView {
                    id: week.id,
                    span: Span {
                        start: week.starts_at.timestamp(),
                        end: week.ends_at.timestamp(),
                    },
                    cancelled: week.status == "cancelled",
                })
                .collect(),
        })
        .collect();
    let rooms = stored_rooms(on).await?.into_iter().map(view_room);
    Ok(Some(DatesView {
        service: ServiceView::from_row(row)?,
        dates,
        weekly,
        team: list_team(on, app, user_id).await?,
        rooms: rooms.filter(|room| room.active).collect(),
    }))
}

/// How people and rooms are called.
pub(super) struct Names {
    staff: BTreeMap<Uuid, String>,
    rooms: BTreeMap<Uuid, String>,
}

impl Names {
    pub(super) async fn load(app: &TimeTap, now: Timestamp) -> Result<Self, Unexpected> {
        let on = app.db.reader();
        let members = list_members(on, now).await?.into_iter();
        let rooms = stored_rooms(on).await?.into_iter();
        Ok(Self {
            staff: members.map(|member| (member.user_id, member.display_name)).collect(),
            rooms: rooms.map(|room| (room.id, room.name)).collect(),
        })
    }

    /// Somebody whose account is disabled is nobody who serves.
    pub(super) fn staff(&self, id: Uuid) -> String {
        self.staff
            .get(&id)
            .cloned()
            .unwrap_or_else(|| "nobody any more".to_owned())
    }

    pub(super) fn room(&self, id: Option<Uuid>) -> Option<String> {
        id.and_then(|id| self.rooms.get(&id).cloned())
    }
}

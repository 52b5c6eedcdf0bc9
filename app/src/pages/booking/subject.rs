//! Whose times the slot picker shows: those of a service, or those that a booking may move to.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use timetap_core::slots::Slot;
use timetap_core::span::Span;
use timetap_core::times::{format_day_long, format_time, format_when, format_when_short};
use timetap_store::orders::find_offer::find_offer;
use timetap_usecases::bookings::{
    Actor, BookingView, Look, MonthOffer, Moving, Offering, Team, find_offering, look_at_team, offer_team_month,
    view_booking,
};
use timetap_usecases::{TimeTap, Unexpected};
use uuid::Uuid;

use super::picker_view::{DayCell, DayTimes, Nothing, PickerView, SlotChoice};

/// How many other times are shown when the chosen one is gone.
const NEAREST: usize = 4;

/// Something that times can be picked for.
#[derive(Clone, Debug)]
pub struct Subject {
    team: Team,
    host_name: String,
    minutes: u16,
    moving: Option<Moving>,
}

impl Subject {
    /// The times of a service: its host's, or those of whoever may serve what is ordered through the cart. `None` where that
    /// is nobody.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn service(app: &TimeTap, offering: &Offering) -> Result<Option<Self>, Unexpected> {
        let team = if offering.goes_by_cart() {
            match find_offer(app.db.reader(), offering.service.id).await? {
                Some(offer) => Team::of(&offer),
                None => return Ok(None),
            }
        } else {
            Team::one(offering.host.user_id)
        };
        Ok(Some(Self {
            team,
            host_name: offering.host.display_name.clone(),
            minutes: offering.duration_minutes,
            moving: None,
        }))
    }

    /// The times that a booking may move to.
    pub fn booking(booking: &BookingView, by_host: bool) -> Self {
        Self {
            team: Team::one(booking.host.user_id),
            host_name: booking.host.display_name.clone(),
            minutes: booking.minutes,
            moving: Some(Moving {
                appointment_id: booking.appointment.id,
                by_host,
            }),
        }
    }

    /// The subject of this name (see [`super::picker_view::PickerPlace`]), for somebody who may ask for it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn find(
        app: &TimeTap,
        name: &str,
        token: &str,
        viewer: Option<Uuid>,
    ) -> Result<Option<Self>, Unexpected> {
        match name.split_once(':') {
            Some(("service", address)) => {
                let (host, service) = address.split_once('/').unwrap_or_default();
                let found = find_offering(app.db.reader(), host, service).await?;
                match found {
                    Some(offering) => Self::service(app, &offering).await,
                    None => Ok(None),
                }
            }
            Some(("booking", id)) => {
                let actor = Actor::Customer {
                    capability: Some(token),
                    user_id: viewer,
                };
                Self::find_booking(app, id, actor).await
            }
            Some(("hosted", id)) => match viewer {
                Some(user_id) => Self::find_booking(app, id, Actor::Host { user_id }).await,
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    async fn find_booking(app: &TimeTap, id: &str, actor: Actor<'_>) -> Result<Option<Self>, Unexpected> {
        let Ok(id) = id.parse::<Uuid>() else { return Ok(None) };
        let found = view_booking(app, id, &actor).await?;
        Ok(found.map(|booking| Self::booking(&booking, actor.is_host())))
    }

    /// The month and the times of the day, in `zone`. Without a day, the first one with free times is taken.
    ///
    /// # Errors
    /// The database refuses, or a row says something that no rule allows.
    pub async fn show(
        &self,
        app: &TimeTap,
        zone: &TimeZone,
        month: &str,
        day: &str,
    ) -> Result<Option<PickerView>, Unexpected> {
        let day: Option<Date> = day.parse().ok();
        let wanted: Option<Date> = format!("{month}-01").parse().ok().or(day);
        let offer = offer_team_month(app, &self.team, self.minutes, zone, wanted, self.moving).await?;
        Ok(offer.map(|offer| self.describe(&offer, zone, day)))
    }

    /// Why `wanted` cannot be had, and free times around it, where it cannot.
    ///
    /// # Errors
    /// The database refuses, or a row says something that no rule allows.
    pub async fn look(&self, app: &TimeTap, wanted: Timestamp) -> Result<Look, Unexpected> {
        look_at_team(app, &self.team, self.minutes, wanted, self.moving, NEAREST).await
    }

    /// The time that starts at `start`, whether or not it is free.
    pub fn choice(&self, start: Timestamp, zone: &TimeZone) -> Option<SlotChoice> {
        let end = start
            .checked_add(jiff::SignedDuration::from_mins(i64::from(self.minutes)))
            .ok()?;
        Some(choice(Slot { start, end }, zone))
    }

    fn describe(&self, offer: &MonthOffer, zone: &TimeZone, day: Option<Date>) -> PickerView {
        let day_of = |slot: &Slot| zone.to_datetime(slot.start).date();
        let month_of = |date: Date| (date.strftime("%Y-%m").to_string(), date.strftime("%B %Y").to_string());
        let this_month = offer.today.first_of_month();
        let (month, month_label) = month_of(offer.month);
        let previous = offer
            .month
            .yesterday()
            .ok()
            .map(Date::first_of_month)
            .filter(|date| *date >= this_month);
        let next = offer
            .month
            .last_of_month()
            .tomorrow()
            .ok()
            .filter(|date| *date <= offer.last_month);
        let chosen = day
            .filter(|day| offer.slots.iter().any(|slot| day_of(slot) == *day))
            .or_else(|| offer.slots.first().map(day_of));
        let nothing = offer.slots.is_empty().then(|| Nothing {
            text: if offer.calendar_unknown {
                "Times cannot be offered at the moment. Please try again in a few minutes.".to_owned()
            } else {
                format!("No free time in {month_label}.")
            },
            next: offer.next_month.map(month_of),
        });
        let notice = (offer.calendar_troubled && !offer.calendar_unknown).then(|| {
            format!(
                "{}’s other calendar is not answering right now, so a time shown here may clash with it. \
                 If so, {} will tell you.",
                self.host_name, self.host_name
            )
        });
        PickerView {
            month,
            month_label,
            previous: previous.map(month_of),
            next: next.map(month_of),
            weeks: weeks(offer, day_of),
            day: chosen.map(|day| day_times(&offer.slots, day, zone, day_of)),
            nothing,
            notice,
            holds_until: offer.holds_until,
        }
    }
}

fn choice(slot: Slot, zone: &TimeZone) -> SlotChoice {
    let span = Span {
        start: slot.start,
        end: slot.end,
    };
    SlotChoice {
        start: slot.start.as_millisecond().to_string(),
        time: format_time(slot.start, zone),
        label: format_when(span, zone),
        short: format_when_short(span, zone),
    }
}

fn weeks(offer: &MonthOffer, day_of: impl Fn(&Slot) -> Date) -> Vec<Vec<DayCell>> {
    let blanks = usize::from(offer.month.weekday().to_monday_zero_offset().unsigned_abs());
    let mut cells = vec![DayCell::default(); blanks];
    let mut counts = [0_usize; 32];
    for slot in &offer.slots {
        if let Some(count) = counts.get_mut(usize::from(day_of(slot).day().unsigned_abs())) {
            *count += 1;
        }
    }
    for date in offer.month.series(jiff::Span::new().days(1)) {
        if date.month() != offer.month.month() {
            break;
        }
        let count = counts
            .get(usize::from(date.day().unsigned_abs()))
            .copied()
            .unwrap_or_default();
        let day = date.strftime("%A %-d %B");
        let free = match count {
            0 => "no free time".to_owned(),
            1 => "1 free time".to_owned(),
            many => format!("{many} free times"),
        };
        let today = date == offer.today;
        cells.push(DayCell {
            date: date.to_string(),
            number: date.day(),
            label: format!("{day}{}, {free}", if today { " (today)" } else { "" }),
            free: count > 0,
            today,
        });
    }
    while cells.len() % 7 != 0 {
        cells.push(DayCell::default());
    }
    cells.chunks(7).map(<[DayCell]>::to_vec).collect()
}

fn day_times(slots: &[Slot], day: Date, zone: &TimeZone, day_of: impl Fn(&Slot) -> Date) -> DayTimes {
    let mut groups: [(&str, Vec<SlotChoice>); 3] = [
        ("Morning", Vec::new()),
        ("Afternoon", Vec::new()),
        ("Evening", Vec::new()),
    ];
    for slot in slots.iter().filter(|slot| day_of(slot) == day) {
        let group = match zone.to_datetime(slot.start).hour() {
            ..12 => &mut groups[0],
            12..18 => &mut groups[1],
            _ => &mut groups[2],
        };
        group.1.push(choice(*slot, zone));
    }
    // The year stands above the month already.
    let label = format_day_long(day);
    let label = label.rsplit_once(' ').map_or(label.clone(), |(day, _)| day.to_owned());
    DayTimes {
        date: day.to_string(),
        label,
        groups: groups
            .into_iter()
            .filter(|(_, slots)| !slots.is_empty())
            .map(|(name, slots)| (name.to_owned(), slots))
            .collect(),
    }
}

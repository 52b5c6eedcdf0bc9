//! Recurring events: the series as one master, its instances, and the exceptions to it.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};
use serde_json::{Value, json};

use super::{
    calendars::Calendar,
    event::{Event, EventTimes},
};
use crate::google::errors::ApiError;

/// Instances of one series at most, and how far they reach from its start.
const MOST_INSTANCES: usize = 1_100;
const REACH_YEARS: i16 = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// The part of RFC 5545's rules that calendars use every day.
struct Rule {
    frequency: Frequency,
    interval: i32,
    count: Option<usize>,
    until: Option<String>,
    days: Vec<Weekday>,
    /// `EXDATE` values, as written.
    except: Vec<String>,
}

/// Checks `recurrence` of a body.
pub(super) fn check(recurrence: Option<&Value>) -> Result<(), ApiError> {
    recurrence.map_or(Ok(()), |lines| read_rule(lines).map(|_| ()))
}

fn read_rule(lines: &Value) -> Result<Rule, ApiError> {
    let wrong = || ApiError::invalid("Invalid recurrence rule.");
    let mut rule = Rule {
        frequency: Frequency::Daily,
        interval: 1,
        count: None,
        until: None,
        days: Vec::new(),
        except: Vec::new(),
    };
    let mut found = false;
    for line in lines.as_array().ok_or_else(ApiError::parse_error)? {
        let (name, value) = line.as_str().and_then(|line| line.split_once(':')).ok_or_else(wrong)?;
        if name.starts_with("EXDATE") {
            rule.except.extend(value.split(',').map(str::to_owned));
            continue;
        }
        if name != "RRULE" || found {
            return Err(wrong());
        }
        found = true;
        for part in value.split(';') {
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            match key {
                "FREQ" => {
                    rule.frequency = match value {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return Err(wrong()),
                    }
                }
                "INTERVAL" => {
                    rule.interval = value
                        .parse()
                        .ok()
                        .filter(|step| (1..=1_000).contains(step))
                        .ok_or_else(wrong)?;
                }
                "COUNT" => rule.count = Some(value.parse().ok().filter(|count| *count > 0).ok_or_else(wrong)?),
                "UNTIL" => rule.until = Some(value.to_owned()),
                "BYDAY" => {
                    let days: Option<_> = value.split(',').map(read_day).collect();
                    rule.days = days.ok_or_else(wrong)?;
                }
                "WKST" => {}
                _ => return Err(wrong()),
            }
        }
    }
    let days_fit = rule.days.is_empty() || rule.frequency == Frequency::Weekly;
    if found && days_fit && !(rule.count.is_some() && rule.until.is_some()) {
        Ok(rule)
    } else {
        Err(wrong())
    }
}

fn read_day(text: &str) -> Option<Weekday> {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let position = names.iter().position(|name| *name == text)?;
    Weekday::from_monday_zero_offset(i8::try_from(position).ok()?).ok()
}

/// The days of a series in order, its own first day included.
fn days_of(rule: &Rule, first: Date) -> Vec<Date> {
    let last = first.saturating_add(i32::from(REACH_YEARS).years());
    let mut days = Vec::new();
    let mut step = 0_i32;
    while days.len() < MOST_INSTANCES {
        let leap = step.saturating_mul(rule.interval);
        step += 1;
        let base = match rule.frequency {
            Frequency::Daily => first.checked_add(leap.days()),
            Frequency::Weekly => {
                let back = i32::from(first.weekday().to_monday_zero_offset());
                first
                    .checked_add(leap.weeks())
                    .and_then(|day| day.checked_sub(back.days()))
            }
            Frequency::Monthly => first.checked_add(leap.months()),
            Frequency::Yearly => first.checked_add(leap.years()),
        };
        let Ok(base) = base else { break };
        if base > last {
            break;
        }
        match rule.frequency {
            Frequency::Weekly => {
                let own = [first.weekday()];
                let wanted: &[Weekday] = if rule.days.is_empty() { &own } else { &rule.days };
                let week = (0..7_i32).map(|offset| base.saturating_add(offset.days()));
                days.extend(week.filter(|day| wanted.contains(&day.weekday()) && *day >= first && *day <= last));
            }
            // A month without the day is left out, not moved.
            Frequency::Monthly | Frequency::Yearly if base.day() != first.day() => {}
            _ => days.push(base),
        }
    }
    days.truncate(rule.count.unwrap_or(MOST_INSTANCES).min(MOST_INSTANCES));
    days
}

/// The instances of a master, in order; those with an exception of their own are left out.
pub(super) fn instances(master: &Event, calendar: &Calendar) -> Vec<Event> {
    let all = all_instances(master, &calendar.zone());
    all.into_iter()
        .filter(|instance| !calendar.events.contains_key(&instance.id))
        .collect()
}

fn all_instances(master: &Event, calendar_zone: &TimeZone) -> Vec<Event> {
    let Some(rule) = master.fields.get("recurrence").and_then(|lines| read_rule(lines).ok()) else {
        return Vec::new();
    };
    let zone_name = master.times.start.get("timeZone").and_then(Value::as_str);
    let zone = zone_name
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or_else(|| calendar_zone.clone());
    let all_day = master.times.start.get("date").is_some();
    let local = |ms: i64, zone: &TimeZone| zone.to_datetime(Timestamp::from_millisecond(ms).unwrap_or_default());
    let zone = if all_day { calendar_zone.clone() } else { zone };
    let (first, end) = (local(master.times.starts, &zone), local(master.times.ends, &zone));
    let length_days = first.date().until(end.date()).map_or(1, |span| span.get_days());
    let length = master.times.ends - master.times.starts;
    let until = rule.until.as_deref().map(|text| (text.to_owned(), text.len()));
    let mut found = Vec::new();
    for day in days_of(&rule, first.date()) {
        let (times, mark) = if all_day {
            let times = EventTimes::all_day(day, day.saturating_add(length_days.days()), &zone);
            (times, day.strftime("%Y%m%d").to_string())
        } else {
            let Ok(start) = zone.to_timestamp(DateTime::from_parts(day, first.time())) else {
                continue;
            };
            let Ok(end) = Timestamp::from_millisecond(start.as_millisecond() + length) else {
                continue;
            };
            let point = |at: Timestamp| json!({ "dateTime": super::times::show(at, calendar_zone), "timeZone": zone_name.unwrap_or("UTC") });
            let times = EventTimes {
                starts: start.as_millisecond(),
                ends: end.as_millisecond(),
                start: point(start),
                end: point(end),
            };
            (times, start.strftime("%Y%m%dT%H%M%SZ").to_string())
        };
        // Both are basic UTC times (or dates), which compare as texts to the shorter one's length.
        if until
            .as_ref()
            .is_some_and(|(until, length)| mark.get(..*length).unwrap_or(&mark) > until.as_str())
        {
            break;
        }
        let wall = format!("{}T{}", day.strftime("%Y%m%d"), first.time().strftime("%H%M%S"));
        if rule.except.iter().any(|except| *except == mark || *except == wall) {
            continue;
        }
        let mut instance = master.clone();
        instance.id = format!("{}_{mark}", master.id);
        instance.fields.remove("recurrence");
        instance.fields.insert("recurringEventId".to_owned(), json!(master.id));
        instance
            .fields
            .insert("originalStartTime".to_owned(), times.start.clone());
        instance.times = times;
        found.push(instance);
    }
    found
}

/// The instance of this id, if it is one of a series and has no exception yet.
pub(super) fn instance(calendar: &Calendar, id: &str) -> Option<Event> {
    let (master, _) = id.split_once('_')?;
    let master = calendar.event(master).ok().filter(|master| master.is_series())?;
    instances(master, calendar)
        .into_iter()
        .find(|instance| instance.id == id)
}

/// Whether it is an exception of a series that is not cancelled.
pub(super) fn belongs_to_living_series(event: &Event, calendar: &Calendar) -> bool {
    let master = event.fields.get("recurringEventId").and_then(Value::as_str);
    master
        .and_then(|master| calendar.event(master).ok())
        .is_some_and(|master| !master.is_cancelled())
}

/// The exceptions of a series go with it.
pub(super) fn cancel_exceptions(calendar: &mut Calendar, master: &Event) {
    if !master.is_series() || !master.is_cancelled() {
        return;
    }
    for event in calendar.events.values_mut().flatten() {
        let of_it = event.fields.get("recurringEventId").and_then(Value::as_str) == Some(&master.id);
        if of_it && !event.is_cancelled() {
            "cancelled".clone_into(&mut event.status);
            event.version = master.version;
            event.updated = master.updated;
        }
    }
}

/// Gives an instance an entry of its own, before it is changed or deleted.
pub(super) fn detach(calendar: &mut Calendar, id: &str) {
    if !calendar.events.contains_key(id)
        && let Some(instance) = instance(calendar, id)
    {
        calendar.events.insert(id.to_owned(), vec![instance]);
    }
}

/// After a change of a series: instances that are no more become cancelled exceptions, so that a sync tells of them.
pub(super) fn cancel_lost(calendar: &mut Calendar, before: &Event, after: &Event) {
    if !before.is_series() {
        return;
    }
    let zone = calendar.zone();
    let kept: Vec<String> = all_instances(after, &zone)
        .into_iter()
        .map(|instance| instance.id)
        .collect();
    for mut lost in all_instances(before, &zone) {
        if !kept.contains(&lost.id) && !calendar.events.contains_key(&lost.id) {
            "cancelled".clone_into(&mut lost.status);
            lost.version = after.version;
            lost.updated = after.updated;
            calendar.events.insert(lost.id.clone(), vec![lost]);
        }
    }
}

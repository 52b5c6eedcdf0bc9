//! The engine offers what the clocks of the world show: in every zone, around every moving of its clocks from 2024 to
//! 2030, on New Year's Day and on 29 February, with hours at, over, into and out of the hour that is skipped or repeated.
//!
//! All zones take minutes and run under `TIMETAP_TORTURE=1` (`cargo xtask torture`); a choice of unusual ones always runs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::oracle::Walk;
use super::support::{FREE, WEEK};
use crate::slots::{HostCalendar, HostRules, WeeklyWindow, check_slot, nearest_slots, offer_slots};
use crate::span::Span;

/// Half an hour, midnight, a quarter of an hour, two hours, "negative" winter time, Ramadan, decisions of governments, and
/// no change at all.
const UNUSUAL: [&str; 16] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
];

/// So many of the hours are tried at each moment in the short form; the next moment takes the next ones.
const HOURS_AT_ONCE: usize = 3;

fn torture() -> bool {
    std::env::var("TIMETAP_TORTURE").is_ok_and(|value| value == "1")
}

/// When the zone's clocks are moved from 2024 to 2030.
fn movings(zone: &TimeZone) -> Vec<Timestamp> {
    let from: Timestamp = "2023-12-31T23:59:59Z".parse().unwrap();
    let until: Timestamp = "2031-01-01T00:00:00Z".parse().unwrap();
    zone.following(from)
        .map(|transition| transition.timestamp())
        .take_while(|at| *at < until)
        .collect()
}

/// The moments around which the engine is asked: the movings, or the days on which others move theirs; and the first and
/// the leap days.
fn moments(zone: &TimeZone) -> Vec<Timestamp> {
    let mut moments = movings(zone);
    let noon = |year, month, day| {
        date(year, month, day)
            .at(12, 0, 0, 0)
            .to_zoned(zone.clone())
            .unwrap()
            .timestamp()
    };
    if moments.is_empty() {
        moments.extend((2024..=2030).flat_map(|year| [noon(year, 3, 31), noon(year, 10, 27)]));
    }
    moments.extend((2024..=2030).map(|year| noon(year, 1, 1)));
    moments.extend([noon(2024, 2, 29), noon(2028, 2, 29)]);
    moments
}

/// Windows of every day, a duration and an interval.
type Hours = (Vec<(u16, u16)>, u16, u16);

/// Hours that meet the moment in all ways, and those at the ends of the day. `skips` and `shows` are what the wall clock
/// would show at the moment, had nobody moved it, and what it shows, in minutes of the day.
fn hours(skips: u16, shows: u16) -> Vec<Hours> {
    let (early, late) = (skips.min(shows), skips.max(shows));
    let middle = u16::midpoint(early, late);
    let window = |from: u16, to: u16| (from % 1440, from % 1440 + (to + 1440 - from) % 1440);
    let wide = |from: u16, to: u16| window((from + 1440 - 120) % 1440, (to + 120) % 1440);
    vec![
        (vec![wide(early, late)], 60, 15),
        (vec![wide(early, middle)], 30, 30),
        (vec![window(early, late + 90)], 45, 20),
        (vec![window(middle, late + 180)], 30, 30),
        (vec![window(late, late + 60), window(late + 60, late + 120)], 20, 20),
        (vec![window((early + 1439) % 1440, late + 1)], 1, 7),
        (vec![(0, 1440)], 60, 60),
        (vec![(0, 2880)], 90, 45),
        (vec![(1320, 1440)], 60, 30),
        (vec![(1320, 1560)], 60, 30),
        (vec![(1260, 1440 + late.min(1000) + 1)], 45, 15),
        (vec![(1439, 1440)], 1, 5),
        (vec![(1439, 1500), (0, 30)], 5, 5),
        (vec![(0, 1439)], 120, 60),
        (vec![(0, 1)], 1, 1440),
        (vec![(540, 780), (840, 1080)], 60, 60),
        (vec![(60, 300)], 1440, 5),
        (vec![(0, 1440)], 1440, 5),
    ]
}

fn rules(zone: &TimeZone, windows: &[(u16, u16)], interval: u16) -> HostRules {
    let weekly = WEEK.into_iter().flat_map(|weekday| {
        windows.iter().map(move |(start_minute, end_minute)| WeeklyWindow {
            weekday,
            start_minute: *start_minute,
            end_minute: *end_minute,
        })
    });
    HostRules {
        zone: zone.clone(),
        weekly: weekly.collect(),
        overrides: BTreeMap::new(),
        buffer_before: 0,
        buffer_after: 0,
        minimum_notice: 0,
        horizon_days: 30,
        slot_interval: interval,
        daily_limit: None,
    }
}

fn minute_of_day(zone: &TimeZone, at: Timestamp) -> u16 {
    let wall = zone.to_datetime(at);
    u16::try_from(wall.hour()).unwrap() * 60 + u16::try_from(wall.minute()).unwrap()
}

/// Compares both engines around the moment; how many slots they agreed about.
fn agree_around(name: &str, zone: &TimeZone, moment: Timestamp, chosen: impl Fn(usize) -> bool) -> usize {
    let hour = SignedDuration::from_hours(1);
    let range = Span::new(moment - hour * 26, moment + hour * 26).unwrap();
    let walk = Walk::around(zone, range);
    let minute = SignedDuration::from_mins(1);
    let skips = (minute_of_day(zone, moment - minute) + 1) % 1440;
    let shows = minute_of_day(zone, moment);
    let busy = [
        Span::new(moment - minute * 50, moment - minute * 20).unwrap(),
        Span::new(moment + minute * 75, moment + minute * 100).unwrap(),
    ];
    let taken = HostCalendar {
        claims: &busy[..1],
        external_busy: &busy[1..],
        ..FREE
    };
    let mut agreed = 0;
    for (number, (windows, duration, interval)) in hours(skips, shows).into_iter().enumerate() {
        if !chosen(number) {
            continue;
        }
        let mut rules = rules(zone, &windows, interval);
        for (calendar, buffers) in [(&FREE, (0, 0)), (&taken, (5, 10))] {
            (rules.buffer_before, rules.buffer_after) = buffers;
            let now = range.start;
            let offered = offer_slots(&rules, calendar, duration, range, now);
            let starts: Vec<Timestamp> = offered.iter().map(|slot| slot.start).collect();
            let expected = walk.free_starts(&rules, calendar, duration, range, now);
            assert_eq!(
                starts, expected,
                "{name} around {moment}, open {windows:?}, {duration} min every {interval}"
            );
            for slot in nearest_slots(&offered, moment, 2) {
                assert_eq!(
                    check_slot(&rules, calendar, duration, slot.start, now),
                    Ok(slot),
                    "{name}"
                );
            }
            agreed += offered.len();
        }
    }
    agreed
}

#[test]
fn slots_are_what_the_clocks_of_the_world_show() {
    let names: BTreeSet<String> = if torture() {
        jiff::tz::db()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect()
    } else {
        UNUSUAL.map(str::to_owned).into()
    };
    assert!(!torture() || names.len() > 500, "only {} zones are known", names.len());
    let (mut agreed, mut moved, mut asked) = (0, 0, 0);
    for name in &names {
        let zone = TimeZone::get(name).unwrap();
        moved += movings(&zone).len();
        for (place, moment) in moments(&zone).into_iter().enumerate() {
            let all = hours(0, 60).len();
            let chosen =
                |number: usize| torture() || (number + all - place * HOURS_AT_ONCE % all) % all < HOURS_AT_ONCE;
            agreed += agree_around(name, &zone, moment, chosen);
            asked += 1;
        }
    }
    println!(
        "{} zones, {asked} moments, {moved} movings of the clocks, {agreed} slots",
        names.len()
    );
    // Proof that something was compared at all.
    assert!(
        moved >= names.len() * 4 && agreed >= asked * 50,
        "{moved} movings, {agreed} slots"
    );
}

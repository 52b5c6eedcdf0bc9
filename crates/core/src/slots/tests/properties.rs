//! What holds for every host in every zone: the engine agrees with the plain one, and with itself.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::oracle::free_starts;
use super::support::{WEEK, cases};
use crate::slots::{
    DayWindow, HostCalendar, HostRules, WeeklyWindow, check_slot, claim_span, explain_slots, offer_slots,
};
use crate::span::Span;

/// Zones that move their clocks by an hour, half an hour, two hours or a whole day; at night, at midnight, at one
/// minute past; often, rarely and never; far east, far west and by quarters of an hour.
const ZONES: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Madrid",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kwajalein",
    "UTC",
];

#[derive(Debug)]
struct World {
    rules: HostRules,
    claims: Vec<Span>,
    external_busy: Vec<Span>,
    booked_starts: Vec<Timestamp>,
    duration: u16,
    range: Span,
    now: Timestamp,
}

impl World {
    fn calendar(&self) -> HostCalendar<'_> {
        HostCalendar {
            claims: &self.claims,
            external_busy: &self.external_busy,
            booked_starts: &self.booked_starts,
            calendar_known: true,
        }
    }
}

/// Some minutes up to two days before a moment at which the zone's clocks are moved, between 1976 and 2037; a moment
/// like any other where they never are.
fn anchor(zone: &TimeZone, second: i64, lead_minutes: i64) -> Timestamp {
    let at = Timestamp::from_second(second.div_euclid(60) * 60).unwrap();
    let limit = Timestamp::from_second(2_145_916_800).unwrap();
    let moved = zone
        .following(at)
        .next()
        .map(|t| t.timestamp())
        .filter(|t| *t < limit)
        .unwrap_or(at);
    Timestamp::from_second(moved.as_second().div_euclid(60) * 60).unwrap() - SignedDuration::from_mins(lead_minutes)
}

prop_compose! {
    fn windows(max: usize)(windows in prop::collection::vec((0u16..1440, 1u16..1500), 0..max)) -> Vec<DayWindow> {
        windows.into_iter().map(|(start, length)| DayWindow { start_minute: start, end_minute: (start + length).min(2880) }).collect()
    }
}

prop_compose! {
    fn host()(
        zone in prop::sample::select(&ZONES[..]),
        weekly in prop::collection::vec(windows(3), 7),
        overrides in prop::collection::vec((0i64..4, windows(3)), 0..3),
        (buffer_before, buffer_after) in prop_oneof![Just((0, 0)), (0u32..90, 0u32..90)],
        minimum_notice in prop_oneof![Just(0u32), 0u32..600],
        horizon_days in prop_oneof![Just(60u16), 0u16..5],
        slot_interval in prop::sample::select(&[5u16, 7, 15, 20, 30, 45, 60, 90, 1440][..]),
        daily_limit in prop_oneof![3 => Just(None), 1 => (0u16..3).prop_map(Some)],
        (second, lead) in (189_302_400i64..2_145_000_000, -600i64..2880),
    ) -> (HostRules, Timestamp) {
        let zone = TimeZone::get(zone).unwrap();
        let from = anchor(&zone, second, lead);
        let first_day = zone.to_datetime(from).date();
        let weekly = weekly.into_iter().zip(WEEK).flat_map(|(windows, weekday)| {
            windows.into_iter().map(move |w| WeeklyWindow { weekday, start_minute: w.start_minute, end_minute: w.end_minute })
        });
        let overrides: BTreeMap<_, _> = overrides
            .into_iter()
            .map(|(day, windows)| (first_day + jiff::Span::new().days(day - 1), windows))
            .collect();
        let weekly = weekly.collect();
        let rules = HostRules {
            zone, weekly, overrides, buffer_before, buffer_after, minimum_notice, horizon_days, slot_interval, daily_limit,
        };
        (rules, from)
    }
}

prop_compose! {
    fn world()(
        (rules, from) in host(),
        claims in prop::collection::vec((-200i64..4500, 1i64..300), 0..6),
        external in prop::collection::vec((-200i64..4500, 1i64..300), 0..4),
        booked in prop::collection::vec(-200i64..4500, 0..5),
        duration in prop_oneof![Just(60u16), 1u16..300],
        range_minutes in 1i64..4320,
        now_minutes in prop_oneof![Just(-60i64), -4000i64..4000],
        now_second in 0i64..60,
    ) -> World {
        let minute = |n: i64| from + SignedDuration::from_mins(n);
        let spans = |pairs: Vec<(i64, i64)>| pairs.into_iter().map(|(start, length)| Span::new(minute(start), minute(start + length)).unwrap()).collect();
        World {
            rules,
            claims: spans(claims),
            external_busy: spans(external),
            booked_starts: booked.into_iter().map(minute).collect(),
            duration,
            range: Span::new(from, minute(range_minutes)).unwrap(),
            now: minute(now_minutes) + SignedDuration::from_secs(now_second),
        }
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn offers_what_the_plain_engine_offers(world in world()) {
        let offered: Vec<_> = offer_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now)
            .iter()
            .map(|slot| slot.start)
            .collect();
        prop_assert_eq!(offered, free_starts(&world.rules, &world.calendar(), world.duration, world.range, world.now));
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn accepts_exactly_what_is_offered(world in world(), others in prop::collection::vec(-100_000i64..300_000, 20)) {
        let offered = offer_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now);
        let explained = explain_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now);
        for (slot, reason) in &explained {
            let checked = check_slot(&world.rules, &world.calendar(), world.duration, slot.start, world.now);
            prop_assert_eq!(checked.err(), *reason, "at {}", slot.start);
        }
        let others = others.into_iter().map(|seconds| world.range.start + SignedDuration::from_secs(seconds));
        for start in others.filter(|start| world.range.contains(*start)) {
            let checked = check_slot(&world.rules, &world.calendar(), world.duration, start, world.now);
            prop_assert_eq!(checked.is_ok(), offered.iter().any(|slot| slot.start == start), "at {}", start);
        }
        for slot in &offered {
            prop_assert_eq!(check_slot(&world.rules, &world.calendar(), world.duration, slot.start, world.now), Ok(*slot));
        }
    }

    #[test]
    fn explains_every_offer_in_order_and_each_time_once(world in world()) {
        let offered = offer_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now);
        let explained = explain_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now);
        let free: Vec<_> = explained.iter().filter(|(_, reason)| reason.is_none()).map(|(slot, _)| *slot).collect();
        prop_assert_eq!(free, offered);
        prop_assert!(explained.windows(2).all(|pair| pair[0].0.start < pair[1].0.start));
    }

    #[test]
    fn no_offer_touches_busy_time_even_with_its_buffers(world in world()) {
        for slot in offer_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now) {
            let claim = claim_span(&world.rules, slot);
            prop_assert!(!world.claims.iter().chain(&world.external_busy).any(|busy| busy.overlaps(&claim)));
            prop_assert!(world.range.contains(slot.start) && slot.start >= world.now);
        }
    }

    #[test]
    fn a_range_cut_in_two_offers_the_same(world in world(), cut in 0.0f64..1.0) {
        let whole = offer_slots(&world.rules, &world.calendar(), world.duration, world.range, world.now);
        #[expect(clippy::cast_possible_truncation, reason = "a place somewhere in the range")]
        let middle = world.range.start + SignedDuration::from_secs((world.range.duration().as_secs_f64() * cut) as i64);
        let mut halves = Vec::new();
        for (start, end) in [(world.range.start, middle), (middle, world.range.end)] {
            halves.extend(offer_slots(&world.rules, &world.calendar(), world.duration, Span { start, end }, world.now));
        }
        prop_assert_eq!(whole, halves);
    }
}

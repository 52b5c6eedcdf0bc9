//! Rules that no host would write: they may offer nothing, but they never bring the engine down.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::support::{FREE, WEEK, at, cases, open_daily, span};
use crate::slots::{
    DayWindow, HostCalendar, HostRules, MAX_HORIZON_DAYS, Refusal, WeeklyWindow, check_slot, explain_slots, offer_slots,
};
use crate::span::Span;

fn any_instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
        (Timestamp::MIN.as_millisecond()..Timestamp::MAX.as_millisecond())
            .prop_map(|ms| Timestamp::from_millisecond(ms).unwrap()),
        (0i64..4_000_000_000).prop_map(|s| Timestamp::from_second(s).unwrap()),
    ]
}

fn any_window() -> impl Strategy<Value = DayWindow> {
    (any::<u16>(), any::<u16>()).prop_map(|(start_minute, end_minute)| DayWindow {
        start_minute,
        end_minute,
    })
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    let names = crate::text::ZoneName::choices();
    prop::sample::select(names).prop_map(|name| TimeZone::get(&name).unwrap())
}

prop_compose! {
    fn hostile()(
        zone in any_zone(),
        weekly in prop::collection::vec((0usize..7, any_window()), 0..20),
        overrides in prop::collection::btree_map(
            prop_oneof![Just(Date::MIN), Just(Date::MAX), (-9999i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))],
            prop::collection::vec(any_window(), 0..3),
            0..4,
        ),
        (buffer_before, buffer_after, minimum_notice) in (any::<u32>(), any::<u32>(), any::<u32>()),
        (horizon_days, slot_interval, daily_limit) in (any::<u16>(), any::<u16>(), any::<Option<u16>>()),
        calm in any::<bool>(),
    ) -> HostRules {
        let weekly = weekly.into_iter().map(|(day, w)| WeeklyWindow { weekday: WEEK[day], start_minute: w.start_minute, end_minute: w.end_minute }).collect();
        let calmed = |n: u32| if calm { n % 100 } else { n };
        HostRules {
            zone, weekly, overrides, horizon_days, slot_interval, daily_limit,
            buffer_before: calmed(buffer_before), buffer_after: calmed(buffer_after), minimum_notice: calmed(minimum_notice),
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn never_panics_and_stays_bounded(
        rules in hostile(),
        (a, b, now, start) in (any_instant(), any_instant(), any_instant(), any_instant()),
        spans in prop::collection::vec((any_instant(), any_instant()), 0..5),
        duration in any::<u16>(),
        calendar_known in prop::bool::weighted(0.9),
    ) {
        let spans: Vec<Span> = spans.into_iter().map(|(start, end)| Span { start, end }).collect();
        let starts: Vec<Timestamp> = spans.iter().map(|span| span.start).collect();
        let calendar = HostCalendar { claims: &spans, external_busy: &spans, booked_starts: &starts, calendar_known };
        let range = Span { start: a, end: b };
        let offered = offer_slots(&rules, &calendar, duration, range, now);
        prop_assert!(offered.len() <= (usize::from(MAX_HORIZON_DAYS) + 2) * 576);
        let explained = explain_slots(&rules, &calendar, duration, range, now);
        prop_assert!(explained.len() <= 406 * 576);
        for slot in offered.iter().take(3).chain(offered.iter().rev().take(3)) {
            prop_assert_eq!(check_slot(&rules, &calendar, duration, slot.start, now), Ok(*slot));
        }
        let _ = check_slot(&rules, &calendar, duration, start, now);
    }

    #[test]
    fn a_duration_of_nothing_is_no_slot(rules in hostile(), start in any_instant()) {
        let range = span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        prop_assert!(offer_slots(&rules, &FREE, 0, range, range.start).is_empty());
        prop_assert!(explain_slots(&rules, &FREE, 0, range, range.start).is_empty());
        prop_assert!(check_slot(&rules, &FREE, 0, start, range.start).is_err());
    }
}

#[test]
fn a_slot_longer_than_any_window_is_never_offered() {
    let rules = open_daily("UTC", "00:00", "48:00");
    let range = span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    assert!(offer_slots(&rules, &FREE, u16::MAX, range, range.start).is_empty());
    assert_eq!(
        check_slot(&rules, &FREE, u16::MAX, at("2026-01-05T00:00:00Z"), range.start),
        Err(Refusal::OutsideHours)
    );
    assert!(check_slot(&rules, &FREE, 2880, at("2026-01-05T00:00:00Z"), range.start).is_ok());
}

#[test]
fn a_grid_finer_than_the_finest_counts_as_the_finest() {
    let mut rules = open_daily("UTC", "09:00", "10:00");
    rules.slot_interval = 0;
    let range = span("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    let found = offer_slots(&rules, &FREE, 50, range, range.start);
    assert_eq!(
        found.iter().map(|slot| slot.start).collect::<Vec<_>>(),
        ["09:00", "09:05", "09:10"].map(|clock| at(&format!("2026-01-01T{clock}:00Z")))
    );
}

#[test]
fn an_endless_range_ends_at_the_horizon() {
    let mut rules = open_daily("Europe/Madrid", "09:00", "10:00");
    rules.horizon_days = u16::MAX;
    let endless = Span {
        start: Timestamp::MIN,
        end: Timestamp::MAX,
    };
    let now = at("2026-01-01T00:00:00Z");
    assert_eq!(
        offer_slots(&rules, &FREE, 60, endless, now).len(),
        usize::from(MAX_HORIZON_DAYS) + 1
    );
    assert!(explain_slots(&rules, &FREE, 60, endless, now).len() <= 401);
}

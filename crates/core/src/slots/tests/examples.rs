//! Days on which hand-made slot engines go wrong, worked out by hand.

use std::collections::BTreeMap;

use jiff::civil::{Weekday, date};
use rstest::rstest;

use super::support::{FREE, at, minute, open_daily, span};
use crate::slots::{
    DayWindow, HostCalendar, HostRules, Refusal, Slot, WeeklyWindow, check_slot, claim_span, explain_slots, offer_slots,
};

/// The starts offered within `from`–`to`, as UTC "MM-DDTHH:MM", seen from a day before.
fn starts(rules: &HostRules, duration: u16, from: &str, to: &str) -> Vec<String> {
    let range = span(from, to);
    let now = range.start - jiff::SignedDuration::from_hours(24);
    offer_slots(rules, &FREE, duration, range, now)
        .iter()
        .inspect(|slot| assert_eq!((slot.end - slot.start).get_seconds(), i64::from(duration) * 60))
        .map(|slot| slot.start.to_string()[5..16].to_owned())
        .collect()
}

#[test]
fn new_york_on_the_day_the_clocks_go_forward() {
    let rules = open_daily("America/New_York", "13:00", "18:00");
    let found = starts(&rules, 60, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z");
    assert_eq!(
        found,
        [
            "03-08T17:00",
            "03-08T18:00",
            "03-08T19:00",
            "03-08T20:00",
            "03-08T21:00"
        ]
    );
    let day_before = starts(&rules, 60, "2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z");
    assert_eq!(day_before[0], "03-07T18:00");
}

#[rstest]
#[case::gap("America/New_York", "00:00", "05:00", "2026-03-08T05:00:00Z", &["03-08T05:00", "03-08T06:00", "03-08T07:00", "03-08T08:00"])]
#[case::fold_first_of_two("America/New_York", "00:00", "04:00", "2026-11-01T04:00:00Z", &["11-01T04:00", "11-01T05:00", "11-01T07:00", "11-01T08:00"])]
#[case::closing_in_a_fold("America/New_York", "00:00", "01:30", "2026-11-01T04:00:00Z", &["11-01T04:00"])]
#[case::closing_in_a_gap("America/New_York", "00:00", "02:30", "2026-03-08T05:00:00Z", &["03-08T05:00", "03-08T06:00"])]
#[case::opening_in_a_gap("America/New_York", "02:30", "05:00", "2026-03-08T05:00:00Z", &["03-08T07:30"])]
#[case::half_hour_forward("Australia/Lord_Howe", "01:00", "04:00", "2026-10-03T13:30:00Z", &["10-03T14:30", "10-03T16:00"])]
#[case::half_hour_back("Australia/Lord_Howe", "01:00", "04:00", "2026-04-04T13:00:00Z", &["04-04T14:00", "04-04T15:30", "04-04T16:30"])]
#[case::ramadan_begins("Africa/Casablanca", "01:00", "05:00", "2026-02-15T00:00:00Z", &["02-15T00:00", "02-15T01:00", "02-15T03:00", "02-15T04:00"])]
#[case::ramadan_ends("Africa/Casablanca", "01:00", "05:00", "2026-03-22T00:00:00Z", &["03-22T01:00", "03-22T02:00", "03-22T03:00"])]
#[case::midnight_skipped("America/Santiago", "00:00", "03:00", "2026-09-06T03:59:00Z", &["09-06T04:00", "09-06T05:00"])]
#[case::quarter_hours("Asia/Kathmandu", "09:00", "11:00", "2026-05-01T00:00:00Z", &["05-01T03:15", "05-01T04:15"])]
#[case::two_hours_at_once("Antarctica/Troll", "00:00", "05:00", "2026-03-29T00:00:00Z", &["03-29T00:00", "03-29T01:00", "03-29T02:00"])]
fn around_moved_clocks(
    #[case] zone: &str,
    #[case] opens: &str,
    #[case] closes: &str,
    #[case] from: &str,
    #[case] expected: &[&str],
) {
    let rules = open_daily(zone, opens, closes);
    let to = (at(from) + jiff::SignedDuration::from_hours(20)).to_string();
    assert_eq!(starts(&rules, 60, from, &to), expected);
}

#[test]
fn samoa_had_no_30_december_2011() {
    let rules = open_daily("Pacific/Apia", "09:00", "11:00");
    let found = starts(&rules, 60, "2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z");
    assert_eq!(
        found,
        [
            "12-29T19:00",
            "12-29T20:00",
            "12-30T19:00",
            "12-30T20:00",
            "12-31T19:00",
            "12-31T20:00"
        ]
    );
    let range = span("2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z");
    let explained = explain_slots(&rules, &FREE, 60, range, range.start);
    assert_eq!(
        explained.len(),
        6,
        "the skipped day's times coincide with the next day's and are not shown twice"
    );
}

#[rstest]
#[case::crossing_midnight("22:00", "26:00", &["05-04T20:00", "05-04T21:00", "05-04T22:00", "05-04T23:00"])]
#[case::to_midnight("22:00", "24:00", &["05-04T20:00", "05-04T21:00"])]
#[case::nearly_midnight("22:00", "23:59", &["05-04T20:00"])]
#[case::from_nearly_midnight("23:59", "25:00", &["05-04T21:59"])]
fn a_monday_window_near_midnight(#[case] opens: &str, #[case] closes: &str, #[case] expected: &[&str]) {
    let mut rules = open_daily("Europe/Madrid", opens, closes);
    rules.weekly.retain(|window| window.weekday == Weekday::Monday);
    assert_eq!(
        starts(&rules, 60, "2026-05-01T00:00:00Z", "2026-05-08T00:00:00Z"),
        expected
    );
}

#[test]
fn an_override_replaces_the_windows_that_start_on_its_day_and_no_others() {
    let mut rules = open_daily("Europe/Madrid", "22:00", "26:00");
    let closed = BTreeMap::from([(date(2026, 5, 5), vec![])]);
    rules.overrides = closed;
    let day = starts(&rules, 60, "2026-05-04T22:00:00Z", "2026-05-05T22:00:00Z");
    assert_eq!(
        day,
        ["05-04T22:00", "05-04T23:00"],
        "Monday's window still reaches into the closed Tuesday"
    );
    rules.overrides.insert(
        date(2026, 5, 5),
        vec![DayWindow {
            start_minute: minute("10:00"),
            end_minute: minute("11:00"),
        }],
    );
    let day = starts(&rules, 60, "2026-05-05T00:00:00Z", "2026-05-06T22:00:00Z");
    assert_eq!(day, ["05-05T08:00", "05-06T20:00", "05-06T21:00"]);
}

#[test]
fn leap_days_are_days() {
    let rules = open_daily("Europe/Madrid", "09:00", "10:00");
    let found = starts(&rules, 60, "2028-02-28T00:00:00Z", "2028-03-02T00:00:00Z");
    assert_eq!(found, ["02-28T08:00", "02-29T08:00", "03-01T08:00"]);
}

#[test]
fn overlapping_windows_are_one_and_share_its_grid() {
    let mut rules = open_daily("UTC", "09:00", "10:30");
    rules.weekly.extend(open_daily("UTC", "10:15", "12:00").weekly);
    assert_eq!(
        starts(&rules, 60, "2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z"),
        ["05-05T09:00", "05-05T10:00", "05-05T11:00"]
    );
}

#[test]
fn the_interval_is_independent_of_the_duration() {
    let mut rules = open_daily("UTC", "09:00", "11:00");
    rules.slot_interval = 15;
    let found = starts(&rules, 90, "2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z");
    assert_eq!(found, ["05-05T09:00", "05-05T09:15", "05-05T09:30"]);
    rules.slot_interval = 45;
    let found = starts(&rules, 20, "2026-05-05T00:00:00Z", "2026-05-06T00:00:00Z");
    assert_eq!(found, ["05-05T09:00", "05-05T09:45", "05-05T10:30"]);
}

#[test]
fn every_reason_by_name() {
    let mut rules = open_daily("Europe/Madrid", "09:00", "18:00");
    rules.weekly.retain(|window| window.weekday != Weekday::Sunday);
    rules.weekly.push(WeeklyWindow {
        weekday: Weekday::Sunday,
        start_minute: 60,
        end_minute: 180,
    }); // 01:00–03:00
    (rules.buffer_before, rules.buffer_after) = (10, 20);
    (rules.minimum_notice, rules.horizon_days) = (120, 30);
    rules.overrides.insert(date(2027, 3, 24), vec![]);
    rules.daily_limit = Some(1);
    let now = at("2027-03-22T08:00:00Z"); // Monday, 09:00 in Madrid
    let claims = [span("2027-03-23T09:50:00Z", "2027-03-23T11:20:00Z")]; // a booking 11:00–12:00 with its buffers
    let external_busy = [span("2027-03-23T13:00:00Z", "2027-03-23T13:30:00Z")];
    let booked_starts = [at("2027-03-25T14:00:00Z")];
    let known = HostCalendar {
        claims: &claims,
        external_busy: &external_busy,
        booked_starts: &booked_starts,
        calendar_known: true,
    };
    let reason = |start: &str| check_slot(&rules, &known, 60, at(start), now).err();
    assert_eq!(reason("2027-03-22T07:00:00Z"), Some(Refusal::Past));
    assert_eq!(reason("2027-03-22T09:00:00Z"), Some(Refusal::TooSoon));
    assert_eq!(
        reason("2027-03-22T10:00:00Z"),
        None,
        "exactly the minimum notice is enough"
    );
    assert_eq!(
        reason("2027-04-21T15:00:00Z"),
        None,
        "the last day of the horizon, in full"
    );
    assert_eq!(reason("2027-04-22T07:00:00Z"), Some(Refusal::BeyondHorizon));
    assert_eq!(reason("2027-03-22T17:00:00Z"), Some(Refusal::OutsideHours));
    assert_eq!(reason("2027-03-23T20:00:00Z"), Some(Refusal::OutsideHours));
    assert_eq!(reason("2027-03-24T10:00:00Z"), Some(Refusal::DayClosed));
    assert_eq!(reason("2027-03-26T10:30:00Z"), Some(Refusal::OffGrid));
    assert_eq!(reason("2027-03-26T10:00:01Z"), Some(Refusal::OffGrid));
    assert_eq!(
        reason("2027-03-28T01:00:00Z"),
        Some(Refusal::ClockGap),
        "02:00 on the day the clocks go forward"
    );
    assert_eq!(reason("2027-03-25T09:00:00Z"), Some(Refusal::DailyLimit));
    assert_eq!(reason("2027-03-23T10:00:00Z"), Some(Refusal::Booked));
    assert_eq!(
        reason("2027-03-23T11:00:00Z"),
        Some(Refusal::Booked),
        "the other booking's own break is not free either"
    );
    assert_eq!(reason("2027-03-23T13:00:00Z"), Some(Refusal::ExternallyBusy));
    assert_eq!(reason("2027-03-23T12:00:00Z"), Some(Refusal::ExternallyBusyBuffer));
    let unknown = HostCalendar {
        calendar_known: false,
        ..known
    };
    assert_eq!(
        check_slot(&rules, &unknown, 60, at("2027-03-26T10:00:00Z"), now),
        Err(Refusal::CalendarUnknown)
    );
    assert!(
        offer_slots(
            &rules,
            &unknown,
            60,
            span("2027-03-22T00:00:00Z", "2027-04-22T00:00:00Z"),
            now
        )
        .is_empty()
    );

    let near = [span("2027-03-23T11:00:00Z", "2027-03-23T11:05:00Z")];
    let buffered = HostCalendar { claims: &near, ..known };
    assert_eq!(
        check_slot(&rules, &buffered, 60, at("2027-03-23T10:00:00Z"), now),
        Err(Refusal::BookedBuffer)
    );
}

#[test]
fn buffers_reach_outside_the_hours_and_touching_is_free() {
    let mut rules = open_daily("UTC", "09:00", "10:00");
    (rules.buffer_before, rules.buffer_after) = (30, 15);
    let slot = Slot {
        start: at("2026-05-05T09:00:00Z"),
        end: at("2026-05-05T10:00:00Z"),
    };
    assert_eq!(
        claim_span(&rules, slot),
        span("2026-05-05T08:30:00Z", "2026-05-05T10:15:00Z")
    );
    let around = [
        span("2026-05-05T08:00:00Z", "2026-05-05T08:30:00Z"),
        span("2026-05-05T10:15:00Z", "2026-05-05T11:00:00Z"),
    ];
    let calendar = HostCalendar {
        claims: &around,
        ..FREE
    };
    let now = at("2026-05-04T00:00:00Z");
    assert_eq!(check_slot(&rules, &calendar, 60, slot.start, now), Ok(slot));
    rules.buffer_after = 16;
    assert_eq!(
        check_slot(&rules, &calendar, 60, slot.start, now),
        Err(Refusal::BookedBuffer)
    );
}

#[test]
fn the_daily_limit_counts_by_the_hosts_calendar() {
    let mut rules = open_daily("America/Los_Angeles", "16:00", "20:00");
    rules.daily_limit = Some(2);
    // Both on 4 May in Los Angeles, though on two days in UTC.
    let booked = [at("2026-05-04T23:00:00Z"), at("2026-05-05T00:00:00Z")];
    let calendar = HostCalendar {
        booked_starts: &booked,
        ..FREE
    };
    let now = at("2026-05-04T00:00:00Z");
    assert_eq!(
        check_slot(&rules, &calendar, 60, at("2026-05-05T01:00:00Z"), now),
        Err(Refusal::DailyLimit)
    );
    assert!(check_slot(&rules, &calendar, 60, at("2026-05-05T23:00:00Z"), now).is_ok());
    rules.daily_limit = Some(3);
    assert!(check_slot(&rules, &calendar, 60, at("2026-05-05T01:00:00Z"), now).is_ok());
}

#[test]
fn the_second_pass_of_a_repeated_hour_is_not_offered() {
    let rules = open_daily("Europe/Madrid", "01:00", "05:00");
    let now = at("2026-10-24T00:00:00Z");
    assert!(check_slot(&rules, &FREE, 30, at("2026-10-25T00:00:00Z"), now).is_ok());
    assert_eq!(
        check_slot(&rules, &FREE, 30, at("2026-10-25T01:00:00Z"), now),
        Err(Refusal::OffGrid)
    );
}

#[test]
fn a_range_takes_its_start_and_leaves_its_end() {
    let rules = open_daily("UTC", "09:00", "12:00");
    assert_eq!(
        starts(&rules, 60, "2026-05-05T09:00:00Z", "2026-05-05T11:00:00Z"),
        ["05-05T09:00", "05-05T10:00"]
    );
}

#[test]
fn a_year_of_a_busy_host() {
    let mut rules = open_daily("Europe/Madrid", "08:00", "20:00");
    rules.slot_interval = 15;
    let first = at("2026-01-01T00:00:00Z");
    let hour = |n: i64| first + jiff::SignedDuration::from_hours(n);
    // Every second hour of the year is taken, so 6 of the 12 open ones are free, with 3 starts of half an hour in each.
    let busy: Vec<_> = (0..4380)
        .map(|n| crate::span::Span::new(hour(n * 2), hour(n * 2 + 1)).unwrap())
        .collect();
    let calendar = HostCalendar {
        claims: &busy,
        external_busy: &busy,
        ..FREE
    };
    let slots = offer_slots(
        &rules,
        &calendar,
        30,
        span("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"),
        first,
    );
    assert_eq!(slots.len(), 364 * 18);
}

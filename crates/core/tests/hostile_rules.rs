//! Whatever the rules say and however full a calendar is, each of the engine's questions is answered within two seconds
//! and 64 MB. A program of its own, since it counts every byte that is allocated.
//!
//! More rules are tried under `TIMETAP_TORTURE=1` (`cargo xtask torture`).
#![expect(clippy::unwrap_used, reason = "a test whose scene cannot be made has failed")]

use std::time::{Duration, Instant};

use jiff::civil::{Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use timetap_core::slots::{
    DayWindow, HostCalendar, HostRules, WeeklyWindow, check_slot, explain_slots, nearest_slots, offer_slots,
};
use timetap_core::span::Span;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST_MEMORY: usize = 64 << 20;
const MOST_TIME: Duration = Duration::from_secs(2);

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

#[derive(Clone, Debug)]
struct World {
    rules: HostRules,
    spans: Vec<Span>,
    starts: Vec<Timestamp>,
    duration: u16,
    range: Span,
    now: Timestamp,
}

/// The most that a question took.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    bytes: usize,
    time: Duration,
}

impl Cost {
    fn or(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.max(other.bytes),
            time: self.time.max(other.time),
        }
    }
}

/// How long this thread has been computing; where the system does not say so, how long ago `since` is.
fn computed(since: Instant) -> Duration {
    // The first number is the time on a processor, in nanoseconds (Documentation/scheduler/sched-stats.rst of Linux).
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// What `ask` answers, and that it costs no more than it may.
fn within_limits<T>(what: &str, ask: impl FnOnce() -> T) -> (T, Cost) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let started = Instant::now();
    let computed_before = computed(started);
    let answer = ask();
    let cost = Cost {
        time: computed(started).saturating_sub(computed_before),
        bytes: MEMORY.peak_usage().saturating_sub(before),
    };
    assert!(
        cost.time <= MOST_TIME && cost.bytes <= MOST_MEMORY,
        "{what} took {:?} and {} KB",
        cost.time,
        cost.bytes >> 10
    );
    (answer, cost)
}

impl World {
    fn ask(&self) -> Cost {
        let calendar = HostCalendar {
            claims: &self.spans,
            external_busy: &self.spans,
            booked_starts: &self.starts,
            calendar_known: true,
        };
        let (rules, duration, range, now) = (&self.rules, self.duration, self.range, self.now);
        let (offered, offering) = within_limits("offering", || offer_slots(rules, &calendar, duration, range, now));
        let (explained, explaining) =
            within_limits("explaining", || explain_slots(rules, &calendar, duration, range, now));
        assert!(explained.windows(2).all(|pair| pair[0].0.start < pair[1].0.start));
        let last = offered.last().copied();
        let start = last.map_or(range.start, |slot| slot.start);
        let (checked, checking) = within_limits("checking", || check_slot(rules, &calendar, duration, start, now));
        assert!(
            last.is_none_or(|slot| checked == Ok(slot)),
            "what is offered can be had"
        );
        let (near, choosing) = within_limits("choosing the nearest", || nearest_slots(&offered, now, 4));
        assert_eq!(near.len(), offered.len().min(4));
        offering.or(explaining).or(checking).or(choosing)
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Always open, a start every five minutes for two years, in a zone whose clocks are moved twice a year, windows that
/// overlap by the hundred, and a calendar full of things that leave nearly everything free.
fn as_much_as_there_can_be() -> World {
    let window = |n: u16| DayWindow {
        start_minute: n % 1440,
        end_minute: 2880 - n % 7,
    };
    let weekly = (0..3000u16).map(|n| {
        let open = window(n / 7);
        WeeklyWindow {
            weekday: WEEK[usize::from(n % 7)],
            start_minute: open.start_minute,
            end_minute: open.end_minute,
        }
    });
    let overrides = (0..900).map(|n| {
        let day = date(2026, 1, 1).saturating_add(jiff::Span::new().days(n * 2));
        (day, (0..200).map(window).collect())
    });
    let from = at(1_767_225_600);
    let minute = SignedDuration::from_mins(1);
    World {
        rules: HostRules {
            zone: TimeZone::get("Africa/Casablanca").unwrap(),
            weekly: weekly.collect(),
            overrides: overrides.collect(),
            buffer_before: 0,
            buffer_after: 0,
            minimum_notice: 0,
            horizon_days: u16::MAX,
            slot_interval: 1,
            daily_limit: Some(u16::MAX),
        },
        spans: (0..10_000)
            .rev()
            .map(|n| Span {
                start: from + minute * (n * 100),
                end: from + minute * (n * 100 + 1),
            })
            .collect(),
        starts: (0..10_000).map(|n| from + minute * (n * 100)).collect(),
        duration: 1,
        range: Span {
            start: Timestamp::MIN,
            end: Timestamp::MAX,
        },
        now: from,
    }
}

/// The same, where breaks block everything: every time is asked what it is blocked by.
fn all_blocked() -> World {
    let mut world = as_much_as_there_can_be();
    (world.rules.buffer_before, world.rules.buffer_after) = (99, 99);
    // Explaining does not go further back than its range.
    world.range.start = world.now;
    world
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        1 => Just(Timestamp::MIN),
        1 => Just(Timestamp::MAX),
        1 => (Timestamp::MIN.as_second()..Timestamp::MAX.as_second()).prop_map(at),
        6 => (1_700_000_000_000i64..1_900_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap()),
    ]
}

fn any_window() -> impl Strategy<Value = DayWindow> {
    prop_oneof![(any::<u16>(), any::<u16>()), (0u16..1440, 0u16..2880)].prop_map(|(start_minute, end_minute)| {
        DayWindow {
            start_minute,
            end_minute,
        }
    })
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    let names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .collect();
    prop::sample::select(names).prop_map(|name| TimeZone::get(&name).unwrap())
}

prop_compose! {
    fn any_rules()(
        zone in any_zone(),
        weekly in prop::collection::vec((0usize..7, any_window()), 0..500),
        overrides in prop::collection::btree_map(
            (2023i16..2032, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day)),
            prop::collection::vec(any_window(), 0..50),
            0..50,
        ),
        (buffer_before, buffer_after, minimum_notice) in prop_oneof![
            (any::<u32>(), any::<u32>(), any::<u32>()),
            (0u32..200, 0u32..200, 0u32..10_000),
        ],
        horizon_days in 300u16..,
        slot_interval in prop_oneof![any::<u16>(), 0u16..10],
        daily_limit in any::<Option<u16>>(),
    ) -> HostRules {
        let weekly = weekly.into_iter().map(|(day, window)| WeeklyWindow {
            weekday: WEEK[day],
            start_minute: window.start_minute,
            end_minute: window.end_minute,
        });
        let weekly = weekly.collect();
        HostRules {
            zone, weekly, overrides, buffer_before, buffer_after, minimum_notice, horizon_days, slot_interval, daily_limit,
        }
    }
}

prop_compose! {
    fn any_world()(
        rules in any_rules(),
        (first, every, long, many) in (any_instant(), -600i64..90_000, -60i64..4_000_000, 0i64..=10_000),
        (a, b, now, duration) in (any_instant(), any_instant(), any_instant(), prop_oneof![any::<u16>(), 1u16..90]),
    ) -> World {
        let place = |second: i64| at(second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()));
        let start = |n: i64| place(first.as_second() + every * n);
        World {
            rules,
            spans: (0..many).map(|n| Span { start: start(n), end: place(first.as_second() + every * n + long) }).collect(),
            starts: (0..many).map(start).collect(),
            duration,
            range: Span { start: a.min(b), end: a.max(b) },
            now,
        }
    }
}

// One test: what others allocate at the same time would count.
#[test]
fn proof_that_the_engine_ends_soon_and_in_little_memory() {
    let mut most = Cost::default();
    for (name, world) in [("all free", as_much_as_there_can_be()), ("all blocked", all_blocked())] {
        let cost = world.ask();
        println!("{name}: {} KB, {:?}", cost.bytes >> 10, cost.time);
        most = most.or(cost);
    }
    assert!(most.bytes > 4 << 20, "nothing was counted: {most:?}");
    let torture = std::env::var("TIMETAP_TORTURE").is_ok_and(|value| value == "1");
    let config = Config {
        cases: if torture { 5_000 } else { 10 },
        failure_persistence: None,
        ..Config::default()
    };
    let others = std::cell::Cell::new(Cost::default());
    let ended = TestRunner::new(config).run(&any_world(), |world| {
        others.set(others.get().or(world.ask()));
        Ok(())
    });
    ended.unwrap();
    println!("any rules: {} KB, {:?}", others.get().bytes >> 10, others.get().time);
}

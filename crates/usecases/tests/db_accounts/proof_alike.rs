//! Nobody learns from a stopwatch whether an address has an account.
//!
//! The short form sees the gaps that a missing protection leaves (a skipped hash is a factor of a hundred); the long one,
//! on a machine with nothing else to do, compares medians to five in a hundred.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::{Engine, HostScene, TestProgram, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::forgot_password::forgot_password;
use timetap_usecases::accounts::sign_in::SignInError;
use timetap_usecases::bookings::{BookingForm, book_session};
use uuid::Uuid;

use crate::support::{browser, person, try_sign_in};

const KNOWN: &str = "anna@example.org";
const UNKNOWN: &str = "nobo@example.org";

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn quickest(times: &mut [Duration]) -> Duration {
    times.sort();
    times[0]
}

/// Times of the known and the unknown address, taken in turns.
struct Times([Vec<Duration>; 2]);

impl Times {
    async fn take(app: &TimeTap, tries: usize, once: impl AsyncFn(&str, usize)) -> Self {
        let mut times = Self([Vec::new(), Vec::new()]);
        for number in 0..tries {
            // Past every window that counts tries, so that none is refused.
            app.clock.advance(SignedDuration::from_hours(2));
            // Each goes first as often: whoever does has the first look after the clock went on.
            for turn in 0..2 {
                let kind = (number + turn) % 2;
                let begun = Instant::now();
                once([KNOWN, UNKNOWN][kind], number * 2 + turn).await;
                times.0[kind].push(begun.elapsed());
            }
        }
        times
    }

    fn assert_even(mut self, what: &str, short_bound: f64) {
        let [known, unknown] = &mut self.0;
        // The quickest of a few is what a busy machine disturbs least.
        let (pick, bound): (fn(&mut [Duration]) -> Duration, f64) = torture((quickest, short_bound), (median, 1.05));
        let (known, unknown) = (pick(known), pick(unknown));
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        assert!(
            ratio < bound && ratio > 1.0 / bound,
            "{what}: {known:?} for a known address, {unknown:?} for an unknown one, ratio {ratio:.3}"
        );
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_wrong_password_takes_as_long_for_nobody(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, KNOWN, Role::Staff).await;
    let once = async |address: &str, _: usize| {
        let error = try_sign_in(app, address, "not the password").await.unwrap_err();
        assert!(matches!(error, SignInError::Wrong), "{error:?}");
    };
    Times::take(app, torture(12, 2000), once)
        .await
        .assert_even("signing in", 3.0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn asking_for_a_new_password_takes_as_long_for_nobody(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, KNOWN, Role::Staff).await;
    let once = async |address: &str, _: usize| {
        forgot_password(app, address, &browser("203.0.113.9")).await.unwrap();
    };
    Times::take(app, torture(8, 2000), once)
        .await
        .assert_even("asking for a new password", 1.3);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn booking_takes_as_long_for_nobody(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, KNOWN, Role::Staff).await;
    let host = HostScene::new(Uuid::from_u128(0xa), "berta");
    host.insert(app).await;
    let once = async |address: &str, number: usize| {
        // A day ahead of the clock that goes on two hours a try, each at an hour of its own.
        let ahead = app.clock.now() + (24 + i64::try_from(number % 2).unwrap()).hours();
        let start = ahead.to_zoned(TimeZone::UTC).round(jiff::Unit::Hour).unwrap();
        let form = BookingForm {
            email: address.to_owned(),
            ..host.form(app, &start.timestamp().to_string())
        };
        book_session(app, &form, None, "203.0.113.9").await.unwrap();
    };
    Times::take(app, torture(20, 2000), once)
        .await
        .assert_even("booking", 2.0);
}

//! Breaks, notice, horizon and the other rules around bookings.

use rstest::rstest;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::hosts::save_booking_rules::SaveBookingRulesError;
use timetap_usecases::hosts::{
    BookingRules, BookingRulesForm, CalendarPolicy, load_host, load_rules, save_booking_rules,
};

use crate::support::add_host;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn come_back_as_saved(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let wanted = BookingRules {
        buffer_before: 5,
        buffer_after: 15,
        minimum_notice: 1440,
        horizon_days: 365,
        slot_interval: 45,
        daily_limit: Some(4),
        change_cutoff: 0,
        when_calendar_unknown: CalendarPolicy::OfferNothing,
    };
    save_booking_rules(app, id, BookingRulesForm::from(&wanted))
        .await
        .unwrap();
    assert_eq!(load_host(app, id).await.unwrap().unwrap().rules, wanted);
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(
        (rules.buffer_before, rules.buffer_after, rules.minimum_notice),
        (5, 15, 1440)
    );
    assert_eq!(
        (rules.horizon_days, rules.slot_interval, rules.daily_limit),
        (365, 45, Some(4))
    );
    // No limit again.
    let form = BookingRulesForm {
        daily_limit: " ".to_owned(),
        ..BookingRulesForm::from(&wanted)
    };
    save_booking_rules(app, id, form).await.unwrap();
    assert_eq!(load_host(app, id).await.unwrap().unwrap().rules.daily_limit, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn out_of_range_are_refused_all_at_once(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let form = BookingRulesForm {
        buffer_before: "1441".to_owned(),
        buffer_after: "-5".to_owned(),
        minimum_notice: "soon".to_owned(),
        horizon_days: "0".to_owned(),
        slot_interval: "4".to_owned(),
        daily_limit: "0".to_owned(),
        change_cutoff: "99999999999999999999".to_owned(),
        when_calendar_unknown: "maybe".to_owned(),
    };
    let Err(SaveBookingRulesError::Invalid(errors)) = save_booking_rules(app, id, form).await else {
        panic!("not refused");
    };
    let all: Vec<(&str, &str)> = errors.iter().collect();
    assert_eq!(
        all,
        [
            (
                "buffer_before",
                "The break before has to be a whole number from 0 to 1440 minutes."
            ),
            (
                "buffer_after",
                "The break after has to be a whole number from 0 to 1440 minutes."
            ),
            (
                "minimum_notice",
                "The notice has to be a whole number from 0 to 525600 minutes."
            ),
            (
                "horizon_days",
                "The horizon has to be a whole number from 1 to 730 days."
            ),
            (
                "slot_interval",
                "The step between start times has to be a whole number from 5 to 1440 minutes."
            ),
            (
                "daily_limit",
                "The daily limit has to be a whole number from 1 to 1000 bookings."
            ),
            (
                "change_cutoff",
                "The cutoff has to be a whole number from 0 to 525600 minutes."
            ),
            (
                "when_calendar_unknown",
                "Please choose what to do while your calendar cannot be read."
            ),
        ]
    );
    assert_eq!(
        load_host(app, id).await.unwrap().unwrap().rules,
        BookingRules::default()
    );
}

//! The hours of every week.

use jiff::civil::Weekday;
use rstest::rstest;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::hosts::save_weekly_hours::SaveWeeklyHoursError;
use timetap_usecases::hosts::{WeeklyHoursForm, load_hours, load_rules, save_weekly_hours};

use crate::support::{add_host, day, only, week, window};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn come_back_as_saved(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let form = week(&[
        // Out of order, with an empty row between.
        (0, &[("14:00", "18:30"), ("", ""), ("9:00", "12:00")]),
        // To midnight, in both spellings; touching is no overlap.
        (1, &[("20:00", "24:00")]),
        (2, &[("00:00", "06:00"), ("20:00", "00:00")]),
        // Past midnight, up to where the next day begins.
        (4, &[("22:00", "02:00")]),
        (5, &[("02:00", "03:00"), ("03:00", "04:00")]),
        // All day.
        (6, &[("00:00", "00:00")]),
    ]);
    save_weekly_hours(app, id, form).await.unwrap();
    let hours = load_hours(app, id).await.unwrap().unwrap();
    assert_eq!(hours.weekly[0], [day(540, 720), day(840, 1110)]);
    assert_eq!(hours.weekly[1], [day(1200, 1440)]);
    assert_eq!(hours.weekly[2], [day(0, 360), day(1200, 1440)]);
    assert!(hours.weekly[3].is_empty());
    assert_eq!(hours.weekly[4], [day(1320, 1560)]);
    assert_eq!(hours.weekly[5], [day(120, 180), day(180, 240)]);
    assert_eq!(hours.weekly[6], [day(0, 1440)]);
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(rules.weekly.len(), 9);
    assert!(
        rules
            .weekly
            .iter()
            .any(|each| { (each.weekday, each.start_minute, each.end_minute) == (Weekday::Friday, 1320, 1560) })
    );

    // An empty week is fine: the host is closed.
    save_weekly_hours(app, id, WeeklyHoursForm::default()).await.unwrap();
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert!(rules.weekly.is_empty());
}

#[rstest]
#[case(week(&[(0, &[("09:00", "12:00"), ("11:00", "13:00")])]), "mon-2-from", "Monday: 09:00–12:00 and 11:00–13:00 overlap.")]
#[case(week(&[(2, &[("11:00", "13:00"), ("09:00", "12:00")])]), "wed-2-from", "Wednesday: 09:00–12:00 and 11:00–13:00 overlap.")]
#[case(week(&[(1, &[("09:00", "")])]), "tue-1-to", "Tuesday: please enter when these hours end, or clear both times.")]
#[case(week(&[(1, &[("", ""), ("", "17:00")])]), "tue-2-from", "Tuesday: please enter when these hours begin, or clear both times.")]
#[case(week(&[(3, &[("9 o’clock", "17:00")])]), "thu-1-from", "Please write the time as hours and minutes, such as “09:30”.")]
#[case(week(&[(3, &[("09:00", "25:99")])]), "thu-1-to", "Please write the time as hours and minutes, such as “09:30”.")]
#[case(week(&[(3, &[("24:00", "26:00")])]), "thu-1-from", "Working hours have to start between 00:00 and 23:59.")]
#[case(week(&[(3, &[("22:00", "48:00")])]), "fri-1-from", "Thursday’s hours 22:00–00:00 reach into Friday and overlap 09:00–17:00 there.")]
#[case(week(&[(4, &[("22:00", "02:00")]), (5, &[("01:00", "03:00")])]), "sat-1-from", "Friday’s hours 22:00–02:00 reach into Saturday and overlap 01:00–03:00 there.")]
#[case(week(&[(6, &[("22:00", "02:00")]), (0, &[("00:00", "03:00")])]), "mon-1-from", "Sunday’s hours 22:00–02:00 reach into Monday and overlap 00:00–03:00 there.")]
#[tokio::test]
async fn that_make_no_sense_are_refused_by_name(
    #[case] mut form: WeeklyHoursForm,
    #[case] field: &str,
    #[case] message: &str,
) {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    if field.starts_with("fri") {
        form.days[4] = vec![window("09:00", "17:00")];
    }
    let Err(SaveWeeklyHoursError::Invalid(errors)) = save_weekly_hours(app, id, form).await else {
        panic!("not refused");
    };
    assert_eq!(only(&errors), (field.to_owned(), message.to_owned()));
    let hours = load_hours(app, id).await.unwrap().unwrap();
    assert_eq!(hours.weekly[0], [day(540, 1020)], "the old hours stay");
}

#[tokio::test]
async fn a_day_has_at_most_twelve_windows() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let mut form = WeeklyHoursForm::default();
    form.days[0] = (0..13)
        .map(|n| window(&format!("{n:02}:00"), &format!("{n:02}:30")))
        .collect();
    let Err(SaveWeeklyHoursError::Invalid(errors)) = save_weekly_hours(app, id, form.clone()).await else {
        panic!("not refused");
    };
    assert_eq!(
        only(&errors),
        (
            "mon-13-from".to_owned(),
            "Monday has more than 12 windows. Please join or remove some.".to_owned()
        )
    );
    form.days[0].pop();
    save_weekly_hours(app, id, form).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn saved_twice_at_once_are_one_of_the_two(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    for _ in 0..5 {
        let (one, two) = tokio::join!(
            save_weekly_hours(app, id, week(&[(0, &[("08:00", "10:00")]), (1, &[("08:00", "10:00")])])),
            save_weekly_hours(app, id, week(&[(0, &[("09:00", "11:00")]), (2, &[("09:00", "11:00")])])),
        );
        one.unwrap();
        two.unwrap();
        let hours = load_hours(app, id).await.unwrap().unwrap();
        let is_one =
            hours.weekly[0] == [day(480, 600)] && hours.weekly[1] == [day(480, 600)] && hours.weekly[2].is_empty();
        let is_two =
            hours.weekly[0] == [day(540, 660)] && hours.weekly[1].is_empty() && hours.weekly[2] == [day(540, 660)];
        assert!(is_one || is_two, "{:?}", hours.weekly);
    }
}

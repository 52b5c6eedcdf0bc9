//! Days with other hours, or none.

use jiff::civil::{Date, date};
use rstest::rstest;
use timetap_core::slots::DayWindow;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::hosts::remove_override::RemoveOverrideError;
use timetap_usecases::hosts::save_override::SaveOverrideError;
use timetap_usecases::hosts::{
    OverrideForm, ProfileForm, load_hours, load_rules, remove_override, save_override, save_profile,
};
use uuid::Uuid;

use crate::support::{add_host, closed_on, day, hours_on, only, profile, window};

async fn refused(app: &TimeTap, id: Uuid, form: OverrideForm) -> (String, String) {
    match save_override(app, id, form).await {
        Err(SaveOverrideError::Invalid(errors)) => only(&errors),
        other => panic!("not refused: {other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn come_back_as_saved_and_go_again(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let other = add_host(app, "berta").await;
    let christmas = OverrideForm {
        note: " Christmas Eve ".to_owned(),
        // Hours of a closed day are not looked at.
        windows: vec![window("nonsense", "")],
        ..closed_on("2026-12-24")
    };
    assert_eq!(save_override(app, id, christmas).await.unwrap(), date(2026, 12, 24));
    save_override(
        app,
        id,
        hours_on("2026-11-20", &[("22:00", "02:00"), ("10:00", "12:00")]),
    )
    .await
    .unwrap();
    let hours = load_hours(app, id).await.unwrap().unwrap();
    assert_eq!(hours.today, date(2026, 11, 20));
    let days: Vec<(Date, &[DayWindow], &str)> = hours
        .special_days
        .iter()
        .map(|each| (each.date, each.windows.as_slice(), each.note.as_str()))
        .collect();
    assert_eq!(
        days,
        [
            (date(2026, 11, 20), [day(600, 720), day(1320, 1560)].as_slice(), ""),
            (date(2026, 12, 24), [].as_slice(), "Christmas Eve"),
        ]
    );
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert!(rules.overrides[&date(2026, 12, 24)].is_empty());
    assert_eq!(rules.overrides[&date(2026, 11, 20)], [day(600, 720), day(1320, 1560)]);

    // The same day again takes the place of what was there.
    save_override(app, id, hours_on("2026-12-24", &[("09:00", "11:00")]))
        .await
        .unwrap();
    let hours = load_hours(app, id).await.unwrap().unwrap();
    assert_eq!(hours.special_days.len(), 2);
    assert_eq!(hours.special_days[1].windows, [day(540, 660)]);
    assert_eq!(hours.special_days[1].note, "");

    // Nobody removes another host's day.
    let result = remove_override(app, other, "2026-12-24").await;
    let Err(error @ RemoveOverrideError::NotFound) = result else {
        panic!("not refused: {result:?}");
    };
    assert_eq!(error.to_string(), "There are no special hours on this day any more.");
    remove_override(app, id, "2026-12-24").await.unwrap();
    assert!(matches!(
        remove_override(app, id, "2026-12-24").await,
        Err(RemoveOverrideError::NotFound)
    ));
    assert!(matches!(
        remove_override(app, id, "yesterday").await,
        Err(RemoveOverrideError::NotFound)
    ));
    assert_eq!(load_hours(app, id).await.unwrap().unwrap().special_days.len(), 1);
}

#[rstest]
#[case(closed_on(""), "date", "Please choose the day.")]
#[case(
    closed_on("24.12.2026"),
    "date",
    "Please enter a day of the calendar, such as 2026-12-24."
)]
#[case(
    closed_on("2026-02-29"),
    "date",
    "Please enter a day of the calendar, such as 2026-12-24."
)]
#[case(
    closed_on("2026-12-24T10:00"),
    "date",
    "Please enter a day of the calendar, such as 2026-12-24."
)]
#[case(
    closed_on("2026-11-19"),
    "date",
    "This day has passed. Please choose today or a later one."
)]
#[case(
    closed_on("2028-11-22"),
    "date",
    "This day is more than two years ahead. Please choose an earlier one."
)]
#[case(hours_on("2026-12-24", &[]), "window-1-from", "Please enter the hours of this day, or choose “Closed all day”.")]
#[case(hours_on("2026-12-24", &[("", "")]), "window-1-from", "Please enter the hours of this day, or choose “Closed all day”.")]
#[case(
    hours_on("2026-12-24", &[("09:00", "12:00"), ("11:00", "13:00")]),
    "window-2-from",
    "This day: 09:00–12:00 and 11:00–13:00 overlap."
)]
#[case(
    OverrideForm { kind: String::new(), ..closed_on("2026-12-24") },
    "kind",
    "Please choose whether you are closed or have other hours."
)]
#[case(
    OverrideForm { note: "n".repeat(201), ..closed_on("2026-12-24") },
    "note",
    "The note is 201 characters long; 200 is the most."
)]
#[case(
    OverrideForm { note: "two\nlines".to_owned(), ..closed_on("2026-12-24") },
    "note",
    "The note has to stay on one line, without tabs."
)]
#[tokio::test]
async fn that_make_no_sense_are_refused(#[case] form: OverrideForm, #[case] field: &str, #[case] message: &str) {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    assert_eq!(refused(app, id, form).await, (field.to_owned(), message.to_owned()));
    assert!(load_hours(app, id).await.unwrap().unwrap().special_days.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn follow_the_hosts_own_calendar_and_fall_away_behind_it(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    let in_kiritimati = ProfileForm {
        time_zone: "Pacific/Kiritimati".to_owned(),
        ..profile("anna")
    };
    save_profile(app, id, in_kiritimati).await.unwrap();
    // 10:00 UTC on the 20th is midnight of the 21st there.
    assert_eq!(
        refused(app, id, closed_on("2026-11-20")).await.1,
        "This day has passed. Please choose today or a later one."
    );
    save_override(app, id, closed_on("2026-11-21")).await.unwrap();
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 9));
    assert!(load_hours(app, id).await.unwrap().unwrap().special_days.is_empty());
    save_override(app, id, closed_on("2026-12-24")).await.unwrap();
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(
        rules.overrides.keys().copied().collect::<Vec<_>>(),
        [date(2026, 12, 24)]
    );
}

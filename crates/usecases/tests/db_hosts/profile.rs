//! The public profile.

use jiff::civil::Weekday;
use rstest::rstest;
use timetap_core::location::LocationKind;
use timetap_core::role::Role;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::FieldErrors;
use timetap_usecases::hosts::save_profile::{SaveProfileError, SavedProfile};
use timetap_usecases::hosts::{
    BookingRules, ProfileForm, list_services, load_host, load_host_by_slug, load_hours, load_rules, propose_profile,
    save_profile, save_weekly_hours,
};

use crate::support::{add_host, add_person, day, only, profile, week};

fn refused(result: Result<SavedProfile, SaveProfileError>) -> FieldErrors {
    match result {
        Err(SaveProfileError::Invalid(errors)) => errors,
        other => panic!("not refused: {other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_first_save_makes_a_host_who_can_be_booked(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_person(app, "anna@example.org", Role::Staff).await;
    assert!(load_host(app, id).await.unwrap().is_none());
    let proposed = propose_profile(app, id, "Anna Lind", None).await.unwrap();
    assert!(!proposed.zone_is_known, "the default is a guess");
    let proposed = proposed.form;
    assert_eq!(
        (proposed.slug.as_str(), proposed.time_zone.as_str()),
        ("anna-lind", "Europe/Madrid")
    );

    let saved = save_profile(app, id, proposed).await.unwrap();
    assert_eq!(
        saved,
        SavedProfile {
            slug: "anna-lind".to_owned(),
            created: true
        }
    );
    let host = load_host(app, id).await.unwrap().unwrap();
    assert_eq!(host.rules, BookingRules::default());
    assert_eq!(load_host_by_slug(app, "anna-lind").await.unwrap().unwrap(), host);
    assert!(load_host_by_slug(app, "ANNA-LIND").await.unwrap().is_none());

    let (row, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(
        (row.change_cutoff_minutes, row.when_calendar_unknown.as_str()),
        (120, "offer")
    );
    assert_eq!(rules.zone.iana_name(), Some("Europe/Madrid"));
    assert_eq!(
        (rules.buffer_before, rules.buffer_after, rules.minimum_notice),
        (0, 0, 120)
    );
    assert_eq!(
        (rules.horizon_days, rules.slot_interval, rules.daily_limit),
        (60, 30, None)
    );
    let weekly: Vec<(Weekday, u16, u16)> = rules
        .weekly
        .iter()
        .map(|each| (each.weekday, each.start_minute, each.end_minute))
        .collect();
    let weekdays = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
    ];
    assert_eq!(weekly, weekdays.map(|each| (each, 540, 1020)));

    let services = list_services(app, id).await.unwrap();
    assert_eq!(services.len(), 1);
    assert_eq!(
        (services[0].title.as_str(), services[0].slug.as_str()),
        ("One-hour session", "one-hour-session")
    );
    assert_eq!((services[0].duration_minutes, services[0].active), (60, true));
    assert_eq!(services[0].location_kind, LocationKind::GoogleMeet);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_later_save_changes_the_profile_and_nothing_else(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_host(app, "anna").await;
    save_weekly_hours(app, id, week(&[(5, &[("10:00", "12:00")])]))
        .await
        .unwrap();
    let form = ProfileForm {
        display_name: "  Dr. Anna Lind ".to_owned(),
        slug: "anna-lind".to_owned(),
        time_zone: "america/new_york".to_owned(),
        about: "Line one\r\nLine two".to_owned(),
        phone: "+34 600 100 200".to_owned(),
    };
    let saved = save_profile(app, id, form).await.unwrap();
    assert!(!saved.created);
    let host = load_host(app, id).await.unwrap().unwrap();
    assert_eq!(host.display_name, "Dr. Anna Lind");
    assert_eq!(host.slug, "anna-lind");
    assert_eq!(host.time_zone.as_str(), "America/New_York");
    assert_eq!(host.about, "Line one\nLine two");
    assert_eq!(host.phone.as_deref(), Some("+34 600 100 200"));
    let hours = load_hours(app, id).await.unwrap().unwrap();
    assert_eq!(hours.weekly[5], [day(600, 720)]);
    assert!(hours.weekly[0].is_empty());
    assert_eq!(list_services(app, id).await.unwrap().len(), 1);
    assert!(load_host_by_slug(app, "anna").await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_complaint_comes_at_once_and_nothing_is_made(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_person(app, "anna@example.org", Role::Staff).await;
    let form = ProfileForm {
        display_name: " ".to_owned(),
        slug: "Anna Lind".to_owned(),
        time_zone: "Europe/Madird".to_owned(),
        about: "x".repeat(2001),
        phone: "call me".to_owned(),
    };
    let errors = refused(save_profile(app, id, form).await);
    let all: Vec<(&str, &str)> = errors.iter().collect();
    assert_eq!(
        all,
        [
            (
                "display_name",
                "Please enter your name, as you would like to be called."
            ),
            (
                "slug",
                "The address may hold small letters, digits and single dashes within, such as “anna-lind”."
            ),
            (
                "time_zone",
                "There is no time zone of this name. Did you mean “Europe/Madrid”?"
            ),
            ("about", "The text about you is 2001 characters long; 2000 is the most."),
            (
                "phone",
                "Please enter a phone number with country code, such as “+34 600 100 200”."
            ),
        ]
    );
    assert!(load_host(app, id).await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_taken_or_reserved_address_comes_with_a_free_one(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    add_host(app, "anna").await;
    add_host(app, "anna-2").await;
    add_host(app, "host-page").await;
    let id = add_person(app, "other@example.org", Role::Manager).await;

    let errors = refused(save_profile(app, id, profile("anna")).await);
    assert_eq!(
        only(&errors),
        ("slug".to_owned(), "“anna” is taken. “anna-3” is free.".to_owned())
    );
    let errors = refused(save_profile(app, id, profile("host")).await);
    assert_eq!(
        only(&errors),
        (
            "slug".to_owned(),
            "“host” is kept for TimeTap itself. “host-page-2” is free.".to_owned()
        )
    );
    let nameless = ProfileForm {
        display_name: String::new(),
        ..profile("host")
    };
    let errors = refused(save_profile(app, id, nameless).await);
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["display_name", "slug"], "in the order of the form");
    assert_eq!(
        propose_profile(app, id, "Anna", None).await.unwrap().form.slug,
        "anna-3"
    );
    assert!(load_host(app, id).await.unwrap().is_none());
    save_profile(app, id, profile("anna-3")).await.unwrap();
    // Changing to a taken address is refused as well; keeping one's own is not.
    let errors = refused(save_profile(app, id, profile("anna-2")).await);
    assert_eq!(only(&errors).1, "“anna-2” is taken. “anna-2-2” is free.");
    save_profile(app, id, profile("anna-3")).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_two_who_want_an_address_at_once_one_is_told_so(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let one = add_person(app, "one@example.org", Role::Staff).await;
    let two = add_person(app, "two@example.org", Role::Admin).await;
    let (first, second) = tokio::join!(
        save_profile(app, one, profile("anna")),
        save_profile(app, two, profile("anna"))
    );
    let (won, lost) = if first.is_ok() {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(won.unwrap().slug, "anna");
    assert_eq!(only(&refused(lost)).1, "“anna” is taken. “anna-2” is free.");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_first_save_sent_twice_makes_one_host(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = add_person(app, "anna@example.org", Role::Staff).await;
    let (first, second) = tokio::join!(
        save_profile(app, id, profile("anna")),
        save_profile(app, id, profile("anna"))
    );
    assert_ne!(first.unwrap().created, second.unwrap().created);
    assert_eq!(list_services(app, id).await.unwrap().len(), 1);
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(rules.weekly.len(), 5);
}

#[rstest]
#[case::of_the_browser(Some("America/New_York"), "America/New_York", true)]
#[case::not_said(None, "Europe/Madrid", false)]
#[case::no_zone(Some("Mars/Olympus"), "Europe/Madrid", false)]
#[case::empty(Some(""), "Europe/Madrid", false)]
#[case::markup(Some("<b>UTC</b>"), "Europe/Madrid", false)]
#[tokio::test]
async fn the_first_zone_is_the_one_of_the_browser(
    #[case] said: Option<&str>,
    #[case] proposed: &str,
    #[case] is_known: bool,
) {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let id = add_person(app, "anna@example.org", Role::Staff).await;
    let profile = propose_profile(app, id, "Anna Lind", said).await.unwrap();
    assert_eq!(
        (profile.form.time_zone.as_str(), profile.zone_is_known),
        (proposed, is_known)
    );
    save_profile(app, id, profile.form).await.unwrap();
    let (_, rules) = load_rules(app.db.reader(), id).await.unwrap().unwrap();
    assert_eq!(rules.zone.iana_name(), Some(proposed), "the hours are meant in it");
}

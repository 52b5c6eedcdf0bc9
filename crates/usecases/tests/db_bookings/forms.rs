//! Bad input: a message at each field, all at once, and nothing is booked.

use rstest::rstest;
use sea_orm::Set;
use timetap_testing::Engine;
use timetap_usecases::bookings::{BookSessionError, BookingForm, book_session};

use super::support::{Stage, TUESDAY_AT_3, form};

/// The complaints about a form, as `field: message`.
async fn complaints(stage: &Stage, wish: &BookingForm) -> Vec<String> {
    match book_session(stage.app(), wish, None, "203.0.113.9").await {
        Err(BookSessionError::Invalid(errors)) => errors
            .iter()
            .map(|(field, message)| format!("{field}: {message}"))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_field_is_told_at_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let wish = BookingForm {
        start: "soon".to_owned(),
        name: " ".to_owned(),
        email: "ben".to_owned(),
        phone: "none".to_owned(),
        time_zone: "Europe/Madird".to_owned(),
        answers: [("level".to_owned(), "Expert".to_owned())].into(),
        ..form(TUESDAY_AT_3)
    };
    let told = complaints(&stage, &wish).await;
    let fields: Vec<_> = told.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(fields, ["start", "name", "email", "phone", "time_zone", "answer-level"]);
    assert!(told.contains(&"start: Please choose a time.".to_owned()), "{told:?}");
    assert!(told[4].contains("Europe/Madrid"), "{told:?}");
    assert!(told.iter().all(|line| line.ends_with(['.', '?'])), "{told:?}");
    assert_eq!(stage.counts().await, (0, 0, 0, 0));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn hostile_texts_are_refused_at_their_field(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let with = |change: &dyn Fn(&mut BookingForm)| {
        let mut wish = form(TUESDAY_AT_3);
        change(&mut wish);
        wish
    };
    for (field, wish) in [
        (
            "name",
            with(&|wish| wish.name = "Ben\r\nBcc: all@example.com".to_owned()),
        ),
        ("name", with(&|wish| wish.name = "Ben\0".to_owned())),
        ("name", with(&|wish| wish.name = "B\u{202e}en".to_owned())),
        ("name", with(&|wish| wish.name = "b".repeat(121))),
        (
            "email",
            with(&|wish| wish.email = "ben@example.com\r\nBcc: a@b.c".to_owned()),
        ),
        (
            "email",
            with(&|wish| wish.email = format!("{}@example.com", "b".repeat(65))),
        ),
        (
            "email",
            with(&|wish| wish.email = "a@example.com, b@example.com".to_owned()),
        ),
        ("phone", with(&|wish| wish.phone = "1".repeat(40))),
        (
            "time_zone",
            with(&|wish| wish.time_zone = "../../etc/passwd".to_owned()),
        ),
        ("time_zone", with(&|wish| wish.time_zone = String::new())),
        ("start", with(&|wish| wish.start = "9".repeat(19))),
        (
            "idempotency_key",
            with(&|wish| wish.idempotency_key = "short".to_owned()),
        ),
        ("idempotency_key", with(&|wish| wish.idempotency_key = "k".repeat(201))),
    ] {
        let told = complaints(&stage, &wish).await;
        assert_eq!(told.len(), 1, "{field}: {told:?}");
        assert!(told[0].starts_with(&format!("{field}: ")), "{told:?}");
    }
    assert_eq!(stage.counts().await, (0, 0, 0, 0));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_call_needs_a_number_and_required_questions_an_answer(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.set_service_location("phone", "").await;
    stage
        .change_service(|service| {
            service.questions = Set(serde_json::json!([
                {"id": "why", "label": "Why?", "required": true, "kind": {"type": "block"}},
                {"id": "rules", "label": "I know the rules", "required": true, "kind": {"type": "checkbox"}},
            ]));
        })
        .await;
    let mut wish = form(TUESDAY_AT_3);
    assert_eq!(
        complaints(&stage, &wish).await,
        [
            "phone: Please leave a number: Anna Lind will call you.",
            "answer-why: Please answer this question.",
            "answer-rules: Please tick this box to book.",
        ]
    );
    wish.phone = "+34 600 100 200".to_owned();
    wish.answers.insert("why".to_owned(), "Joy\nand peace".to_owned());
    wish.answers.insert("rules".to_owned(), "yes".to_owned());
    let booked = book_session(stage.app(), &wish, None, "203.0.113.9").await.unwrap();
    let row = stage.appointment(booked.appointment_id).await;
    assert_eq!(row.customer_phone.as_deref(), Some("+34 600 100 200"));
    assert_eq!(row.answers[0]["value"], "Joy\nand peace");
    assert_eq!(row.answers[1]["value"], "Yes");
}

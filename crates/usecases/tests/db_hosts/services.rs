//! What can be booked.

use rstest::rstest;
use timetap_core::location::LocationKind;
use timetap_core::questions::QuestionKind;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::hosts::save_service::SaveServiceError;
use timetap_usecases::hosts::set_service_active::SetServiceActiveError;
use timetap_usecases::hosts::{
    Direction, QuestionForm, ServiceForm, list_services, load_service, move_service, save_service, set_service_active,
};
use timetap_usecases::{FieldErrors, TimeTap};
use uuid::Uuid;

use crate::support::{add_host, only, question, service};

async fn refused(app: &TimeTap, host: Uuid, id: Option<Uuid>, form: ServiceForm) -> FieldErrors {
    match save_service(app, host, id, form).await {
        Err(SaveServiceError::Invalid(errors)) => errors,
        other => panic!("not refused: {other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn come_back_as_saved(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let form = ServiceForm {
        title: " Chess lesson ".to_owned(),
        description: "Bring a board.".to_owned(),
        duration_minutes: "90".to_owned(),
        location_kind: "in_person".to_owned(),
        location_address: "Calle Mayor 1\r\nMadrid".to_owned(),
        // Left from another choice: kept out.
        location_link: "not a link".to_owned(),
        active: false,
        questions: vec![
            question("q1", "What is your level?", "choice", "Beginner\n\nClub\nMaster"),
            question("q2", "", "line", ""),
            QuestionForm {
                required: true,
                ..question("q3", "I read the rules", "checkbox", "")
            },
        ],
        ..ServiceForm::default()
    };
    let id = save_service(app, host, None, form).await.unwrap();
    let saved = load_service(app, host, id).await.unwrap().unwrap();
    assert_eq!(
        (saved.title.as_str(), saved.slug.as_str()),
        ("Chess lesson", "chess-lesson")
    );
    assert_eq!(saved.location_kind, LocationKind::InPerson);
    assert_eq!(saved.location_detail.as_deref(), Some("Calle Mayor 1\nMadrid"));
    assert_eq!((saved.duration_minutes, saved.active), (90, false));
    assert_eq!(saved.questions.len(), 2);
    assert_eq!(
        saved.questions[0].kind,
        QuestionKind::Choice {
            options: ["Beginner", "Club", "Master"].map(str::to_owned).to_vec()
        }
    );
    assert!(saved.questions[1].required);
    assert_eq!(saved.questions[1].id, "q3");

    let change = ServiceForm {
        slug: "chess".to_owned(),
        ..service("Chess")
    };
    assert_eq!(save_service(app, host, Some(id), change).await.unwrap(), id);
    let saved = load_service(app, host, id).await.unwrap().unwrap();
    assert_eq!((saved.title.as_str(), saved.slug.as_str()), ("Chess", "chess"));
    assert_eq!(
        (saved.location_detail, saved.questions.len(), saved.active),
        (None, 0, true)
    );
    assert_eq!(list_services(app, host).await.unwrap().len(), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn have_addresses_of_their_own(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let other = add_host(app, "berta").await;
    // Made from the title, and numbered where that is taken.
    save_service(app, host, None, service("One-hour session"))
        .await
        .unwrap();
    let slugs = |services: Vec<timetap_usecases::hosts::ServiceView>| {
        services.into_iter().map(|each| each.slug).collect::<Vec<_>>()
    };
    assert_eq!(
        slugs(list_services(app, host).await.unwrap()),
        ["one-hour-session", "one-hour-session-2"]
    );
    // Typed and taken is told; another host's address is free.
    let typed = |slug: &str| ServiceForm {
        slug: slug.to_owned(),
        ..service("Other")
    };
    let errors = refused(app, host, None, typed("one-hour-session")).await;
    assert_eq!(
        only(&errors),
        (
            "slug".to_owned(),
            "Another service of this page has the address “one-hour-session”. “one-hour-session-3” is free.".to_owned()
        )
    );
    save_service(app, other, None, typed("one-hour-session-2"))
        .await
        .unwrap();
    let errors = refused(app, host, None, typed("book")).await;
    assert_eq!(
        only(&errors).1,
        "“book” is kept for TimeTap itself. Please choose another."
    );
    let errors = refused(app, host, None, typed("No Spaces")).await;
    assert_eq!(
        only(&errors).1,
        "The address may hold small letters, digits and single dashes within, such as “no-spaces”."
    );
    // Two at once under one title get two addresses.
    let (one, two) = tokio::join!(
        save_service(app, host, None, service("Talk")),
        save_service(app, host, None, service("Talk"))
    );
    assert_ne!(one.unwrap(), two.unwrap());
    let all = slugs(list_services(app, host).await.unwrap());
    assert_eq!(all[2..], ["talk", "talk-2"]);
}

#[tokio::test]
async fn that_make_no_sense_are_refused_all_at_once() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let form = ServiceForm {
        title: "two\nlines".to_owned(),
        slug: "x".to_owned(),
        description: "d".repeat(4001),
        duration_minutes: "4".to_owned(),
        location_kind: "moon".to_owned(),
        questions: vec![
            question("q1", "", "line", "an option"),
            question("q2", "Which?", "choice", "Only one"),
            question("q3", "How?", "telepathy", ""),
            question("q2", "Again?", "line", ""),
            question("", "No id?", "line", ""),
            question("q6", &"l".repeat(201), "line", ""),
        ],
        ..ServiceForm::default()
    };
    let errors = refused(app, host, None, form).await;
    let all: Vec<(&str, &str)> = errors.iter().collect();
    assert_eq!(
        all,
        [
            ("title", "The title has to stay on one line, without tabs."),
            ("slug", "The address needs 3 to 40 characters."),
            (
                "description",
                "The description is 4001 characters long; 4000 is the most."
            ),
            (
                "duration_minutes",
                "The duration has to be a whole number from 5 to 1440 minutes."
            ),
            ("location_kind", "Please choose where you meet."),
            ("question-1-label", "Question 1 is missing. Please fill it in."),
            (
                "question-2-options",
                "Question 2 needs at least two options to choose from."
            ),
            ("question-3-kind", "Please choose how this question is answered."),
            (
                "question-5-label",
                "Question 5 has no usable id. Please remove it and add it again."
            ),
            (
                "question-6-label",
                "Question 6 is 201 characters long; 200 is the most."
            ),
        ]
    );
    assert_eq!(list_services(app, host).await.unwrap().len(), 1);

    let twice = ServiceForm {
        questions: vec![question("q1", "One?", "line", ""), question("q1", "Two?", "line", "")],
        ..service("Talk")
    };
    assert_eq!(
        only(&refused(app, host, None, twice).await),
        (
            "question-2-label".to_owned(),
            "Question 2 has the id of another one. Please remove it and add it again.".to_owned()
        )
    );
    let many = ServiceForm {
        questions: (1..=21)
            .map(|n| question(&format!("q{n}"), "Why?", "line", ""))
            .collect(),
        ..service("Talk")
    };
    assert_eq!(
        only(&refused(app, host, None, many).await),
        (
            "question-21-label".to_owned(),
            "A service can ask up to 20 questions. Please leave some out.".to_owned()
        )
    );
}

#[rstest]
#[case(
    "phone",
    "abc",
    "",
    "",
    "location_phone",
    "Please enter a phone number with country code, such as “+34 600 100 200”."
)]
#[case(
    "in_person",
    "",
    " ",
    "",
    "location_address",
    "Please write the address where you meet, such as “Calle Mayor 1, Madrid”."
)]
#[case(
    "link",
    "",
    "",
    "javascript:alert(1)",
    "location_link",
    "Please give a full web address, such as “https://meet.example.org/anna”."
)]
#[case("", "", "", "", "location_kind", "Please choose where you meet.")]
#[tokio::test]
async fn need_a_place_that_can_be_found(
    #[case] kind: &str,
    #[case] phone: &str,
    #[case] address: &str,
    #[case] link: &str,
    #[case] field: &str,
    #[case] message: &str,
) {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let form = ServiceForm {
        location_kind: kind.to_owned(),
        location_phone: phone.to_owned(),
        location_address: address.to_owned(),
        location_link: link.to_owned(),
        ..service("Talk")
    };
    let errors = refused(app, host, None, form).await;
    assert_eq!(only(&errors), (field.to_owned(), message.to_owned()));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_hidden_shown_and_moved(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let second = save_service(app, host, None, service("Second")).await.unwrap();
    let third = save_service(app, host, None, service("Third")).await.unwrap();
    let titles = async || {
        let services = list_services(app, host).await.unwrap();
        services.into_iter().map(|each| each.title).collect::<Vec<_>>()
    };
    assert_eq!(titles().await, ["One-hour session", "Second", "Third"]);
    move_service(app, host, third, Direction::Up).await.unwrap();
    assert_eq!(titles().await, ["One-hour session", "Third", "Second"]);
    move_service(app, host, second, Direction::Down).await.unwrap();
    assert_eq!(titles().await, ["One-hour session", "Third", "Second"]);
    move_service(app, host, third, Direction::Up).await.unwrap();
    move_service(app, host, third, Direction::Up).await.unwrap();
    assert_eq!(titles().await, ["Third", "One-hour session", "Second"]);

    set_service_active(app, host, second, false).await.unwrap();
    assert!(!load_service(app, host, second).await.unwrap().unwrap().active);
    set_service_active(app, host, second, true).await.unwrap();
    assert!(load_service(app, host, second).await.unwrap().unwrap().active);
    assert!(matches!(
        set_service_active(app, host, Uuid::nil(), true).await,
        Err(SetServiceActiveError::NotFound)
    ));
}

#[tokio::test]
async fn are_fifty_at_most() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    for n in 2..=50 {
        save_service(app, host, None, service(&format!("Talk {n}")))
            .await
            .unwrap();
    }
    let errors = refused(app, host, None, service("One more")).await;
    assert_eq!(
        only(&errors),
        (
            "title".to_owned(),
            "There are 50 services; that is the most. Change one that is no longer offered.".to_owned()
        )
    );
}

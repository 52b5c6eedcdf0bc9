//! Signing up: equal answers, and mails that tell the rest.

use rstest::rstest;
use sea_orm::{EntityTrait, PaginatorTrait};
use timetap_core::role::Role;
use timetap_store::accounts::find_user::find_user_by_email;
use timetap_store::entities::{job, user};
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::disable_user::disable_user;
use timetap_usecases::accounts::sign_up::{SignUpError, SignUpForm, sign_up};
use timetap_usecases::mail::AccountMail;

use crate::support::{PASSWORD, actor, browser, later, mails, person, said, try_sign_in};

fn form(wish: &str, name: &str, email: &str, password: &str) -> SignUpForm {
    SignUpForm {
        wish: wish.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        password: password.into(),
    }
}

async fn sign_up_from(app: &TimeTap, address: &str, form: SignUpForm) -> Result<(), SignUpError> {
    sign_up(app, form, &browser(address)).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_wish_decides_the_role_and_a_link_goes_to_the_address(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    for (wish, email, role) in [
        ("offer", "Anna@Example.org", Role::Staff),
        ("book", "ben@example.org", Role::Customer),
    ] {
        sign_up_from(app, "203.0.113.9", form(wish, "Someone New", email, PASSWORD))
            .await
            .unwrap();
        let user = find_user_by_email(app.db.reader(), &email.to_lowercase())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(user.role, role.as_str());
        assert_eq!(user.email, email);
        assert_eq!(user.email_verified_at, None);
        let (recipient, mail) = mails(app).await.pop().unwrap();
        assert_eq!(recipient, email);
        let AccountMail::VerifyEmail { name, link } = mail else {
            panic!("not a verification: {mail:?}")
        };
        assert_eq!(name, "Someone New");
        assert!(link.starts_with("http://timetap.test/verify-email?token="), "{link}");
        later(app);
    }
    let queued = job::Entity::find().count(app.db.reader()).await.unwrap();
    assert_eq!(queued, 2, "each mail has its job, committed with the account");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_another_mail(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = person(app, "anna@example.org", Role::Staff).await;
    let again = form("book", "Somebody Else", "ANNA@example.org", "quite another phrase");
    sign_up_from(app, "203.0.113.9", again).await.unwrap();
    assert_eq!(user::Entity::find().count(app.db.reader()).await.unwrap(), 1);
    let kept = crate::support::row(app, id).await;
    assert_eq!((kept.name.as_str(), kept.role.as_str()), ("Anna Lindqvist", "staff"));
    assert!(
        try_sign_in(app, "anna@example.org", "quite another phrase")
            .await
            .is_err()
    );
    assert!(try_sign_in(app, "anna@example.org", PASSWORD).await.is_ok());
    assert_eq!(
        mails(app).await,
        [(
            "anna@example.org".to_owned(),
            AccountMail::AlreadyRegistered {
                name: "Anna Lindqvist".to_owned(),
                sign_in_link: "http://timetap.test/sign-in".to_owned(),
                reset_link: "http://timetap.test/forgot-password".to_owned(),
            }
        )]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn somebody_shut_out_gets_the_same_answer_and_no_mail(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let admin = person(app, "admin@example.org", Role::Admin).await;
    let anna = person(app, "anna@example.org", Role::Staff).await;
    disable_user(app, actor(admin, Role::Admin), anna, true).await.unwrap();
    sign_up_from(app, "203.0.113.9", form("book", "Anna", "anna@example.org", PASSWORD))
        .await
        .unwrap();
    assert_eq!(mails(app).await, []);
}

#[tokio::test]
async fn every_field_says_what_to_do_and_nothing_is_made() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let complaints = async |form| match sign_up_from(app, "203.0.113.9", form).await {
        Err(SignUpError::Invalid(errors)) => said(&errors),
        other => panic!("not refused for its fields: {other:?}"),
    };
    let empty = complaints(form("", " ", "", "")).await;
    let fields: Vec<&str> = empty.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["wish", "name", "email", "password"]);
    for (bad, field, says) in [
        (
            form("sell", "Anna", "a@example.org", PASSWORD),
            "wish",
            "offer appointments or book",
        ),
        (form("book", "Anna\u{202e}", "a@example.org", PASSWORD), "name", ""),
        (form("book", &"x".repeat(121), "a@example.org", PASSWORD), "name", ""),
        (form("book", "Anna", "anna", PASSWORD), "email", "needs an @"),
        (form("book", "Anna", "a@b@example.org", PASSWORD), "email", "only one @"),
        (form("book", "Anna", "a@example.org\r\nBcc: x", PASSWORD), "email", ""),
        (
            form("book", "Anna", "a@example.org", "short"),
            "password",
            "at least 10",
        ),
        (
            form("book", "Anna", "a@example.org", "password2026"),
            "password",
            "first that others would try",
        ),
        (
            form("book", "Anna Lindqvist", "a@example.org", "annalindqvist"),
            "password",
            "not your name",
        ),
    ] {
        let complaints = complaints(bad).await;
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert_eq!(complaints[0].0, field);
        assert!(complaints[0].1.contains(says), "{complaints:?}");
    }
    assert_eq!(user::Entity::find().count(app.db.reader()).await.unwrap(), 0);
    assert_eq!(mails(app).await, []);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_flood_is_stopped_by_place_and_by_address(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let one_address =
        async |place: &str| sign_up_from(app, place, form("book", "Anna", "anna@example.org", PASSWORD)).await;
    for number in 0..5 {
        one_address(&format!("203.0.113.{number}")).await.unwrap();
    }
    let error = one_address("203.0.113.77").await.unwrap_err();
    assert!(matches!(error, SignUpError::TooMany(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "Too many tries. Please wait 61 minutes and try again."
    );
    assert_eq!(mails(app).await.len(), 5, "nobody's inbox is flooded");

    for number in 0..10 {
        let email = format!("person{number}@example.org");
        sign_up_from(app, "198.51.100.1", form("book", "Ben", &email, PASSWORD))
            .await
            .unwrap();
    }
    let error = sign_up_from(app, "198.51.100.1", form("book", "Ben", "last@example.org", PASSWORD)).await;
    assert!(matches!(error, Err(SignUpError::TooMany(_))), "{error:?}");
    let elsewhere = sign_up_from(app, "198.51.100.2", form("book", "Ben", "last@example.org", PASSWORD)).await;
    assert!(elsewhere.is_ok());
}

//! The first administrator.

use std::sync::Arc;

use jiff::SignedDuration;
use rstest::rstest;
use secrecy::ExposeSecret;
use timetap_core::role::Role;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::offer_setup;
use timetap_usecases::accounts::set_up::{SetUpError, SetUpForm, is_setup_open, set_up};

use crate::support::{PASSWORD, behind, browser, person, row, said, token_of};

fn form(email: &str, password: &str) -> SetUpForm {
    SetUpForm {
        name: "Anna Lindqvist".to_owned(),
        email: email.to_owned(),
        password: password.into(),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_printed_link_makes_one_administrator_and_is_dead_then(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let link = offer_setup(app).await.unwrap().unwrap();
    assert!(link.starts_with("http://timetap.test/setup?token="), "{link}");
    let token = token_of(&link);
    assert!(is_setup_open(app, &token).await.unwrap());
    let session = set_up(app, &token, &form("anna@example.org", PASSWORD), &browser("::1"))
        .await
        .unwrap();
    let known = behind(app, session.expose_secret()).await.unwrap();
    assert_eq!(known.role, Role::Admin);
    assert!(known.email_verified);
    assert!(!is_setup_open(app, &token).await.unwrap());
    let error = set_up(app, &token, &form("eve@example.org", PASSWORD), &browser("::1"))
        .await
        .unwrap_err();
    assert!(matches!(error, SetUpError::DeadLink), "{error:?}");
    assert!(error.to_string().contains("restart TimeTap"), "{error}");
    assert_eq!(
        offer_setup(app).await.unwrap(),
        None,
        "with an administrator there is nothing to offer"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_restart_replaces_the_link_and_replicas_keep_theirs(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let (one, two) = (program.app.clone(), Arc::new(program.replica().await));
    let first = token_of(&offer_setup(&one).await.unwrap().unwrap());
    let second = token_of(&offer_setup(&two).await.unwrap().unwrap());
    assert!(is_setup_open(&one, &first).await.unwrap(), "both were printed just now");
    assert!(is_setup_open(&one, &second).await.unwrap());
    one.clock.advance(SignedDuration::from_mins(5));
    let third = token_of(&offer_setup(&one).await.unwrap().unwrap());
    for old in [&first, &second] {
        let error = set_up(&one, old, &form("eve@example.org", PASSWORD), &browser("::1")).await;
        assert!(matches!(error, Err(SetUpError::DeadLink)), "{error:?}");
    }
    one.clock.advance(SignedDuration::from_hours(7 * 24));
    assert!(!is_setup_open(&one, &third).await.unwrap(), "it expires");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_fields_and_a_taken_address_leave_the_link_alive(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let anna = person(app, "anna@example.org", Role::Customer).await;
    let token = token_of(&offer_setup(app).await.unwrap().unwrap());
    let complaints = async |form: SetUpForm| match set_up(app, &token, &form, &browser("::1")).await {
        Err(SetUpError::Invalid(errors)) => said(&errors),
        other => panic!("{other:?}"),
    };
    let bad = complaints(SetUpForm::default()).await;
    let fields: Vec<&str> = bad.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "email", "password"]);
    let taken = complaints(form("anna@example.org", PASSWORD)).await;
    assert!(
        taken[0].0 == "email" && taken[0].1.contains("timetap user set-role"),
        "{taken:?}"
    );
    assert_eq!(row(app, anna).await.role, "customer");
    set_up(app, &token, &form("boss@example.org", PASSWORD), &browser("::1"))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_administrator_made_elsewhere_closes_the_door() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let token = token_of(&offer_setup(app).await.unwrap().unwrap());
    person(app, "boss@example.org", Role::Admin).await;
    let error = set_up(app, &token, &form("eve@example.org", PASSWORD), &browser("::1")).await;
    assert!(matches!(error, Err(SetUpError::DeadLink)), "{error:?}");
}

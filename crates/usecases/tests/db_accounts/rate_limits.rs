//! Limits that hold for all replicas together.

use std::sync::Arc;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_core::role::Role;
use timetap_store::entities::rate_limit;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::rate_limit::{RateError, RateRule, hit};
use timetap_usecases::accounts::sign_in::{SignInError, SignInForm, sign_in};

use crate::support::{PASSWORD, browser, person, try_sign_in};

const RULE: RateRule = RateRule::new("test", 10, 15);

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tries_at_once_in_two_replicas_are_all_counted(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let (one, two) = (program.app.clone(), Arc::new(program.replica().await));
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..40 {
        let app = if number % 2 == 0 { one.clone() } else { two.clone() };
        tries.spawn(async move { hit(&app, RULE, "anna").await });
    }
    let results = tries.join_all().await;
    let passed = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(passed, 10);
    assert!(
        results
            .iter()
            .all(|result| matches!(result, Ok(()) | Err(RateError::TooMany(_)))),
        "{results:?}"
    );
    hit(&two, RULE, "ben").await.unwrap();
    hit(&two, RateRule::new("other", 1, 15), "anna").await.unwrap();
    let rows = rate_limit::Entity::find().all(one.db.reader()).await.unwrap();
    assert!(
        rows.iter().all(|row| !row.key.contains("anna")),
        "keys are hashed: {rows:?}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_new_window_counts_afresh_and_says_when_it_begins(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    app.clock.advance(SignedDuration::from_mins(4));
    for _ in 0..10 {
        hit(app, RULE, "anna").await.unwrap();
    }
    let Err(RateError::TooMany(error)) = hit(app, RULE, "anna").await else {
        panic!("an eleventh try went through")
    };
    assert_eq!(error.retry_after, SignedDuration::from_mins(11));
    app.clock.advance(error.retry_after);
    hit(app, RULE, "anna").await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn guessing_one_account_stops_also_for_the_right_password(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let (one, two) = (program.app.clone(), Arc::new(program.replica().await));
    person(&one, "anna@example.org", Role::Staff).await;
    for number in 0..10 {
        let app = if number % 2 == 0 { &one } else { &two };
        let form = SignInForm {
            // Neither another spelling nor another place helps.
            email: if number % 3 == 0 {
                "ANNA@example.org"
            } else {
                "anna@example.org"
            }
            .to_owned(),
            password: "not her password".into(),
        };
        let place = browser(&format!("203.0.113.{number}"));
        let error = sign_in(app, form, &place, None).await.unwrap_err();
        assert!(matches!(error, SignInError::Wrong), "{error:?}");
    }
    for app in [&one, &two] {
        let error = try_sign_in(app, "anna@example.org", PASSWORD).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "Too many tries. Wait 16 minutes, or choose a new password."
        );
    }
    one.clock.advance(SignedDuration::from_mins(15));
    assert!(try_sign_in(&two, "anna@example.org", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn signing_in_clears_the_count_of_the_account() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    for _ in 0..3 {
        for _ in 0..9 {
            assert!(try_sign_in(app, "anna@example.org", "not her password").await.is_err());
        }
        assert!(try_sign_in(app, "anna@example.org", PASSWORD).await.is_ok());
    }
}

#[tokio::test]
async fn guessing_many_accounts_from_one_place_stops() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    for number in 0..50 {
        let error = try_sign_in(app, &format!("person{number}@example.org"), "a guess").await;
        assert!(matches!(error, Err(SignInError::Wrong)), "{error:?}");
    }
    let error = try_sign_in(app, "person50@example.org", "a guess").await;
    assert!(matches!(error, Err(SignInError::TooMany(_))), "{error:?}");
    let form = SignInForm {
        email: "person50@example.org".to_owned(),
        password: "a guess".into(),
    };
    let elsewhere = sign_in(app, form, &browser("198.51.100.1"), None).await;
    assert!(matches!(elsewhere, Err(SignInError::Wrong)), "{elsewhere:?}");
}

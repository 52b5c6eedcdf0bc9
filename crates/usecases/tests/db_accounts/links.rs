//! Links that work once: to prove an address and to choose a password.

use std::sync::Arc;

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_core::role::Role;
use timetap_store::entities::one_time_token;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::accounts::forgot_password::{ForgotPasswordError, forgot_password};
use timetap_usecases::accounts::one_time_link::{Purpose, look_at_link};
use timetap_usecases::accounts::reset_password::{ResetPasswordError, reset_password};
use timetap_usecases::accounts::sign_up::{SignUpForm, sign_up};
use timetap_usecases::accounts::verify_email::{ResendError, VerifyEmailError, resend_verification, verify_email};
use timetap_usecases::mail::AccountMail;

use crate::support::{PASSWORD, behind, browser, later, mailed_token, mails, person, row, signed_in, try_sign_in};

const NEW: &str = "seven quiet harbours";

async fn newcomer(app: &TimeTap) -> uuid::Uuid {
    let form = SignUpForm {
        wish: "offer".to_owned(),
        name: "Anna Lindqvist".to_owned(),
        email: "anna@example.org".to_owned(),
        password: PASSWORD.into(),
    };
    sign_up(app, form, &browser("203.0.113.9")).await.unwrap();
    let token = mailed_token(app).await;
    look_at_link(app, Purpose::VerifyEmail, &token)
        .await
        .unwrap()
        .unwrap()
        .user_id
}

async fn forgetful(app: &TimeTap) -> (uuid::Uuid, String) {
    let id = person(app, "anna@example.org", Role::Staff).await;
    forgot_password(app, "Anna@example.org", &browser("203.0.113.9"))
        .await
        .unwrap();
    (id, mailed_token(app).await)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_address_is_proven_once_and_looking_changes_nothing(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = newcomer(app).await;
    let token = mailed_token(app).await;
    for _ in 0..2 {
        let owner = look_at_link(app, Purpose::VerifyEmail, &token).await.unwrap().unwrap();
        assert_eq!(
            (owner.name.as_str(), owner.email.as_str()),
            ("Anna Lindqvist", "anna@example.org")
        );
    }
    assert_eq!(row(app, id).await.email_verified_at, None);
    verify_email(app, &token).await.unwrap();
    let proven = row(app, id).await.email_verified_at;
    assert_eq!(proven.unwrap().timestamp(), app.clock.now());
    assert_eq!(look_at_link(app, Purpose::VerifyEmail, &token).await.unwrap(), None);
    app.clock.advance(SignedDuration::from_mins(1));
    let error = verify_email(app, &token).await.unwrap_err();
    assert!(matches!(error, VerifyEmailError::DeadLink), "{error:?}");
    assert!(error.to_string().contains("no longer works"), "{error}");
    assert_eq!(row(app, id).await.email_verified_at, proven);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn links_expire_and_are_stored_as_hashes_only(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = newcomer(app).await;
    let token = mailed_token(app).await;
    let stored = one_time_token::Entity::find().all(app.db.reader()).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert!(!format!("{stored:?}").contains(&token));
    app.clock.advance(SignedDuration::from_hours(7 * 24));
    assert!(matches!(
        verify_email(app, &token).await,
        Err(VerifyEmailError::DeadLink)
    ));
    assert_eq!(row(app, id).await.email_verified_at, None);

    forgot_password(app, "anna@example.org", &browser("203.0.113.9"))
        .await
        .unwrap();
    let token = mailed_token(app).await;
    app.clock.advance(SignedDuration::from_mins(59));
    assert!(
        look_at_link(app, Purpose::ResetPassword, &token)
            .await
            .unwrap()
            .is_some()
    );
    app.clock.advance(SignedDuration::from_mins(1));
    let error = reset_password(app, &token, &NEW.into()).await.unwrap_err();
    assert!(matches!(error, ResetPasswordError::DeadLink), "{error:?}");
    assert_eq!(error.to_string(), "This link no longer works. Ask for a new one.");
}

#[tokio::test]
async fn a_link_is_good_for_its_own_purpose_only() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    newcomer(app).await;
    let verification = mailed_token(app).await;
    let error = reset_password(app, &verification, &NEW.into()).await;
    assert!(matches!(error, Err(ResetPasswordError::DeadLink)), "{error:?}");
    later(app);
    forgot_password(app, "anna@example.org", &browser("203.0.113.9"))
        .await
        .unwrap();
    let reset = mailed_token(app).await;
    assert_ne!(reset, verification);
    assert!(matches!(
        verify_email(app, &reset).await,
        Err(VerifyEmailError::DeadLink)
    ));
    assert!(matches!(verify_email(app, "").await, Err(VerifyEmailError::DeadLink)));
    verify_email(app, &verification).await.unwrap();
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn another_link_is_sent_while_the_address_is_unproven(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = newcomer(app).await;
    let first = mailed_token(app).await;
    later(app);
    resend_verification(app, id).await.unwrap();
    let second = mailed_token(app).await;
    assert_ne!(first, second);
    for _ in 0..4 {
        resend_verification(app, id).await.unwrap();
    }
    let error = resend_verification(app, id).await.unwrap_err();
    assert!(matches!(error, ResendError::TooMany(_)), "{error:?}");
    verify_email(app, &second).await.unwrap();
    assert!(
        matches!(verify_email(app, &first).await, Err(VerifyEmailError::DeadLink)),
        "one proof makes all other links worthless"
    );
    app.clock.advance(SignedDuration::from_hours(1));
    let error = resend_verification(app, id).await.unwrap_err();
    assert_eq!(error.to_string(), "Your address is confirmed already.");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn forgetting_has_one_answer_and_a_mail_only_for_accounts(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let (_, token) = forgetful(app).await;
    assert_eq!(token.len(), 43);
    forgot_password(app, "nobody@example.org", &browser("203.0.113.9"))
        .await
        .unwrap();
    let mails = mails(app).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "anna@example.org");
    let error = forgot_password(app, "nobody", &browser("203.0.113.9"))
        .await
        .unwrap_err();
    assert!(matches!(error, ForgotPasswordError::Invalid(errors) if errors.get("email").is_some()));
    // Known or not, the limit is the same.
    for email in ["anna@example.org", "nobody@example.org"] {
        let mut passed = 1;
        for number in 0..10 {
            let sent = forgot_password(app, email, &browser(&format!("198.51.100.{number}"))).await;
            passed += u32::from(sent.is_ok());
        }
        assert_eq!(passed, 5, "{email}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_new_password_ends_every_session_and_opens_the_door_again(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let (id, token) = forgetful(app).await;
    let session = signed_in(app, "anna@example.org").await;
    for _ in 0..11 {
        let _ = try_sign_in(app, "anna@example.org", "a wrong guess").await;
    }
    let error = reset_password(app, &token, &"short".into()).await.unwrap_err();
    let ResetPasswordError::Invalid(errors) = error else {
        panic!("{error:?}")
    };
    assert!(errors.get("password").unwrap().contains("at least 10"));
    assert!(
        behind(app, &session).await.is_some(),
        "a refused password changes nothing"
    );

    later(app);
    reset_password(app, &token, &NEW.into()).await.unwrap();
    assert_eq!(behind(app, &session).await, None);
    assert!(matches!(
        reset_password(app, &token, &NEW.into()).await,
        Err(ResetPasswordError::DeadLink)
    ));
    assert!(row(app, id).await.email_verified_at.is_some());
    assert_eq!(
        mails(app).await.pop().unwrap().1,
        AccountMail::PasswordChanged {
            name: "Anna Lindqvist".to_owned(),
            reset_link: "http://timetap.test/forgot-password".to_owned(),
        }
    );
    assert!(try_sign_in(app, "anna@example.org", PASSWORD).await.is_err());
    assert!(
        try_sign_in(app, "anna@example.org", NEW).await.is_ok(),
        "the guesses before no longer count"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_two_uses_at_the_same_instant_one_wins(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let (one, two) = (program.app.clone(), Arc::new(program.replica().await));
    let (_, token) = forgetful(&one).await;
    let (first, second) = (NEW.into(), "eight quiet harbours".into());
    let results = tokio::join!(
        reset_password(&one, &token, &first),
        reset_password(&two, &token, &second)
    );
    let won = [results.0.is_ok(), results.1.is_ok()];
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{results:?}");
    assert_eq!(try_sign_in(&one, "anna@example.org", NEW).await.is_ok(), won[0]);
}

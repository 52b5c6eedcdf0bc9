//! Signing in: who gets in, and what those who do not are told.

use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::disable_user::disable_user;
use timetap_usecases::accounts::sign_in::{SignInError, SignInForm, sign_in};
use timetap_usecases::accounts::{CreateUserError, NewUser, create_user};

use crate::support::{PASSWORD, actor, behind, browser, person, said, signed_in, try_sign_in};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_role_gets_in_and_is_known_afterwards(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    for role in Role::ALL {
        let email = format!("{role}@example.org");
        let id = person(app, &email, *role).await;
        let form = SignInForm {
            // Addresses are typed in many ways.
            email: format!("  {} ", email.to_uppercase()),
            password: PASSWORD.into(),
        };
        let new = sign_in(app, form, &browser("203.0.113.9"), None).await.unwrap();
        assert_eq!(new.is_host, *role != Role::Customer);
        let known = behind(app, secrecy::ExposeSecret::expose_secret(&new.token))
            .await
            .unwrap();
        assert_eq!((known.user_id, known.role), (id, *role));
        assert_eq!(
            (known.name.as_str(), known.email.as_str()),
            ("Anna Lindqvist", email.as_str())
        );
        assert!(known.email_verified);
        assert_eq!(known.host_slug, None);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn unknown_address_wrong_password_and_no_password_sound_the_same(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    let without = NewUser {
        email: "ben@example.org".to_owned(),
        name: "Ben".to_owned(),
        role: Role::Customer,
        password: None,
        verified: true,
    };
    create_user(app, without).await.unwrap();
    for (email, password) in [
        ("nobody@example.org", PASSWORD),
        ("anna@example.org", "a grove of olive tree"),
        ("anna@example.org", "A grove of olive trees"),
        ("ben@example.org", PASSWORD),
    ] {
        let error = try_sign_in(app, email, password).await.unwrap_err();
        assert!(matches!(error, SignInError::Wrong), "{email}: {error:?}");
        assert_eq!(
            error.to_string(),
            "E-mail address and password do not fit together. Check both, or choose a new password."
        );
    }
}

#[tokio::test]
async fn empty_fields_are_named() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let error = try_sign_in(&program.app, "anna", "").await.unwrap_err();
    let SignInError::Invalid(errors) = error else {
        panic!("{error:?}")
    };
    let said = said(&errors);
    assert_eq!(said[0].0, "email");
    assert!(said[0].1.contains("needs an @"), "{said:?}");
    assert_eq!(
        said[1],
        ("password".to_owned(), "Please enter your password.".to_owned())
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_disabled_account_is_told_so_after_the_right_password_only(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let admin = actor(person(app, "admin@example.org", Role::Admin).await, Role::Admin);
    let anna = person(app, "anna@example.org", Role::Staff).await;
    disable_user(app, admin, anna, true).await.unwrap();
    let error = try_sign_in(app, "anna@example.org", PASSWORD).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "This account is disabled. Ask an administrator to enable it again."
    );
    let error = try_sign_in(app, "anna@example.org", "not her password")
        .await
        .unwrap_err();
    assert!(matches!(error, SignInError::Wrong), "{error:?}");
    disable_user(app, admin, anna, false).await.unwrap();
    assert!(try_sign_in(app, "anna@example.org", PASSWORD).await.is_ok());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn signing_in_again_gives_a_new_token_and_ends_the_old_one(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    let old = signed_in(app, "anna@example.org").await;
    let session = behind(app, &old).await.unwrap();
    let form = SignInForm {
        email: "anna@example.org".to_owned(),
        password: PASSWORD.into(),
    };
    let replaced = Some((session.user_id, session.session_id));
    let new = sign_in(app, form, &browser("203.0.113.9"), replaced).await.unwrap();
    assert_eq!(behind(app, &old).await, None);
    let known = behind(app, secrecy::ExposeSecret::expose_secret(&new.token))
        .await
        .unwrap();
    assert_ne!(known.session_id, session.session_id);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_account_is_made_once_and_only_from_good_fields(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let new = |email: &str, password: &str| NewUser {
        email: email.to_owned(),
        name: "Anna".to_owned(),
        role: Role::Manager,
        password: Some(password.into()),
        verified: false,
    };
    let id = create_user(app, new("anna@example.org", PASSWORD)).await.unwrap();
    let row = crate::support::row(app, id).await;
    assert_eq!((row.role.as_str(), row.email_verified_at), ("manager", None));
    let error = create_user(app, new("ANNA@Example.ORG", PASSWORD)).await.unwrap_err();
    assert!(matches!(error, CreateUserError::AddressTaken), "{error:?}");
    assert_eq!(
        error.to_string(),
        "There is an account with this e-mail address already."
    );
    let error = create_user(app, new("ben", "short")).await.unwrap_err();
    assert!(matches!(error, CreateUserError::Invalid(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("needs an @") && text.contains("at least 10"), "{text}");
}

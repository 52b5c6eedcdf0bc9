//! Changing one's own password, and the operator's way.

use rstest::rstest;
use secrecy::ExposeSecret;
use timetap_core::role::Role;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::change_password::{ChangePasswordError, ChangePasswordForm, change_password};
use timetap_usecases::accounts::rename_account::{RenameError, rename_account};
use timetap_usecases::accounts::set_password::{SetPasswordError, set_password};
use timetap_usecases::accounts::{NewUser, create_user};
use timetap_usecases::mail::AccountMail;

use crate::support::{PASSWORD, behind, mails, person, row, said, signed_in, try_sign_in};

const NEW: &str = "seven quiet harbours";

fn form(current: &str, new: &str) -> ChangePasswordForm {
    ChangePasswordForm {
        current: current.into(),
        new: new.into(),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn changing_keeps_this_browser_and_ends_the_others(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = person(app, "anna@example.org", Role::Staff).await;
    person(app, "ben@example.org", Role::Staff).await;
    let (here, there) = (
        signed_in(app, "anna@example.org").await,
        signed_in(app, "anna@example.org").await,
    );
    let ben = signed_in(app, "ben@example.org").await;
    let session = behind(app, &here).await.unwrap().session_id;
    let new_here = change_password(app, id, session, &form(PASSWORD, NEW)).await.unwrap();
    assert_eq!(
        behind(app, &here).await,
        None,
        "whoever had copied this browser's token is out"
    );
    let still = behind(app, new_here.expose_secret()).await.unwrap();
    assert_eq!(still.session_id, session);
    assert_eq!(behind(app, &there).await, None);
    assert!(behind(app, &ben).await.is_some());
    assert!(try_sign_in(app, "anna@example.org", PASSWORD).await.is_err());
    assert!(try_sign_in(app, "anna@example.org", NEW).await.is_ok());
    let (recipient, mail) = mails(app).await.pop().unwrap();
    assert_eq!(recipient, "anna@example.org");
    assert!(matches!(mail, AccountMail::PasswordChanged { .. }), "{mail:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_wrong_password_changes_nothing_and_guessing_stops(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let id = person(app, "anna@example.org", Role::Staff).await;
    let (here, there) = (
        signed_in(app, "anna@example.org").await,
        signed_in(app, "anna@example.org").await,
    );
    let session = behind(app, &here).await.unwrap().session_id;
    let error = change_password(app, id, session, &form("a wrong guess", "short"))
        .await
        .unwrap_err();
    let ChangePasswordError::Invalid(errors) = error else {
        panic!("{error:?}")
    };
    let said = said(&errors);
    assert_eq!(
        said[0],
        (
            "current_password".to_owned(),
            "This is not your current password.".to_owned()
        )
    );
    assert!(
        said[1].0 == "new_password" && said[1].1.contains("at least 10"),
        "{said:?}"
    );
    for _ in 0..9 {
        let error = change_password(app, id, session, &form("a wrong guess", NEW))
            .await
            .unwrap_err();
        assert!(matches!(error, ChangePasswordError::Invalid(_)), "{error:?}");
    }
    let error = change_password(app, id, session, &form(PASSWORD, NEW))
        .await
        .unwrap_err();
    assert!(matches!(error, ChangePasswordError::TooMany(_)), "{error:?}");
    assert!(behind(app, &there).await.is_some());
    assert_eq!(mails(app).await, []);
}

#[tokio::test]
async fn without_a_password_there_is_another_way() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let new = NewUser {
        email: "anna@example.org".to_owned(),
        name: "Anna".to_owned(),
        role: Role::Customer,
        password: None,
        verified: true,
    };
    let id = create_user(app, new).await.unwrap();
    let error = change_password(app, id, id, &form("", NEW)).await.unwrap_err();
    let ChangePasswordError::Invalid(errors) = error else {
        panic!("{error:?}")
    };
    assert!(errors.get("current_password").unwrap().contains("Forgot password"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_operator_sets_a_password_and_the_owner_hears_of_it(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    let session = signed_in(app, "anna@example.org").await;
    for nobody in ["nobody@example.org", "nobody"] {
        let error = set_password(app, nobody, &NEW.into()).await.unwrap_err();
        assert_eq!(error.to_string(), "There is no account with this e-mail address.");
    }
    let error = set_password(app, "anna@example.org", &"short".into())
        .await
        .unwrap_err();
    assert!(matches!(error, SetPasswordError::Invalid(_)), "{error:?}");
    assert!(error.to_string().contains("at least 10"), "{error}");
    assert!(behind(app, &session).await.is_some());
    set_password(app, "Anna@Example.org", &NEW.into()).await.unwrap();
    assert_eq!(behind(app, &session).await, None);
    assert!(try_sign_in(app, "anna@example.org", NEW).await.is_ok());
    assert_eq!(mails(app).await.len(), 1);
}

#[tokio::test]
async fn a_name_is_changed_if_it_is_one() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let id = person(app, "anna@example.org", Role::Staff).await;
    rename_account(app, id, "  Anna Berg ").await.unwrap();
    assert_eq!(row(app, id).await.name, "Anna Berg");
    for bad in ["", "\u{0}", &"x".repeat(121)] {
        let error = rename_account(app, id, bad).await.unwrap_err();
        assert!(
            matches!(error, RenameError::Invalid(errors) if errors.get("name").is_some()),
            "{bad:?}"
        );
    }
    assert_eq!(row(app, id).await.name, "Anna Berg");
}

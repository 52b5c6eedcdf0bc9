//! What administrators may do, and nobody else.

use std::sync::Arc;

use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::change_role::{ChangeRoleError, change_role, set_role_by_email};
use timetap_usecases::accounts::disable_user::{DisableUserError, disable_user};
use timetap_usecases::accounts::list_people::{ListPeopleError, list_people};
use timetap_usecases::accounts::rename_account::rename_account;
use timetap_usecases::accounts::{NewUser, create_user};
use uuid::Uuid;

use crate::support::{actor, behind, person, row, signed_in};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_administrators_see_and_change_people(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let anna = person(app, "anna@example.org", Role::Customer).await;
    for role in Role::ALL {
        let by = actor(person(app, &format!("{role}@example.org"), *role).await, *role);
        let seen = list_people(app, by, "", 1).await;
        let changed = change_role(app, by, anna, Role::Staff).await;
        let disabled = disable_user(app, by, anna, true).await;
        if role.is_admin() {
            assert!(seen.is_ok() && changed.is_ok() && disabled.is_ok());
            assert_eq!(row(app, anna).await.role, "staff");
            assert!(row(app, anna).await.disabled_at.is_some());
        } else {
            assert!(matches!(seen, Err(ListPeopleError::Forbidden)), "{role}");
            assert!(matches!(changed, Err(ChangeRoleError::Forbidden)), "{role}");
            assert!(matches!(disabled, Err(DisableUserError::Forbidden)), "{role}");
            assert_eq!(row(app, anna).await.role, "customer");
            assert_eq!(row(app, anna).await.disabled_at, None);
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_new_role_counts_from_the_next_request(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let admin = actor(person(app, "admin@example.org", Role::Admin).await, Role::Admin);
    let anna = person(app, "anna@example.org", Role::Staff).await;
    let token = signed_in(app, "anna@example.org").await;
    for role in Role::ALL {
        change_role(app, admin, anna, *role).await.unwrap();
        assert_eq!(behind(app, &token).await.unwrap().role, *role);
    }
    let error = change_role(app, admin, Uuid::nil(), Role::Staff).await.unwrap_err();
    assert_eq!(error.to_string(), "There is no such account.");
    let error = disable_user(app, admin, Uuid::nil(), true).await.unwrap_err();
    assert_eq!(error.to_string(), "There is no such account.");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_last_administrator_stays_and_nobody_disables_themselves(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let one = person(app, "one@example.org", Role::Admin).await;
    let two = person(app, "two@example.org", Role::Admin).await;
    let by = actor(one, Role::Admin);
    let error = disable_user(app, by, one, true).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "You cannot disable your own account. Another administrator can."
    );
    disable_user(app, by, two, true).await.unwrap();
    // A disabled administrator runs nothing.
    let error = change_role(app, by, one, Role::Staff).await.unwrap_err();
    assert!(matches!(error, ChangeRoleError::LastAdmin), "{error:?}");
    assert_eq!(
        error.to_string(),
        "This is the only administrator. Make somebody else an administrator first."
    );
    let error = set_role_by_email(app, "one@example.org", Role::Customer)
        .await
        .unwrap_err();
    assert!(matches!(error, ChangeRoleError::LastAdmin), "{error:?}");
    let error = disable_user(app, actor(two, Role::Admin), one, true).await.unwrap_err();
    assert!(matches!(error, DisableUserError::LastAdmin), "{error:?}");
    change_role(app, by, one, Role::Admin).await.unwrap();
    disable_user(app, by, two, false).await.unwrap();
    change_role(app, by, one, Role::Staff).await.unwrap();
    assert_eq!(row(app, one).await.role, "staff");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn two_administrators_cannot_both_step_down_at_once(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let (here, there) = (program.app.clone(), Arc::new(program.replica().await));
    let one = person(&here, "one@example.org", Role::Admin).await;
    let two = person(&here, "two@example.org", Role::Admin).await;
    for _ in 0..10 {
        let results = tokio::join!(
            change_role(&here, actor(one, Role::Admin), one, Role::Staff),
            change_role(&there, actor(two, Role::Admin), two, Role::Staff)
        );
        let left = [row(&here, one).await.role, row(&here, two).await.role];
        assert_eq!(left.iter().filter(|role| *role == "admin").count(), 1, "{results:?}");
        for email in ["one@example.org", "two@example.org"] {
            set_role_by_email(&here, email, Role::Admin).await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_operator_names_people_by_address() {
    let program = TestProgram::start(Engine::Sqlite).await;
    let app = &program.app;
    let anna = person(app, "anna@example.org", Role::Customer).await;
    set_role_by_email(app, " Anna@Example.org", Role::Manager)
        .await
        .unwrap();
    assert_eq!(row(app, anna).await.role, "manager");
    for nobody in ["nobody@example.org", "nobody"] {
        let error = set_role_by_email(app, nobody, Role::Admin).await.unwrap_err();
        assert!(matches!(error, ChangeRoleError::NoSuchAccount), "{error:?}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_list_is_searched_as_text_and_comes_in_pages(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let admin = person(app, "admin@example.org", Role::Admin).await;
    rename_account(app, admin, "Zora 100%").await.unwrap();
    let by = actor(admin, Role::Admin);
    for number in 0..101 {
        let new = NewUser {
            email: format!("person.{number:03}@example.org"),
            name: format!("person {number:03}"),
            role: Role::Customer,
            password: None,
            verified: number % 2 == 0,
        };
        create_user(app, new).await.unwrap();
    }
    let first = list_people(app, by, "", 1).await.unwrap();
    assert_eq!(
        (first.total, first.pages, first.page, first.people.len()),
        (102, 3, 1, 50)
    );
    assert_eq!(first.people[0].name, "person 000");
    assert!(first.people[0].verified && !first.people[1].verified);
    let third = list_people(app, by, "", 3).await.unwrap();
    assert_eq!(third.people.len(), 2);
    assert_eq!(third.people[1].name, "Zora 100%");
    for beyond in [4, u64::MAX] {
        assert_eq!(list_people(app, by, "", beyond).await.unwrap().page, 3);
    }
    assert_eq!(list_people(app, by, "", 0).await.unwrap().page, 1);
    let names = async |search: &str| -> Vec<String> {
        let found = list_people(app, by, search, 1).await.unwrap();
        found.people.into_iter().map(|person| person.name).collect()
    };
    assert_eq!(names(" ZORA ").await, ["Zora 100%"]);
    assert_eq!(names("Person.042@").await, ["person 042"]);
    assert_eq!(names("100%").await, ["Zora 100%"], "a percent sign is one");
    assert_eq!(names("person_042").await, [""; 0], "an underscore is one");
    assert_eq!(names("\\").await, [""; 0]);
}

//! Sessions: how long they live, who sees them and who ends them.

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_core::role::Role;
use timetap_store::accounts::change_user::set_disabled;
use timetap_store::entities::login_session;
use timetap_store::maintenance::delete_expired::delete_expired;
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::accounts::disable_user::disable_user;
use timetap_usecases::accounts::end_session::{end_other_sessions, end_session};
use timetap_usecases::accounts::forgot_password::forgot_password;
use timetap_usecases::accounts::list_sessions::list_sessions;
use timetap_usecases::accounts::resolve_session::touch_session;

use crate::support::{actor, behind, browser, person, signed_in};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_session_dies_thirty_days_after_it_was_last_used(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    let token = signed_in(app, "anna@example.org").await;
    assert!(!behind(app, &token).await.unwrap().touch_due);
    app.clock.advance(SignedDuration::from_mins(4));
    assert!(
        !behind(app, &token).await.unwrap().touch_due,
        "noted at most every five minutes"
    );
    app.clock.advance(SignedDuration::from_hours(29 * 24));
    let session = behind(app, &token).await.unwrap();
    assert!(session.touch_due);
    touch_session(app, session.session_id).await.unwrap();
    assert!(!behind(app, &token).await.unwrap().touch_due);
    app.clock.advance(SignedDuration::from_hours(29 * 24));
    assert!(behind(app, &token).await.is_some(), "its use let it live on");
    app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(behind(app, &token).await, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tokens_are_stored_as_hashes_and_nothing_else_opens_a_session(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    let token = signed_in(app, "anna@example.org").await;
    let stored = login_session::Entity::find()
        .one(app.db.reader())
        .await
        .unwrap()
        .unwrap();
    assert!(!format!("{stored:?}").contains(&token));
    assert_eq!(stored.token_hash.len(), 64);
    for wrong in [
        "",
        "x",
        stored.token_hash.as_str(),
        &token.to_lowercase(),
        &stored.id.to_string(),
    ] {
        assert_eq!(behind(app, wrong).await, None, "{wrong}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn owners_see_and_end_their_own_sessions_and_nobody_elses(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let anna = person(app, "anna@example.org", Role::Staff).await;
    let ben = person(app, "ben@example.org", Role::Admin).await;
    let first = signed_in(app, "anna@example.org").await;
    app.clock.advance(SignedDuration::from_mins(10));
    let second = signed_in(app, "anna@example.org").await;
    let other = signed_in(app, "ben@example.org").await;
    let (first_id, second_id, other_id) = (
        behind(app, &first).await.unwrap().session_id,
        behind(app, &second).await.unwrap().session_id,
        behind(app, &other).await.unwrap().session_id,
    );
    let seen = list_sessions(app, anna, first_id).await.unwrap();
    let ids: Vec<_> = seen.iter().map(|session| (session.id, session.current)).collect();
    assert_eq!(
        ids,
        [(first_id, true), (second_id, false)],
        "the one in use comes first"
    );
    assert_eq!(seen[1].device, "Firefox on Linux");
    assert_eq!(seen[1].last_seen, app.clock.now());

    assert!(!end_session(app, anna, other_id).await.unwrap());
    assert!(behind(app, &other).await.is_some());
    assert!(
        !end_session(app, ben, second_id).await.unwrap(),
        "not even an administrator"
    );
    assert!(end_session(app, anna, second_id).await.unwrap());
    assert_eq!(behind(app, &second).await, None);
    assert!(!end_session(app, anna, second_id).await.unwrap());

    let third = signed_in(app, "anna@example.org").await;
    assert_eq!(end_other_sessions(app, anna, first_id).await.unwrap(), 1);
    assert_eq!(behind(app, &third).await, None);
    assert!(behind(app, &first).await.is_some());
    assert!(behind(app, &other).await.is_some());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn disabling_ends_every_session_for_good(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let admin = actor(person(app, "admin@example.org", Role::Admin).await, Role::Admin);
    let anna = person(app, "anna@example.org", Role::Staff).await;
    let token = signed_in(app, "anna@example.org").await;
    disable_user(app, admin, anna, true).await.unwrap();
    assert_eq!(behind(app, &token).await, None);
    disable_user(app, admin, anna, false).await.unwrap();
    assert_eq!(behind(app, &token).await, None, "enabling brings no session back");
    // Whatever else might leave a session behind: as long as its owner is disabled, it opens nothing.
    let left = signed_in(app, "anna@example.org").await;
    set_disabled(app.db.writer(), anna, true, app.clock.now())
        .await
        .unwrap();
    assert_eq!(behind(app, &left).await, None);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_dead_is_removed_and_what_lives_stays(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    person(app, "anna@example.org", Role::Staff).await;
    signed_in(app, "anna@example.org").await;
    forgot_password(app, "anna@example.org", &browser("203.0.113.9"))
        .await
        .unwrap();
    let counters = 3; // signing in and forgetting by network address, forgetting by account
    app.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(delete_expired(app.db.writer(), app.clock.now()).await.unwrap(), 0);
    app.clock.advance(SignedDuration::from_hours(61 * 24));
    let living = signed_in(app, "anna@example.org").await;
    app.clock.advance(SignedDuration::from_hours(1));
    // The session, the link and the old counters; the counter of the sign-in an hour ago stays.
    assert_eq!(
        delete_expired(app.db.writer(), app.clock.now()).await.unwrap(),
        1 + 1 + counters
    );
    assert!(behind(app, &living).await.is_some());
}

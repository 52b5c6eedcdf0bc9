//! Who has an event of an appointment: each person one, as the first of what they are.

use rstest::rstest;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use timetap_sandbox::LedgerQuery;
use timetap_store::entities::calendar_connection;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::calendars::want_events;

use super::support::{ANNA, BEN, DORA, MONA, OLGA, Stage, TUESDAY_AT_10, account};

fn named(rows: Vec<(uuid::Uuid, String, String)>) -> Vec<(uuid::Uuid, String)> {
    rows.into_iter().map(|(who, role, _)| (who, role)).collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn staff_customer_manager_and_admins_have_a_row_each(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let [lesson] = &stage.buy(&draft).await[..] else {
        panic!("one item, one appointment")
    };
    let role = |role: &str| role.to_owned();
    assert_eq!(
        named(stage.rows(lesson).await),
        [
            (ANNA, role("staff")),
            (MONA, role("manager")),
            (OLGA, role("admin")),
            (DORA, role("customer"))
        ]
    );
    // Nobody has a calendar.
    stage.work_it_all().await;
    assert!(stage.rows(lesson).await.iter().all(|(.., state)| state == "skipped"));
    assert_eq!(stage.effects("insert").len(), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_others_do_takes_no_time_of_those_who_look_on(#[case] engine: Engine) {
    let people = [ANNA, MONA, OLGA, DORA];
    let stage = Stage::connected(engine, &people).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await;
    stage.work_it_all().await;
    let takes_time = || {
        people.map(|person| {
            let events = stage.google().events(account(person)).unwrap();
            let [event] = &events[..] else { panic!("{events:#?}") };
            event["transparency"] != "transparent"
        })
    };
    // Staff, manager, admin, customer.
    let expected = [true, false, false, true];
    assert_eq!(takes_time(), expected);
    stage.move_to(&booked[0], "2026-11-24T12:00:00+01:00").await;
    stage.work_it_all().await;
    assert_eq!(takes_time(), expected);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_is_several_has_one_event_as_the_first_of_them(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    // Dora is an admin who wants all events and Anna's manager; Anna is an admin, too.
    for person in [DORA, ANNA] {
        stage
            .change_person(person, |person| {
                person.role = Set("admin".to_owned());
                person.wants_all_events = Set(true);
            })
            .await;
    }
    stage
        .change_person(ANNA, |anna| anna.manager_id = Set(Some(DORA)))
        .await;
    // Who may not sign in any more gets nothing; who did not ask neither.
    stage
        .change_person(OLGA, |olga| {
            olga.disabled_at = Set(Some(stage.app().clock.now().into()));
        })
        .await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await;
    assert_eq!(
        named(stage.rows(&booked[0]).await),
        [(ANNA, "staff".to_owned()), (DORA, "customer".to_owned())]
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_is_no_manager_any_more_gets_no_events_of_the_team(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    stage
        .change_person(MONA, |mona| mona.role = Set("staff".to_owned()))
        .await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let lesson = stage.buy(&draft).await.remove(0);
    let people = |rows| named(rows).into_iter().map(|(who, _)| who).collect::<Vec<_>>();
    assert_eq!(people(stage.rows(&lesson).await), [ANNA, OLGA, DORA]);
    // Neither with a calendar of her own.
    stage.connect(MONA).await;
    stage.work_it_all().await;
    assert_eq!(stage.events(MONA).len(), 0);
    assert!(!people(stage.rows(&lesson).await).contains(&MONA));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn another_one_of_the_staff_gets_it_and_the_former_loses_it(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, BEN, MONA]).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let mut lesson = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    assert_eq!([ANNA, BEN, MONA].map(|person| stage.events(person).len()), [1, 0, 1]);

    // Ben takes over, whom nobody manages.
    stage.change_person(BEN, |ben| ben.manager_id = Set(None)).await;
    stage.hand_over(&mut lesson, BEN).await;
    stage.work_it_all().await;
    assert_eq!([ANNA, BEN, MONA].map(|person| stage.events(person).len()), [0, 1, 0]);
    let roles: Vec<(uuid::Uuid, String, String)> = stage.rows(&lesson).await;
    let of = |who| {
        roles
            .iter()
            .find(|(person, ..)| *person == who)
            .map(|(_, role, state)| (role.as_str(), state.as_str()))
    };
    assert_eq!(of(ANNA), Some(("staff", "removed")));
    assert_eq!(of(BEN), Some(("staff", "written")));
    assert_eq!(of(MONA), Some(("manager", "removed")));

    // It is off: everybody's event goes.
    let txn = stage.app().db.begin().await.unwrap();
    want_events(&txn, stage.app(), &lesson, false).await.unwrap();
    txn.commit().await.unwrap();
    stage.work_it_all().await;
    assert_eq!([ANNA, BEN, MONA].map(|person| stage.events(person).len()), [0, 0, 0]);
    assert!(
        stage
            .rows(&lesson)
            .await
            .iter()
            .all(|(.., state)| state == "removed" || state == "skipped")
    );
    assert_eq!(stage.effects("insert").len(), 3, "Anna, Mona, Ben");
    assert_eq!(stage.effects("delete").len(), 3);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn when_somebody_who_only_books_is_busy_is_nobodys_business(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, DORA]).await;
    // As a host leaves it who sells no longer: what is set for the calendar says nothing of who they are.
    calendar_connection::Entity::update_many()
        .col_expr(calendar_connection::Column::Direction, Expr::value("both"))
        .exec(stage.app().db.writer())
        .await
        .unwrap();
    stage.work_after(3600).await;
    let asked = |person| {
        let query = LedgerQuery::method("freebusy");
        let rows = stage.google().ledger(&query);
        rows.iter()
            .filter(|row| row.account.as_deref() == Some(account(person)))
            .count()
    };
    assert!(asked(ANNA) > 0, "who is booked by others is asked");
    assert_eq!(asked(DORA), 0);
    // As soon as others can book her, it matters.
    stage
        .change_person(DORA, |dora| dora.role = Set("staff".to_owned()))
        .await;
    stage.work_after(3600).await;
    assert!(asked(DORA) > 0);
}

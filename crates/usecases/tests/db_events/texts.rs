//! What each person's event says, where it is, whom it invites, and when it repeats.

use std::fmt::Write as _;

use rstest::rstest;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use timetap_store::entities::{appointment, service};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::orders::DraftItem;
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, MONA, OLGA, Stage, TUESDAY_AT_10, account};

const ALL: [Uuid; 5] = [ANNA, BEN, MONA, OLGA, DORA];

/// The service takes place so from now on.
async fn take_place(stage: &Stage, id: Uuid, kind: &str, detail: &str) {
    let on = stage.app().db.writer();
    let found = service::Entity::find_by_id(id).one(on).await.unwrap().unwrap();
    let mut row = found.into_active_model();
    row.location_kind = Set(kind.to_owned());
    row.location_detail = Set(detail.to_owned());
    row.update(on).await.unwrap();
}

/// What the events of these people say, with what differs from run to run named.
async fn tell(stage: &Stage, appointment: &appointment::Model, people: [Uuid; 4]) -> String {
    let order = stage.order_of(appointment).await;
    let mut told = String::new();
    for person in people {
        let event = stage.event(person);
        write!(
            told,
            "== {}\n{}\nin: {}\nguests: {}\n{}\n\n",
            account(person),
            event["summary"].as_str().unwrap(),
            event["location"].as_str().unwrap_or("-"),
            event["attendees"],
            event["description"].as_str().unwrap(),
        )
        .unwrap();
    }
    let link = stage.appointment(appointment.id).await.meet_link;
    told.replace(&order.number, "TT-0000-0000")
        .replace(&order.id.to_string(), "ORDER")
        .replace(&appointment.id.to_string(), "APPOINTMENT")
        .replace(stage.app().settings.link("").as_str(), "https://book.example.org")
        .replace(
            link.as_deref().unwrap_or("no link"),
            "https://meet.google.com/abc-defg-hij",
        )
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everybody_reads_what_concerns_them(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &ALL).await;
    take_place(&stage, ShopScene::PARTY, "at_customer", "").await;
    let mut draft = stage.draft(vec![ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10)]);
    draft.address = Some("Calle Mayor 1, Madrid".to_owned());
    let party = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;

    let told = tell(&stage, &party, [DORA, BEN, MONA, OLGA]).await;
    insta::assert_snapshot!("a_party_at_the_customers", told);
    assert!(stage.events(ANNA).is_empty(), "she has nothing to do with it");
}

/// What is bought, where it takes place, and who serves it.
fn sold(what: &str) -> (DraftItem, (&'static str, &'static str), Uuid) {
    let lesson = || ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10);
    match what {
        "a_session_by_meet" => (lesson(), ("google_meet", ""), ANNA),
        "a_session_by_phone" => (lesson(), ("phone", ""), ANNA),
        "a_session_in_person" => (lesson(), ("in_person", "Blue house, Calle Mayor 1"), ANNA),
        "a_session_by_link" => (lesson(), ("link", "https://rooms.example.org/anna"), ANNA),
        "a_camp" => (
            ShopScene::camp(&["Mia", "Leo"]),
            ("in_person", "Blue house, Calle Mayor 1"),
            ANNA,
        ),
        "a_party_in_a_room" => (ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10), ("in_person", ""), BEN),
        other => panic!("{other}"),
    }
}

#[rstest]
#[tokio::test]
async fn each_kind_is_told_to_everybody_in_their_words(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(
        "a_session_by_meet",
        "a_session_by_phone",
        "a_session_in_person",
        "a_session_by_link",
        "a_camp",
        "a_party_in_a_room"
    )]
    what: &str,
) {
    let stage = Stage::connected(engine, &ALL).await;
    let (item, (kind, detail), staff) = sold(what);
    take_place(&stage, item.service_id, kind, detail).await;
    let appointment = stage.buy(&stage.draft(vec![item])).await.remove(0);
    stage.work_it_all().await;
    let told = tell(&stage, &appointment, [DORA, staff, MONA, OLGA]).await;
    insta::assert_snapshot!(what, told);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn one_meet_link_reaches_everybodys_event(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &ALL).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let lesson = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    let link = stage.appointment(lesson.id).await.meet_link.expect("a Meet link");
    assert_eq!(stage.event(ANNA)["hangoutLink"], json!(link));
    assert_eq!(
        stage.event(ANNA)["summary"],
        json!("[TimeTap] Session with dora@example.com")
    );
    for person in [DORA, MONA, OLGA] {
        let event = stage.event(person);
        assert_eq!(event["location"], json!(link), "{person}");
        assert!(event["description"].as_str().unwrap().contains(&link));
        assert!(event.get("conferenceData").is_none() && event.get("hangoutLink").is_none());
    }
    assert_eq!(stage.effects("insert").len(), 4);
    assert_eq!(
        stage.google_mails(),
        Vec::<String>::new(),
        "Dora has an event of her own"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_customer_is_invited_once_and_only_where_they_have_no_calendar_here(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA]).await;
    let mut draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    draft.email = timetap_core::text::EmailAddress::parse(account(DORA)).unwrap();
    let lesson = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    let invitations = stage.google_mails();
    assert_eq!(invitations.len(), 1, "{invitations:?}");
    assert!(invitations[0].starts_with("Invitation: [TimeTap] Session with dora@sandbox.test"));
    assert_eq!(stage.event(ANNA)["attendees"][0]["email"], json!(account(DORA)));
    assert!(
        stage
            .event(MONA)
            .get("attendees")
            .is_none_or(|all| all.as_array().unwrap().is_empty())
    );

    // Dora connects: she has an event of her own now, is no guest any more, and nobody is mailed about it.
    stage.connect(DORA).await;
    stage.work_it_all().await;
    assert_eq!(stage.event(DORA)["summary"], json!("Piano lesson"));
    let guests = stage.event(ANNA)["attendees"].clone();
    assert!(guests.is_null() || guests == json!([]), "{guests}");
    assert_eq!(stage.google_mails().len(), 1);
    let rows = stage.rows(&lesson).await;
    assert!(
        rows.contains(&(DORA, "customer".to_owned(), "written".to_owned())),
        "{rows:?}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_camp_repeats_on_its_days_and_stays_one_event(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &ALL).await;
    let camp = stage
        .buy(&stage.draft(vec![ShopScene::camp(&["Mia", "Leo"])]))
        .await
        .remove(0);
    stage.work_it_all().await;
    for person in [ANNA, MONA, OLGA, DORA] {
        let event = stage.event(person);
        assert_eq!(event["recurrence"], json!(["RRULE:FREQ=DAILY;COUNT=3"]), "{person}");
        assert_eq!(event["end"]["timeZone"], json!("Europe/Madrid"));
        let (start, end) = (&event["start"]["dateTime"], &event["end"]["dateTime"]);
        let at = |time: &serde_json::Value| time.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().to_string();
        assert_eq!(
            (at(start), at(end)),
            ("2026-12-14T08:00:00Z".to_owned(), "2026-12-14T14:00:00Z".to_owned())
        );
    }
    // Allergies and notes about children stand in nobody's calendar, their names not in the customer's.
    for person in [ANNA, MONA, OLGA, DORA] {
        let text = stage.event(person).to_string();
        assert!(!text.contains("nuts"), "{text}");
        assert_eq!(text.contains("Mia (8), Leo (8)"), person != DORA, "{text}");
    }
    // A comparison takes the days for the one event that they are.
    let deleted = stage.effects("delete").len();
    stage.work_after(6 * 60).await;
    stage.work_after(25 * 3600).await;
    assert_eq!(stage.effects("delete").len(), deleted);
    for person in [ANNA, MONA, OLGA, DORA] {
        assert_eq!(stage.events(person).len(), 1, "{person}");
    }
    assert!(stage.rows(&camp).await.iter().all(|(.., state)| state == "written"));
}

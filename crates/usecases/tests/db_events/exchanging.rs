//! A booking is given to another one of the staff, or becomes another service: calendars follow, and everybody reads it once.

use rstest::rstest;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use timetap_store::entities::{appointment, service};
use timetap_testing::{Engine, ShopScene, changes, fingerprint};
use timetap_usecases::bookings::{
    Actor, ExchangeError, ExchangeForm, Exchanged, cancel_appointment, exchange_booking, view_exchange,
};
use timetap_usecases::orders::place_order;
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, DORAS_MAIL, MONA, OLGA, Stage, TUESDAY_AT_10};

async fn give(stage: &Stage, by: Uuid, id: Uuid, to: Uuid) -> Result<Exchanged, ExchangeError> {
    let form = ExchangeForm {
        staff: &to.to_string(),
        message: "Anna is ill.",
        ..ExchangeForm::default()
    };
    exchange_booking(stage.app(), by, id, form).await
}

async fn become_service(stage: &Stage, id: Uuid, service: Uuid) -> Result<Exchanged, ExchangeError> {
    let form = ExchangeForm {
        service: &service.to_string(),
        ..ExchangeForm::default()
    };
    exchange_booking(stage.app(), ANNA, id, form).await
}

fn complaint(result: Result<Exchanged, ExchangeError>, field: &str) -> String {
    match result {
        Err(ExchangeError::Invalid(errors)) => errors.get(field).unwrap().to_owned(),
        other => panic!("not refused: {other:?}"),
    }
}

/// An hour with Anna, which Ben could serve as well.
async fn tutoring(stage: &Stage) -> appointment::Model {
    let draft = stage.draft(vec![ShopScene::at(ShopScene::TUTOR, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    assert_eq!(booked.host_id, ANNA);
    booked
}

async fn count(stage: &Stage, sql: &str) -> i64 {
    let on = stage.app().db.reader();
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

fn subjects(stage: &Stage, address: &str) -> Vec<String> {
    let mails = stage.mails_to(address);
    mails.into_iter().map(|mail| mail.content.subject).collect()
}

#[rstest]
#[case::customer_with_a_calendar(true)]
#[case::customer_who_is_invited(false)]
#[tokio::test]
async fn events_move_to_who_takes_over_and_everybody_reads_it_once(
    #[case] dora_has_own: bool,
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let mut people = vec![ANNA, BEN, MONA];
    people.extend(dora_has_own.then_some(DORA));
    let stage = Stage::connected(engine, &people).await;
    stage.change_person(BEN, |ben| ben.manager_id = Set(None)).await;
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    let owns = |person| stage.events(person).len();
    let dora = usize::from(dora_has_own);
    assert_eq!([ANNA, BEN, MONA, DORA].map(owns), [1, 0, 1, dora]);
    let first_link = stage.appointment(booked.id).await.meet_link.unwrap();

    assert_eq!(give(&stage, MONA, booked.id, BEN).await.unwrap(), Exchanged::Changed);
    assert_eq!(stage.appointment(booked.id).await.meet_link, None);
    stage.work_it_all().await;
    // Mona is nobody's manager here any more, so that she has it no longer.
    assert_eq!([ANNA, BEN, MONA, DORA].map(owns), [0, 1, 0, dora]);
    let now = stage.appointment(booked.id).await;
    let link = now.meet_link.clone().unwrap();
    assert_ne!(link, first_link);
    assert_eq!((now.host_id, now.sequence), (BEN, 1));
    if dora_has_own {
        let event = stage.event(DORA);
        let text = event["description"].to_string();
        assert!(text.contains("Ben Ruiz") && !text.contains("Anna"), "{text}");
    }

    // One mail to the customer, which has the new link and the new entry; one to who takes over.
    let mails = stage.mails_to(DORAS_MAIL);
    let told = subjects(&stage, DORAS_MAIL);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("Changed: Tutoring with Ben Ruiz, "), "{told:?}");
    let text = mails[1].content.text.clone().unwrap().replace("\r\n", "\n");
    for said in [
        "Ben Ruiz takes over your booking. The time stays.",
        "> Anna is ill.",
        "Before: Tutoring with Anna Lind",
        link.as_str(),
    ] {
        assert!(text.contains(said), "{said} is missing in\n{text}");
    }
    let file = mails[1].content.parts[0].text.clone().unwrap();
    assert!(file.contains("SEQUENCE:1") && file.contains("Tutoring"), "{file}");
    let bens = subjects(&stage, "ben@timetap.test");
    assert_eq!(bens.len(), 1, "{bens:?}");
    let invitations = stage.google_mails();
    let invited = invitations
        .iter()
        .filter(|subject| subject.starts_with("Invitation"))
        .count();
    assert_eq!(
        invited,
        if dora_has_own { 0 } else { 2 },
        "each event invites once: {invitations:?}"
    );

    // Anna's time is free, Ben's is not; the past says who did it.
    let said = "SELECT count(*) FROM timeline WHERE text = 'Given from Anna Lind to Ben Ruiz by Mona Vidal.'";
    assert_eq!(count(&stage, said).await, 1);
    stage
        .place(&stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]))
        .await;
    let party = stage.draft(vec![ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10)]);
    assert!(place_order(stage.app(), &party).await.is_err());
    let order = stage.order_of(&now).await;
    let of_order = format!(
        "SELECT count(*) FROM order_items i JOIN hosts h ON h.user_id = i.staff_id \
                            JOIN orders o ON o.id = i.order_id WHERE h.slug = 'ben' AND o.number = '{}'",
        order.number
    );
    assert_eq!(count(&stage, &of_order).await, 1, "the order's page names Ben");
    // Anna gave it away: it is not hers any more. Mona manages only her.
    assert!(view_exchange(stage.app(), BEN, booked.id).await.unwrap().is_some());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_given_away_can_be_given_back(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, BEN, DORA]).await;
    let booked = tutoring(&stage).await;
    stage.work_it_all().await;
    for (to, has) in [(BEN, [0, 1, 1]), (ANNA, [1, 0, 1]), (BEN, [0, 1, 1])] {
        give(&stage, OLGA, booked.id, to).await.unwrap();
        assert_eq!(give(&stage, OLGA, booked.id, to).await.unwrap(), Exchanged::Unchanged);
        stage.work_it_all().await;
        stage.work_after(60).await;
        assert_eq!([ANNA, BEN, DORA].map(|person| stage.events(person).len()), has);
        assert!(stage.appointment(booked.id).await.meet_link.is_some());
    }
    let told = subjects(&stage, DORAS_MAIL);
    assert_eq!(told.len(), 4, "{told:?}");
    // Off, it leaves everybody.
    let actor = Actor::Host { user_id: BEN };
    cancel_appointment(stage.app(), booked.id, &actor, "").await.unwrap();
    stage.work_it_all().await;
    assert_eq!([ANNA, BEN, DORA].map(|person| stage.events(person).len()), [0; 3]);
    assert_eq!(count(&stage, "SELECT count(*) FROM claims").await, 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_cannot_be_is_refused_in_words_and_changes_nothing(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let booked = tutoring(&stage).await;
    let lesson = stage.draft(vec![ShopScene::at(ShopScene::LESSON, "2026-11-24T14:00:00+01:00")]);
    let lesson = stage.buy(&lesson).await.remove(0);
    let camp = stage.buy(&stage.draft(vec![ShopScene::camp(&["Mia"])])).await.remove(0);
    stage
        .place(&stage.draft(vec![ShopScene::at(ShopScene::PARTY, "2026-11-24T09:00:00+01:00")]))
        .await;
    let before = fingerprint(&stage.app().db).await;
    let busy = complaint(give(&stage, ANNA, booked.id, BEN).await, "staff");
    assert_eq!(
        busy,
        "Ben Ruiz is not free at that time. Please choose somebody else, or another time."
    );
    let view = view_exchange(stage.app(), ANNA, booked.id).await.unwrap().unwrap();
    let ben = view.staff.iter().find(|one| one.user_id == BEN).unwrap();
    assert_eq!(ben.busy, Some("is not free at that time."));
    assert_eq!(
        complaint(give(&stage, ANNA, lesson.id, BEN).await, "staff"),
        "They do not serve this. Please choose somebody else."
    );
    let dated = complaint(give(&stage, ANNA, camp.id, BEN).await, "service");
    assert!(dated.contains("dates of its own"), "{dated}");
    for (service, said) in [
        (ShopScene::LESSON, "another price"),
        (ShopScene::PARTY, "another kind"),
        (Uuid::from_u128(9), "not offered any more"),
    ] {
        let refused = complaint(become_service(&stage, booked.id, service).await, "service");
        assert!(refused.contains(said), "{refused}");
    }
    for stranger in [DORA, Uuid::from_u128(0xbad)] {
        let foreign = give(&stage, stranger, booked.id, BEN).await;
        assert!(matches!(foreign, Err(ExchangeError::NotFound)), "{foreign:?}");
        assert!(view_exchange(stage.app(), stranger, booked.id).await.unwrap().is_none());
    }
    // Ben serves the tutoring, but this one is not his.
    let not_his = give(&stage, BEN, booked.id, BEN).await;
    assert!(matches!(not_his, Err(ExchangeError::NotFound)), "{not_his:?}");
    let nonsense = ExchangeForm {
        staff: "somebody",
        ..ExchangeForm::default()
    };
    complaint(exchange_booking(stage.app(), ANNA, booked.id, nonsense).await, "staff");
    let changed = changes(&before, &fingerprint(&stage.app().db).await);
    assert!(changed.is_empty(), "{changed:#?}");

    let actor = Actor::Host { user_id: ANNA };
    cancel_appointment(stage.app(), booked.id, &actor, "").await.unwrap();
    let closed = give(&stage, ANNA, booked.id, BEN).await;
    assert!(matches!(closed, Err(ExchangeError::Closed)), "{closed:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn another_service_of_the_same_terms_stands_in_every_calendar(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA, DORA]).await;
    let on = stage.app().db.writer();
    let found = service::Entity::find_by_id(ShopScene::LESSON)
        .one(on)
        .await
        .unwrap()
        .unwrap();
    let violin = service::Model {
        id: Uuid::from_u128(0x71),
        slug: "violin".to_owned(),
        title: "Violin lesson".to_owned(),
        position: 9,
        ..found
    };
    let violin = violin.into_active_model().insert(on).await.unwrap();
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let booked = stage.buy(&draft).await.remove(0);
    stage.work_it_all().await;
    let link = stage.appointment(booked.id).await.meet_link;

    let done = become_service(&stage, booked.id, violin.id).await.unwrap();
    assert_eq!(done, Exchanged::Changed);
    stage.work_it_all().await;
    for person in [ANNA, MONA, DORA] {
        let event = stage.event(person);
        let words = format!("{}{}", event["summary"], event["description"]);
        // A session without a place is named by its customer in the calendar of who serves.
        assert!(person == ANNA || words.contains("Violin lesson"), "{words}");
        assert!(!words.contains("Piano"), "{words}");
    }
    assert_eq!(stage.effects("insert").len(), 3, "the same events, patched");
    assert_eq!(stage.appointment(booked.id).await.meet_link, link);
    let told = subjects(&stage, DORAS_MAIL);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("Changed: Violin lesson with Anna Lind"), "{told:?}");
    assert_eq!(subjects(&stage, "anna@timetap.test").len(), 1, "she knows");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_takes_over_is_never_in_two_places(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let booked = tutoring(&stage).await;
    // Others want Ben at the same time, and two people give Anna's booking to him.
    let drafts: Vec<_> = (0..4)
        .map(|_| stage.draft(vec![ShopScene::at(ShopScene::PARTY, "2026-11-24T09:30:00+01:00")]))
        .collect();
    let parties = drafts.iter().map(|draft| place_order(stage.app(), draft));
    let gifts = [MONA, OLGA].map(|by| give(&stage, by, booked.id, BEN));
    let (parties, gifts) =
        futures::future::join(futures::future::join_all(parties), futures::future::join_all(gifts)).await;
    let placed = parties.iter().filter(|placed| placed.is_ok()).count();
    let given = gifts
        .iter()
        .filter(|given| matches!(given, Ok(Exchanged::Changed)))
        .count();
    assert_eq!(placed + given, 1, "{parties:?} {gifts:?}");
    let twice = "SELECT count(*) FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.id < b.id \
                 WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
    assert_eq!(count(&stage, twice).await, 0);
}

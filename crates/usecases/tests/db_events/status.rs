//! Who may ask how an order stands in calendars, and what each of them reads: of their own.

use rstest::rstest;
use timetap_core::role::Role;
use timetap_sandbox::{FaultKind, FaultRule};
use timetap_testing::{Engine, ShopScene, book_order};
use timetap_usecases::calendars::{
    Direction, EventStage, Preferences, ProviderStatus, set_preferences, view_calendar_status,
};
use timetap_usecases::orders::OrderReader;
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, MONA, OLGA, Stage, TUESDAY_AT_10};

impl Stage {
    async fn asked(&self, order: Uuid, who: Uuid, role: Role) -> Option<ProviderStatus> {
        let reader = OrderReader {
            capability: None,
            account: Some((who, role)),
        };
        let status = view_calendar_status(self.app(), order, &reader).await.unwrap();
        status.map(|status| status.google)
    }
}

fn stages(status: &ProviderStatus) -> Vec<(&str, EventStage)> {
    status
        .items
        .iter()
        .map(|item| (item.title.as_str(), item.stage))
        .collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn each_reads_of_their_own_events(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA, DORA]).await;
    let draft = stage.draft(vec![
        ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10),
        ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10),
    ]);
    let placed = stage.place(&draft).await;
    let order = placed.order_id;
    book_order(stage.app(), order).await;
    let dora = stage.asked(order, DORA, Role::Customer).await.unwrap();
    assert!(!dora.added);
    assert_eq!(dora.stage, Some(EventStage::Pending));
    stage.work_it_all().await;

    let dora = stage.asked(order, DORA, Role::Customer).await.unwrap();
    assert!(dora.added);
    assert_eq!(
        stages(&dora),
        [
            ("Piano lesson", EventStage::Added),
            ("Birthday party", EventStage::Added)
        ]
    );
    assert_eq!(dora.words, Some("Added to Google Calendar"));
    let ids: Vec<_> = stage.events(DORA).iter().map(|event| event["id"].clone()).collect();
    assert!(ids.contains(&dora.provider_event_id.clone().unwrap().into()), "{ids:?}");
    // Behind the link, without an account at hand, it is the customer's as well.
    let by_link = OrderReader {
        capability: Some(&placed.capability),
        account: None,
    };
    let by_link = view_calendar_status(stage.app(), order, &by_link)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(by_link.google, dora);
    assert_eq!((by_link.outlook.added, by_link.apple.items.len()), (false, 0));

    // Anna serves the lesson alone; Ben has no calendar; Mona manages both; Olga asked for all, and has no calendar.
    assert_eq!(
        stages(&stage.asked(order, ANNA, Role::Staff).await.unwrap()),
        [("Piano lesson", EventStage::Added)]
    );
    let ben = stage.asked(order, BEN, Role::Staff).await.unwrap();
    assert_eq!(stages(&ben), [("Birthday party", EventStage::Connect)]);
    assert_eq!(ben.words, Some("Connect Google to add to calendar"));
    assert!(stage.asked(order, MONA, Role::Manager).await.unwrap().added);
    let olga = stage.asked(order, OLGA, Role::Admin).await.unwrap();
    assert_eq!((olga.items.len(), olga.stage), (2, Some(EventStage::Connect)));
    for (who, role) in [
        (Uuid::from_u128(0xf), Role::Customer),
        (Uuid::from_u128(0xf), Role::Manager),
    ] {
        assert_eq!(stage.asked(order, who, role).await, None, "{role}");
    }

    // Connecting later writes what is missing.
    stage.connect(BEN).await;
    stage.work_it_all().await;
    assert!(stage.asked(order, BEN, Role::Staff).await.unwrap().added);
    assert_eq!(stage.events(BEN).len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_is_not_there_yet_says_why(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[DORA]).await;
    // The first answer is an error; the next attempt comes later.
    let down = FaultKind::Status {
        status: 500,
        reason: None,
        retry_after: None,
    };
    let once = FaultRule::new(down).on("insert").times(1);
    stage.google().add_fault(once).unwrap();
    let placed = stage
        .place(&stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]))
        .await;
    book_order(stage.app(), placed.order_id).await;
    stage.work().await;
    let dora = stage.asked(placed.order_id, DORA, Role::Customer).await.unwrap();
    assert_eq!((dora.added, dora.stage), (false, Some(EventStage::Retrying)));
    for _ in 0..10 {
        stage.work_after(60).await;
    }
    assert!(stage.asked(placed.order_id, DORA, Role::Customer).await.unwrap().added);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_a_person_chose_about_their_calendar_counts(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let connection = stage.connect(DORA).await;
    let choose = async |sync_enabled, auto_sync, direction| {
        let chosen = Preferences {
            sync_enabled,
            auto_sync,
            direction,
        };
        set_preferences(stage.app(), DORA, connection, chosen).await.unwrap();
    };
    let view = timetap_usecases::calendars::view_integrations(stage.app(), DORA)
        .await
        .unwrap();
    let first = view.connections[0].preferences;
    assert_eq!((first.sync_enabled, first.auto_sync), (true, true));
    assert_eq!(
        first.direction,
        Direction::Write,
        "nobody needs to know when a customer is busy"
    );

    // She adds events herself: this one waits until she does.
    choose(true, false, Direction::Write).await;
    let placed = stage
        .place(&stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]))
        .await;
    let lesson = book_order(stage.app(), placed.order_id).await.remove(0);
    stage.work_it_all().await;
    let off = stage.asked(placed.order_id, DORA, Role::Customer).await.unwrap();
    assert_eq!((off.stage, stage.events(DORA).len()), (Some(EventStage::Off), 0));
    timetap_usecases::calendars::add_upcoming(stage.app(), DORA)
        .await
        .unwrap();
    stage.work_it_all().await;
    assert!(stage.asked(placed.order_id, DORA, Role::Customer).await.unwrap().added);

    // What she asked for is kept up to date.
    stage.move_to(&lesson, "2026-11-24T12:00:00+01:00").await;
    stage.work_it_all().await;
    let starts = |event: &serde_json::Value| {
        event["start"]["dateTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    assert_eq!(starts(&stage.event(DORA)).to_string(), "2026-11-24T11:00:00Z");

    // Sync is off, or the account only read: nothing is touched, and later everything is.
    for (sync_enabled, direction) in [(false, Direction::Write), (true, Direction::Read)] {
        choose(sync_enabled, true, direction).await;
        stage.move_to(&lesson, "2026-11-24T14:00:00+01:00").await;
        stage.work_it_all().await;
        assert_eq!(
            starts(&stage.event(DORA)).to_string(),
            "2026-11-24T11:00:00Z",
            "{direction:?}"
        );
        let off = stage.asked(placed.order_id, DORA, Role::Customer).await.unwrap();
        assert_eq!(off.stage, Some(EventStage::Off));
        choose(true, true, Direction::Write).await;
        stage.work_it_all().await;
        assert_eq!(
            starts(&stage.event(DORA)).to_string(),
            "2026-11-24T13:00:00Z",
            "{direction:?}"
        );
        stage.move_to(&lesson, "2026-11-24T12:00:00+01:00").await;
        stage.work_it_all().await;
    }
    assert_eq!(stage.events(DORA).len(), 1);
}

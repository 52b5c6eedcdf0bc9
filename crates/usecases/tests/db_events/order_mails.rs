//! What the mails of an order say, to whom, and that each goes out once.

use rstest::rstest;
use timetap_sandbox::{FaultKind, FaultRule};
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::bookings::{Actor, cancel_appointment};
use timetap_usecases::mail::{OrderEvent, owe_order_mails};

use super::support::{ANNA, DORA, DORAS_MAIL, Stage, TUESDAY_AT_10};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_paid_order_is_confirmed_once_and_each_of_the_staff_reads_of_theirs(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let draft = stage.draft(vec![
        ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10),
        ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10),
        ShopScene::camp(&["Mia", "Leo"]),
    ]);
    let placed = stage.place(&draft).await;
    timetap_testing::book_order(stage.app(), placed.order_id).await;
    // Told twice, as when the webhook and the return page both carry it out.
    let order = stage.order(placed.order_id).await;
    let txn = stage.app().db.begin().await.unwrap();
    owe_order_mails(&txn, stage.app(), &order, &OrderEvent::Confirmed)
        .await
        .unwrap();
    txn.commit().await.unwrap();
    stage.work_it_all().await;

    let mails = stage.mails_to(DORAS_MAIL);
    let subjects: Vec<_> = mails.iter().map(|mail| mail.content.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [format!("Confirmed: Piano lesson and 2 more, order {}", order.number)]
    );
    let text = mails[0].content.text.clone().unwrap().replace("\r\n", "\n");
    let link = format!("/orders/{}?token={}", order.id, placed.capability);
    assert!(text.contains(&link), "{text}");
    for told in [
        "Birthday party",
        "Winter camp",
        "Monday 14 December 2026 – Wednesday 16 December 2026, each day 09:00–15:00 (Europe/Madrid, GMT+1)",
        "2 participants",
        "Paid: €560.00",
    ] {
        assert!(text.contains(told), "{told} is missing in\n{text}");
    }
    for private in ["Mia", "Leo", "nuts", "Ring twice"] {
        assert!(!text.contains(private), "{private} stands in\n{text}");
    }
    let file = mails[0].content.parts[0].text.clone().unwrap();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 3, "{file}");
    assert!(file.contains("RRULE:FREQ=DAILY;COUNT=3"), "{file}");

    let of = |address: &str| -> Vec<String> {
        stage
            .mails_to(address)
            .into_iter()
            .map(|mail| mail.content.subject)
            .collect()
    };
    assert_eq!(
        of("anna@timetap.test").len(),
        2,
        "the lesson and the camp: {:?}",
        of("anna@timetap.test")
    );
    assert_eq!(of("ben@timetap.test").len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_manager_without_a_calendar_hurries_no_confirmation(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    // Google's clock stands for the test's: the link is there at the second look at the earliest.
    stage.google().clear_faults();
    let slow = FaultRule::new(FaultKind::ConferenceDelayMs { ms: 400 });
    stage.google().add_fault(slow).unwrap();
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let lesson = stage.buy(&draft).await.remove(0);
    // Mona and Olga have no calendar, which is known at once.
    stage.work().await;
    assert_eq!(stage.mails_to(DORAS_MAIL).len(), 0, "there is a link to wait for");
    for _ in 0..20 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        stage.work_after(1).await;
        if stage.appointment(lesson.id).await.meet_link.is_some() {
            break;
        }
    }
    let link = stage.appointment(lesson.id).await.meet_link.unwrap();
    stage.work().await;
    let mails = stage.mails_to(DORAS_MAIL);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].content.text.as_deref().unwrap().contains(&link));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_order_is_confirmed_when_all_its_links_are_there(
    #[case] engine: Engine,
    #[values(false, true)] other_is_cancelled: bool,
) {
    let stage = Stage::connected(engine, &[ANNA]).await;
    let down = FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    };
    stage
        .google()
        .add_fault(FaultRule::new(down).on("insert").times(1))
        .unwrap();
    let lesson = |at| ShopScene::at(ShopScene::LESSON, at);
    let draft = stage.draft(vec![lesson(TUESDAY_AT_10), lesson("2026-11-24T12:00:00+01:00")]);
    let lessons = stage.buy(&draft).await;
    stage.work().await;
    let links = async || -> Vec<String> {
        let rows = [
            stage.appointment(lessons[0].id).await,
            stage.appointment(lessons[1].id).await,
        ];
        rows.into_iter().filter_map(|row| row.meet_link).collect()
    };
    assert_eq!(links().await.len(), 1, "the other one is refused at first");
    assert_eq!(stage.mails_to(DORAS_MAIL).len(), 0, "there is a link to wait for");
    if other_is_cancelled {
        let without = lessons[usize::from(stage.appointment(lessons[0].id).await.meet_link.is_some())].id;
        let host = Actor::Host { user_id: ANNA };
        cancel_appointment(stage.app(), without, &host, "").await.unwrap();
        stage.work().await;
    }
    for _ in 0..11 {
        if !stage.mails_to(DORAS_MAIL).is_empty() {
            break;
        }
        stage.work_after(1).await;
    }
    let links = links().await;
    assert_eq!(links.len(), if other_is_cancelled { 1 } else { 2 });
    for _ in 0..30 {
        stage.work_after(60).await;
    }
    let confirmed: Vec<_> = stage
        .mails_to(DORAS_MAIL)
        .into_iter()
        .filter(|mail| !mail.content.subject.starts_with("Cancelled"))
        .collect();
    assert_eq!(confirmed.len(), 1, "nothing is left to follow up");
    let text = confirmed[0].content.text.as_deref().unwrap();
    for link in links {
        assert!(text.contains(&link), "{link} is missing in\n{text}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn calendars_cost_no_mail_and_a_late_link_is_told_once(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, DORA]).await;
    let down = FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    };
    stage
        .google()
        .add_fault(FaultRule::new(down).on("insert").times(2))
        .unwrap();
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    stage.buy(&draft).await;
    stage.work_it_all().await;
    let subjects = || -> Vec<String> {
        stage
            .mails_to(DORAS_MAIL)
            .into_iter()
            .map(|mail| mail.content.subject)
            .collect()
    };
    assert!(subjects()[0].starts_with("Confirmed: Piano lesson"), "{:?}", subjects());
    for _ in 0..30 {
        stage.work_after(60).await;
    }
    let told = subjects();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("Meet link"), "{told:?}");
    let text = stage.mails_to(DORAS_MAIL)[1].content.text.clone().unwrap();
    assert!(
        text.contains("/orders/"),
        "what was ordered is looked after with its order: {text}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_did_not_come_of_it_is_told_once_and_not_after_all_was_paid(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let draft = stage.draft(vec![ShopScene::at(ShopScene::LESSON, TUESDAY_AT_10)]);
    let placed = stage.place(&draft).await;
    let order = stage.order(placed.order_id).await;
    let owe = async |event: OrderEvent| {
        let txn = stage.app().db.begin().await.unwrap();
        owe_order_mails(&txn, stage.app(), &order, &event).await.unwrap();
        txn.commit().await.unwrap();
    };
    for _ in 0..3 {
        owe(OrderEvent::Expired).await;
    }
    stage.work().await;
    let subjects = || -> Vec<String> {
        stage
            .mails_to(DORAS_MAIL)
            .into_iter()
            .map(|mail| mail.content.subject)
            .collect()
    };
    assert_eq!(subjects(), [format!("Not paid in time: order {}", order.number)]);
    // The money came before the next mail went out.
    owe(OrderEvent::PaymentFailed).await;
    timetap_testing::book_order(stage.app(), order.id).await;
    stage.work_it_all().await;
    let told = subjects();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("Confirmed:"), "{told:?}");
}

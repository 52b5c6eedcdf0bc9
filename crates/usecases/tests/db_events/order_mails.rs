//! What the mails of an order say, to whom, and that each goes out once.

use rstest::rstest;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::mail::{OrderEvent, owe_order_mails};

use super::support::{DORAS_MAIL, Stage, TUESDAY_AT_10};

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

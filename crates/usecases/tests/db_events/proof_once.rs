//! Everybody has their event once and a customer at most one invitation, however often Google's answers are lost.

use std::collections::BTreeMap;

use rstest::rstest;
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery};
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::calendars::want_events;

use super::support::{ANNA, BEN, DORA, MONA, OLGA, Stage, account};

#[rstest]
#[case::sqlite_own(Engine::Sqlite, true)]
#[case::postgres_own(Engine::Postgres, true)]
#[case::sqlite_guest(Engine::Sqlite, false)]
#[case::postgres_guest(Engine::Postgres, false)]
#[tokio::test]
async fn lost_answers_double_nobodys_event(#[case] engine: Engine, #[case] dora_has_own: bool) {
    let mut people = vec![ANNA, BEN, MONA, OLGA];
    people.extend(dora_has_own.then_some(DORA));
    let stage = Stage::connected(engine, &people).await;
    let orders = torture(2, 12);
    for number in 0..orders {
        let start = format!("2026-11-{:02}T10:00:00+01:00", 23 + number % 6);
        let start = if number < 6 { start } else { start.replace("T10", "T13") };
        // The effect happens, and nobody hears of it.
        for (method, fault) in [
            ("insert", FaultKind::ResetAfter),
            ("insert", FaultKind::TruncatedJson),
            ("patch", FaultKind::ResetAfter),
        ] {
            stage
                .google()
                .add_fault(FaultRule::new(fault).on(method).times(2))
                .unwrap();
        }
        let lesson = ShopScene::at(ShopScene::LESSON, &start);
        let party = ShopScene::at(ShopScene::PARTY, &start);
        let booked = stage.buy(&stage.draft(vec![lesson, party])).await;
        stage.work_it_all().await;
        // One of them moves while answers are lost.
        stage.move_to(&booked[0], &start.replace(":00:00+", ":30:00+")).await;
        for _ in 0..6 {
            stage.work_after(60).await;
        }
    }
    let expected = |person| match person {
        ANNA | BEN => orders,
        DORA if !dora_has_own => 0,
        _ => 2 * orders,
    };
    for person in [ANNA, BEN, MONA, OLGA, DORA] {
        assert_eq!(stage.events(person).len(), expected(person), "{}", account(person));
    }
    let mut inserted: BTreeMap<(Option<String>, Option<String>), usize> = BTreeMap::new();
    for row in stage.effects("insert") {
        *inserted.entry((row.calendar, row.event)).or_default() += 1;
    }
    assert!(inserted.values().all(|times| *times == 1), "{inserted:?}");
    assert_eq!(inserted.len(), 2 * orders * if dora_has_own { 4 } else { 3 });
    // Only the event of who serves mails anybody, and only a customer without a calendar here.
    for row in stage.google().ledger(&LedgerQuery::default()) {
        let of_staff = row
            .calendar
            .as_deref()
            .is_some_and(|id| [account(ANNA), account(BEN)].contains(&id));
        if matches!(row.method.as_str(), "insert" | "patch" | "delete") && !of_staff {
            assert_eq!(row.send_updates.as_deref(), Some("none"), "{row:?}");
        }
    }
    let mails = stage.google_mails();
    let invitations = mails.iter().filter(|subject| subject.starts_with("Invitation")).count();
    assert_eq!(invitations, if dora_has_own { 0 } else { 2 * orders }, "{mails:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_whose_answer_was_lost_gets_the_link_that_came_meanwhile(#[case] engine: Engine) {
    let stage = Stage::connected(engine, &[ANNA, MONA]).await;
    // Google takes its time with the link.
    stage.google().clear_faults();
    let slow = FaultRule::new(FaultKind::ConferenceDelayMs { ms: 600_000 });
    stage.google().add_fault(slow).unwrap();
    let lost = FaultRule::new(FaultKind::ResetAfter).on("insert").of(account(MONA));
    stage.google().add_fault(lost.times(1)).unwrap();
    let lesson = ShopScene::at(ShopScene::LESSON, "2026-11-24T10:00:00+01:00");
    let lesson = stage.buy(&stage.draft(vec![lesson])).await.remove(0);
    stage.work().await;
    assert_eq!(stage.events(MONA).len(), 1, "it stands, and nobody heard of it");
    let link = "https://meet.google.com/abc-defg-hij";
    let mut row = stage.appointment(lesson.id).await.into_active_model();
    let txn = stage.app().db.begin().await.unwrap();
    row.meet_link = Set(Some(link.to_owned()));
    let row = row.update(&txn).await.unwrap();
    want_events(&txn, stage.app(), &row, true).await.unwrap();
    txn.commit().await.unwrap();
    for _ in 0..3 {
        stage.work_after(60).await;
    }
    let event = stage.event(MONA);
    assert!(event.to_string().contains(link), "{link} is missing in {event:#}");
}

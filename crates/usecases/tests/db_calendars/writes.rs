//! What stands in the calendar, whatever happens on the way: one event per booking, as the booking is.

use rstest::rstest;
use timetap_core::event_id::google_event_id;
use timetap_core::event_text::EventRole;
use timetap_sandbox::{FaultKind, MailFilter};
use timetap_testing::Engine;
use timetap_usecases::bookings::open_capability;
use timetap_usecases::calendars::{add_upcoming, view_integrations, want_event};

use super::support::{ADA, ANNA, Stage, TUESDAY_AT_3, TUESDAY_AT_4};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_event_says_everything_and_the_link_comes(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let link = stage.work_until_link(&booked).await;

    let write = stage.write(&booked).await;
    let row = stage.appointment(&booked).await;
    let events = stage.events(ADA);
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(event["id"], google_event_id(write.id, 1));
    assert_eq!(event["summary"], "[TimeTap] Session with ben@example.com");
    assert_eq!(event["start"]["timeZone"], "Europe/Madrid");
    let starts = event["start"]["dateTime"].as_str().unwrap();
    assert_eq!(starts.parse::<jiff::Timestamp>().unwrap(), row.starts_at.timestamp());
    assert_eq!(event["attendees"][0]["email"], "ben@example.com");
    assert_eq!(
        event["extendedProperties"]["private"]["timetap_write"],
        write.id.to_string()
    );
    assert_eq!(
        event["extendedProperties"]["private"]["timetap_appointment"],
        row.id.to_string()
    );
    assert_eq!(event["extendedProperties"]["private"]["timetap_generation"], "1");
    assert_eq!(event["hangoutLink"], link);
    let description = event["description"].as_str().unwrap();
    let token = open_capability(stage.app(), &row).unwrap();
    for part in [
        "Piano lesson with Anna Lind",
        "Your level: Beginner",
        &format!("http://timetap.test/bookings/{}\n", row.id),
        "TimeTap",
    ] {
        assert!(description.contains(part), "{part} in {description}");
    }
    // Whoever sees the host's calendar is not thereby the customer.
    assert!(!event.to_string().contains(&token), "{event}");
    let inserts = stage.effects("insert");
    assert_eq!(inserts.len(), 1);
    assert_eq!(inserts[0].send_updates.as_deref(), Some("all"));
    assert!(inserts[0].request_id.is_some());

    assert_eq!(write.state, "written");
    assert_eq!(
        (write.written_version, write.conference_state.as_str()),
        (Some(1), "ready")
    );
    assert!(write.etag.is_some() && write.html_link.is_some());
    assert!(stage.told(&booked).await.contains(&"calendar_added".to_owned()));
    // The confirmation waited for the link, so that nothing has to follow it.
    stage.work_after(60).await;
    let confirmations = stage.messages("booked").await;
    assert_eq!(confirmations.len(), 2);
    assert!(
        confirmations
            .iter()
            .all(|mail| mail.carried_link == Some(true) && mail.state == "sent")
    );
    assert!(stage.messages("meet_link").await.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn moving_changes_the_event_and_cancelling_removes_it(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let link = stage.work_until_link(&booked).await;
    let before = stage.write(&booked).await;

    stage.move_to(&booked, TUESDAY_AT_4).await;
    stage.work().await;
    let events = stage.events(ADA);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["id"], before.remote_event_id.clone().unwrap());
    let starts: jiff::Timestamp = events[0]["start"]["dateTime"].as_str().unwrap().parse().unwrap();
    assert_eq!(starts.to_string(), "2026-11-24T15:00:00Z");
    let after = stage.write(&booked).await;
    assert_eq!(
        (after.state.as_str(), after.written_version, after.generation),
        ("written", Some(2), 1)
    );
    assert_ne!(after.etag, before.etag);
    assert_eq!(stage.appointment(&booked).await.meet_link, Some(link), "the link stays");
    assert_eq!(stage.effects("patch").len(), 1);
    assert_eq!(stage.effects("patch")[0].send_updates.as_deref(), Some("all"));

    stage.cancel(&booked).await;
    stage.work().await;
    assert!(stage.events(ADA).is_empty());
    let write = stage.write(&booked).await;
    assert_eq!(
        (write.state.as_str(), write.remote_event_id, write.generation),
        ("removed", None, 2)
    );
    let told = stage.told(&booked).await;
    for event in ["calendar_added", "calendar_updated", "calendar_removed"] {
        assert_eq!(
            told.iter().filter(|other| *other == event).count(),
            1,
            "{event} in {told:?}"
        );
    }
    assert_eq!(stage.effects("insert").len(), 1);
    assert_eq!(stage.effects("delete").len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_happens_before_the_first_attempt_collapses(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let moved = stage.book(TUESDAY_AT_3).await;
    stage.move_to(&moved, TUESDAY_AT_4).await;
    let cancelled = stage.book(TUESDAY_AT_3).await;
    stage.cancel(&cancelled).await;
    stage.work().await;
    assert_eq!(stage.write_state(&cancelled).await, "removed");
    assert_eq!(stage.write_state(&moved).await, "written");
    assert_eq!(
        (
            stage.requests("insert"),
            stage.requests("patch"),
            stage.requests("delete")
        ),
        (1, 0, 0)
    );
    let starts = stage.events(ADA)[0]["start"]["dateTime"].as_str().unwrap().to_owned();
    assert_eq!(
        starts.parse::<jiff::Timestamp>().unwrap().to_string(),
        "2026-11-24T15:00:00Z"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_id_that_was_used_up_is_never_used_again(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_until_link(&booked).await;
    for present in [false, true] {
        let txn = stage.app().db.begin().await.unwrap();
        want_event(
            &txn,
            stage.app(),
            booked.appointment_id,
            (ANNA, EventRole::Staff),
            present,
        )
        .await
        .unwrap();
        txn.commit().await.unwrap();
        stage.work().await;
    }
    let write = stage.write(&booked).await;
    assert_eq!((write.state.as_str(), write.generation), ("written", 2));
    assert_eq!(stage.events(ADA)[0]["id"], google_event_id(write.id, 2));
    assert!(
        stage
            .google()
            .ledger(&timetap_sandbox::LedgerQuery::default())
            .iter()
            .all(|row| row.status != Some(409))
    );
}

#[rstest]
#[case::lost(FaultKind::LostAnswer { percent: 100 }, Engine::Sqlite)]
#[case::reset(FaultKind::ResetAfter, Engine::Sqlite)]
#[case::truncated(FaultKind::TruncatedJson, Engine::Sqlite)]
#[case::lost_postgres(FaultKind::LostAnswer { percent: 100 }, Engine::Postgres)]
#[tokio::test]
async fn an_insert_whose_answer_is_lost_is_adopted(#[case] fault: FaultKind, #[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    // Even if Google did not notice that the id is taken: nothing is inserted twice without looking.
    stage.fail("insert", FaultKind::UndetectedCollision);
    stage.fail_once("insert", fault);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let write = stage.write(&booked).await;
    assert_eq!((write.state.as_str(), write.attempts), ("pending", 1));
    assert_eq!(write.last_error_code.as_deref(), Some("broken_answer"));
    assert!(write.next_attempt_at.unwrap().timestamp() > stage.now());
    assert_eq!(stage.events(ADA).len(), 1, "it happened, and nobody was told");

    stage.work_after(3).await;
    stage.work_until_link(&booked).await;
    let write = stage.write(&booked).await;
    assert_eq!(
        (write.state.as_str(), write.generation, write.attempts),
        ("written", 1, 0)
    );
    assert_eq!(stage.events(ADA).len(), 1);
    assert_eq!(stage.effects("insert").len(), 1);
    assert_eq!(stage.requests("patch"), 0, "the guest is not mailed twice");
    assert_eq!(stage.google().summary().events_live, 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_lost_insert_is_removed_when_the_booking_is_cancelled_meanwhile(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.fail_once("insert", FaultKind::ResetAfter);
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    stage.cancel(&booked).await;
    stage.work_after(3).await;
    assert!(stage.events(ADA).is_empty());
    assert_eq!(stage.write_state(&booked).await, "removed");
    assert_eq!(stage.effects("delete").len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn somebody_elses_event_of_the_same_id_is_left_alone(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let write = stage.write(&booked).await;
    let foreign = serde_json::json!({
        "id": google_event_id(write.id, 1), "summary": "Dentist",
        "start": {"dateTime": "2026-11-25T10:00:00Z"}, "end": {"dateTime": "2026-11-25T11:00:00Z"},
    });
    stage.google().add_event(ADA, foreign.as_object().unwrap()).unwrap();
    stage.work().await;
    let write = stage.write(&booked).await;
    assert_eq!((write.state.as_str(), write.generation), ("written", 2));
    let events = stage.events(ADA);
    assert_eq!(events.len(), 2);
    let dentist = events
        .iter()
        .find(|event| event["id"] == google_event_id(write.id, 1))
        .unwrap();
    assert_eq!(dentist["summary"], "Dentist");
    assert_eq!(
        dentist["start"]["dateTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
            .to_string(),
        "2026-11-25T10:00:00Z"
    );

    stage.cancel(&booked).await;
    stage.work().await;
    assert_eq!(stage.events(ADA).len(), 1, "the dentist stays");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_that_was_edited_by_hand_is_read_again_and_moved(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_until_link(&booked).await;
    let id = stage.write(&booked).await.remote_event_id.unwrap();
    let note = serde_json::json!({"location": "My kitchen"});
    stage.google().edit_event(ADA, &id, note.as_object().unwrap()).unwrap();
    stage.move_to(&booked, TUESDAY_AT_4).await;
    stage.work().await;
    let event = &stage.events(ADA)[0];
    assert_eq!(event["location"], "My kitchen", "what the host wrote stays");
    assert_eq!(
        event["start"]["dateTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
            .to_string(),
        "2026-11-24T15:00:00Z"
    );
    let statuses: Vec<_> = stage
        .google()
        .ledger(&timetap_sandbox::LedgerQuery::method("patch"))
        .iter()
        .map(|row| row.status)
        .collect();
    assert_eq!(statuses, [Some(412), Some(200)]);
    assert_eq!(stage.write_state(&booked).await, "written");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_event_that_was_deleted_by_hand_is_made_anew_when_it_moves(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let first_link = stage.work_until_link(&booked).await;
    stage.work_after(30).await;
    let id = stage.write(&booked).await.remote_event_id.unwrap();
    stage.google().delete_event(ADA, &id).unwrap();
    stage.move_to(&booked, TUESDAY_AT_4).await;
    for _ in 0..40 {
        stage.work_after(1).await;
        if stage.appointment(&booked).await.meet_link.as_deref() != Some(first_link.as_str()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let write = stage.write(&booked).await;
    assert_eq!((write.state.as_str(), write.generation), ("written", 2));
    assert_eq!(stage.events(ADA).len(), 1);
    let link = stage.appointment(&booked).await.meet_link.unwrap();
    assert_ne!(link, first_link);
    assert_eq!(
        stage.messages("meet_link").await.len(),
        2,
        "the link that everybody knew is dead: one follow-up each"
    );

    // And one that is deleted by hand before the cancellation is simply gone.
    stage
        .google()
        .delete_event(ADA, &write.remote_event_id.unwrap())
        .unwrap();
    stage.cancel(&booked).await;
    stage.work().await;
    assert_eq!(stage.write_state(&booked).await, "removed");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn google_down_costs_nothing_but_time(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.google().unplug();
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    assert_eq!(stage.appointment(&booked).await.status, "scheduled");
    let write = stage.write(&booked).await;
    assert_eq!((write.state.as_str(), write.attempts), ("pending", 1));
    // Nobody knows how long it takes: the confirmation is brought forward, and says that the link will follow.
    let confirmations = stage.messages("booked").await;
    assert!(
        confirmations
            .iter()
            .all(|mail| mail.state == "sent" && mail.carried_link == Some(false))
    );
    let shown = view_integrations(stage.app(), ANNA).await.unwrap();
    assert_eq!(shown.troubled.len(), 1);
    assert!(
        shown.troubled[0]
            .last_error
            .as_deref()
            .unwrap()
            .contains("Your booking stands")
    );
    for seconds in [3, 7, 20] {
        stage.work_after(seconds).await;
    }
    assert_eq!(stage.write(&booked).await.attempts, 4);
    assert!(stage.events(ADA).is_empty());

    stage.google().plug();
    stage.advance(60);
    let link = stage.work_until_link(&booked).await;
    stage.work_after(60).await;
    assert_eq!(stage.events(ADA).len(), 1);
    let followers = stage.messages("meet_link").await;
    assert_eq!(followers.len(), 2);
    assert!(followers.iter().all(|mail| mail.state == "sent"));
    let mut inbox = stage.google().mails(&MailFilter::to("ben@example.com"));
    inbox.retain(|mail| mail.origin == timetap_sandbox::Origin::Smtp);
    assert_eq!(inbox.len(), 2, "the confirmation and exactly one follow-up");
    assert!(format!("{:?}", inbox[0].content).contains(&link));
    assert!(!format!("{:?}", inbox[1].content).contains(&link));
    assert!(view_integrations(stage.app(), ANNA).await.unwrap().troubled.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_was_booked_before_there_was_a_calendar_can_be_added(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let gone = stage.book("2026-11-20T11:30:00+01:00").await;
    let called_off = stage.book(TUESDAY_AT_4).await;
    stage.work().await;
    let write = stage.write(&booked).await;
    assert_eq!(write.state, "skipped");
    assert_eq!(write.last_error.as_deref(), Some("Connect Google to add to calendar."));
    let confirmations = stage.messages("booked").await;
    assert!(
        confirmations.iter().all(|mail| mail.state == "sent"),
        "nothing to wait for"
    );
    stage.cancel(&called_off).await;
    stage.work().await;
    assert_eq!(stage.write_state(&called_off).await, "removed");
    assert_eq!(stage.requests("insert"), 0);

    stage.advance(3600);
    stage.connect(ANNA, ADA).await.unwrap();
    stage.work().await;
    assert!(stage.events(ADA).is_empty(), "nothing is added unasked");
    assert_eq!(view_integrations(stage.app(), ANNA).await.unwrap().upcoming_skipped, 1);
    assert_eq!(add_upcoming(stage.app(), ANNA).await.unwrap(), 1);
    stage.work_until_link(&booked).await;
    stage.work().await;
    let events = stage.events(ADA);
    assert_eq!(events.len(), 1);
    assert_eq!(stage.write_state(&booked).await, "written");
    assert_eq!(stage.write_state(&gone).await, "skipped", "what is past stays as it is");
    // Our mail put the appointment into the customer's calendar; Google's invitation would be a second entry.
    assert!(
        events[0]["attendees"].as_array().is_none_or(Vec::is_empty),
        "{}",
        events[0]
    );
    let links = stage.messages("meet_link").await;
    assert_eq!(links.len(), 2);
    let to_customer = links.iter().find(|mail| mail.audience == "customer").unwrap();
    assert_eq!(to_customer.calendar_method.as_deref(), Some("REQUEST"));
    assert_eq!(add_upcoming(stage.app(), ANNA).await.unwrap(), 0);
}

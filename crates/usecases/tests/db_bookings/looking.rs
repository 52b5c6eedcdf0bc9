//! What its people see of a booking, and where they find it.

use rstest::rstest;
use timetap_testing::Engine;
use timetap_usecases::bookings::{
    Actor, Party, Shelf, booking_status, cancel_appointment, invite_file, list_bookings, reschedule_appointment,
    view_booking, view_hosted_booking,
};

use super::support::{ANNA, HOST, OTHER, Stage, TUESDAY_AT_3, TUESDAY_AT_4, ben};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_status_tells_how_far_the_calendar_got(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    let status = || async { booking_status(stage.app(), id, &ben(&booked)).await.unwrap().unwrap() };
    let first = status().await;
    assert_eq!((first.calendar, first.settled), ("adding", false));
    assert_eq!(
        (first.status.as_str(), first.sequence, first.meet_link),
        ("scheduled", 0, None)
    );
    stage.execute("UPDATE calendar_writes SET state = 'skipped'").await;
    assert!(!status().await.settled, "the confirmation is on its way");
    stage.execute("UPDATE messages SET state = 'sent'").await;
    for (update, calendar, label, settled) in [
        (
            "state = 'pending', last_error_code = 'backend'",
            "delayed",
            "Delayed, retrying",
            false,
        ),
        ("state = 'needs_reconnect'", "waiting", "Waiting to be added", false),
        ("state = 'skipped'", "not_connected", "Not connected", true),
        ("last_error_code = 'by_hand'", "off", "Added by hand", true),
        ("last_error_code = 'sync_off'", "off", "Added by hand", true),
        ("state = 'failed'", "failed", "Could not be added", true),
        (
            "state = 'written', conference_state = 'pending'",
            "added",
            "Added to Google Calendar",
            false,
        ),
        ("conference_state = 'failed'", "added", "Added to Google Calendar", true),
        ("conference_state = 'ready'", "added", "Added to Google Calendar", true),
    ] {
        stage.execute(&format!("UPDATE calendar_writes SET {update}")).await;
        let now = status().await;
        assert_eq!(
            (now.calendar, now.calendar_label, now.settled),
            (calendar, label, settled),
            "{update}"
        );
        assert_eq!(now.calendar_sentence.is_some(), calendar != "added", "{update}");
        if calendar == "waiting" {
            let words = now.calendar_sentence.unwrap();
            assert!(
                words.contains("to reconnect their calendar. Your booking stands"),
                "{words}"
            );
            assert!(
                !words.contains("trying"),
                "nothing is tried before the host acts: {words}"
            );
        }
    }
    stage
        .execute("UPDATE appointments SET meet_link = 'https://meet.google.com/abc-defg-hij'")
        .await;
    assert_eq!(
        status().await.meet_link.as_deref(),
        Some("https://meet.google.com/abc-defg-hij")
    );
    cancel_appointment(stage.app(), id, &ANNA, "").await.unwrap();
    let gone = status().await;
    assert_eq!(
        (gone.calendar, gone.status.as_str(), gone.settled),
        ("gone", "cancelled", true)
    );
    let foreign = booking_status(stage.app(), id, &Actor::Host { user_id: OTHER })
        .await
        .unwrap();
    assert!(foreign.is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_view_knows_both_zones_and_until_when_it_may_change(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    let view = view_booking(stage.app(), id, &ben(&booked)).await.unwrap().unwrap();
    assert_eq!(view.customer_zone.iana_name(), Some("America/New_York"));
    assert_eq!(view.host_zone.iana_name(), Some("Europe/Madrid"));
    assert_eq!(view.changes_close.to_string(), "2026-11-24T12:00:00Z");
    assert!(view.can_change && !view.is_over);
    assert!(view.takes_a_time);
    assert_eq!(view.again, "/anna/lesson");
    assert_eq!(view.capability, booked.capability);
    assert!(
        view.google_link.starts_with("https://calendar.google.com/"),
        "{}",
        view.google_link
    );
    assert!(
        view.outlook_link.starts_with("https://outlook.live.com/"),
        "{}",
        view.outlook_link
    );
    stage.advance(4 * 24 * 60 + 3 * 60);
    let view = view_booking(stage.app(), id, &ben(&booked)).await.unwrap().unwrap();
    assert!(!view.can_change && view.too_late.is_some() && !view.is_over);
    let hosted = view_hosted_booking(stage.app(), id, HOST).await.unwrap().unwrap();
    assert_eq!(hosted.timeline.len(), 1);
    assert_eq!(hosted.write.unwrap().state, "pending");
    assert!(view_hosted_booking(stage.app(), id, OTHER).await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_file_for_other_calendars_keeps_its_uid_and_counts_changes(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await.unwrap();
    let id = booked.appointment_id;
    let file = || async { invite_file(stage.app(), id, &ben(&booked)).await.unwrap().unwrap() };
    let uid = format!("UID:{id}@timetap.test\r\n");
    let first = file().await;
    assert!(first.contains(&uid) && first.contains("SEQUENCE:0\r\n"), "{first}");
    assert!(first.contains("DTSTART:20261124T140000Z\r\n"), "{first}");
    assert!(first.contains("SUMMARY:Piano lesson with Anna Lind\r\n"), "{first}");
    assert!(first.contains("METHOD:PUBLISH\r\n"), "{first}");
    reschedule_appointment(stage.app(), id, &ANNA, TUESDAY_AT_4, "", "")
        .await
        .unwrap();
    let second = file().await;
    assert!(second.contains(&uid) && second.contains("SEQUENCE:1\r\n"), "{second}");
    cancel_appointment(stage.app(), id, &ANNA, "").await.unwrap();
    let third = file().await;
    assert!(
        third.contains("SEQUENCE:2\r\n") && third.contains("STATUS:CANCELLED\r\n"),
        "{third}"
    );
    let stranger = Actor::Customer {
        capability: None,
        user_id: None,
    };
    assert!(invite_file(stage.app(), id, &stranger).await.unwrap().is_none());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn lists_show_each_side_its_own_in_a_useful_order(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let mut booked = Vec::new();
    for (day, hour) in [(24, 16), (24, 9), (25, 9), (26, 9)] {
        booked.push(
            stage
                .book(&format!("2026-11-{day}T{hour:02}:00:00+01:00"))
                .await
                .unwrap(),
        );
    }
    cancel_appointment(stage.app(), booked[3].appointment_id, &ANNA, "")
        .await
        .unwrap();
    stage.advance(4 * 24 * 60);
    let list = |party, shelf, search: &'static str| {
        let stage = &stage;
        async move {
            let page = list_bookings(stage.app(), party, shelf, search, 1).await.unwrap();
            assert_eq!(page.total, page.bookings.len() as u64);
            page.bookings.into_iter().map(|booking| booking.id).collect::<Vec<_>>()
        }
    };
    let host = Party::Host(HOST);
    let ids = |numbers: &[usize]| numbers.iter().map(|n| booked[*n].appointment_id).collect::<Vec<_>>();
    assert_eq!(list(host, Shelf::Upcoming, "").await, ids(&[0, 2]));
    assert_eq!(list(host, Shelf::Past, "").await, ids(&[1]));
    assert_eq!(list(host, Shelf::Cancelled, "").await, ids(&[3]));
    assert_eq!(list(host, Shelf::Upcoming, "OKAFOR").await, ids(&[0, 2]));
    assert_eq!(list(host, Shelf::Upcoming, "ben@example.com").await, ids(&[0, 2]));
    assert!(list(host, Shelf::Upcoming, "%").await.is_empty());
    assert!(list(host, Shelf::Upcoming, "_en").await.is_empty());
    assert!(list(Party::Host(OTHER), Shelf::Upcoming, "").await.is_empty());
    assert!(list(Party::Customer(OTHER), Shelf::Upcoming, "").await.is_empty());
    let far = list_bookings(stage.app(), host, Shelf::Upcoming, "", 9).await.unwrap();
    assert!(far.bookings.is_empty());
    assert_eq!((far.pages, far.total), (1, 2));
}

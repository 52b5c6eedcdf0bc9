//! One calendar entry per person: under our UID where nobody else invites, under Google's where Google does.

use rstest::rstest;
use timetap_testing::Engine;
use timetap_usecases::bookings::{cancel_appointment, invite_file, reschedule_appointment};

use super::support::{ADA, AS_ADA, BEN, Entry, Stage, TUESDAY_AT_3, TUESDAY_AT_4, ben, entry};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn without_google_the_mails_invite_update_and_call_off(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let id = booked.appointment_id;
    stage.work_after(12).await;
    for (address, summary) in [
        (BEN, "Piano lesson with Ada Fern"),
        (ADA, "Piano lesson with Ben Okafor"),
    ] {
        let entry = entry(&stage.mail_to(address)).unwrap();
        assert_eq!(entry.get("METHOD"), "REQUEST");
        assert_eq!(entry.get("UID"), format!("{id}@timetap.test"));
        assert_eq!(entry.get("SEQUENCE"), "0");
        assert_eq!(entry.get("DTSTART"), "20261124T140000Z");
        assert_eq!(entry.get("DTEND"), "20261124T150000Z");
        assert_eq!(entry.get("SUMMARY"), summary);
        assert_eq!(entry.get("ORGANIZER"), "mailto:timetap@timetap.test");
        assert_eq!(entry.get("ATTENDEE"), format!("mailto:{address}"));
        assert_eq!(entry.get("STATUS"), "CONFIRMED");
        assert!(!entry.has("LOCATION"), "there is no link yet");
    }

    stage.forget_mails();
    reschedule_appointment(stage.app(), id, &AS_ADA, TUESDAY_AT_4, "", "")
        .await
        .unwrap();
    stage.work().await;
    for address in [BEN, ADA] {
        let entry = entry(&stage.mail_to(address)).unwrap();
        assert_eq!((entry.get("METHOD"), entry.get("SEQUENCE")), ("REQUEST", "1"));
        assert_eq!(entry.get("UID"), format!("{id}@timetap.test"));
        assert_eq!(entry.get("DTSTART"), "20261124T150000Z");
    }

    stage.forget_mails();
    cancel_appointment(stage.app(), id, &AS_ADA, "").await.unwrap();
    stage.work().await;
    for address in [BEN, ADA] {
        let entry = entry(&stage.mail_to(address)).unwrap();
        assert_eq!((entry.get("METHOD"), entry.get("SEQUENCE")), ("CANCEL", "2"));
        assert_eq!(entry.get("UID"), format!("{id}@timetap.test"));
        assert_eq!(entry.get("STATUS"), "CANCELLED");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn where_google_invites_the_mail_shows_googles_own_entry(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    let events = stage.sandbox().events(ADA).unwrap();
    assert_eq!(events.len(), 1);
    let uid = events[0]["iCalUID"].as_str().unwrap().to_owned();
    for address in [BEN, ADA] {
        let entry = entry(&stage.mail_to(address)).unwrap();
        assert_eq!(entry.get("METHOD"), "PUBLISH");
        assert_eq!(entry.get("UID"), uid);
        assert!(!entry.has("ATTENDEE"), "Google asks for the answer");
    }
    let file = invite_file(stage.app(), booked.appointment_id, &ben(&booked))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        Entry(file.replace("\r\n ", "")).get("UID"),
        uid,
        "the page offers the same entry"
    );

    stage.forget_mails();
    cancel_appointment(stage.app(), booked.appointment_id, &AS_ADA, "")
        .await
        .unwrap();
    stage.work().await;
    let entry = entry(&stage.mail_to(BEN)).unwrap();
    assert_eq!((entry.get("METHOD"), entry.get("UID")), ("CANCEL", uid.as_str()));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn googles_uid_is_known_before_google_answers(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    stage.sandbox().unplug();
    stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    let early = entry(&stage.mail_to(BEN)).unwrap();
    assert_eq!(early.get("METHOD"), "PUBLISH");
    stage.sandbox().plug();
    stage.work_for_an_hour().await;
    let events = stage.sandbox().events(ADA).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["iCalUID"], early.get("UID"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_was_invited_by_mail_stays_so_when_google_is_connected_later(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    let id = booked.appointment_id;
    stage.work_after(12).await;
    stage.forget_mails();
    stage.connect().await;
    reschedule_appointment(stage.app(), id, &AS_ADA, TUESDAY_AT_4, "", "")
        .await
        .unwrap();
    stage.work().await;
    let entry = entry(&stage.mail_to(BEN)).unwrap();
    assert_eq!((entry.get("METHOD"), entry.get("SEQUENCE")), ("REQUEST", "1"));
    assert_eq!(entry.get("UID"), format!("{id}@timetap.test"));
}

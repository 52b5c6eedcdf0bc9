//! The mails about a new booking.

use rstest::rstest;
use sea_orm::Set;
use timetap_testing::Engine;
use timetap_usecases::bookings::cancel_appointment;

use super::support::{ADA, AS_ADA, BEN, Stage, TUESDAY_AT_3, entry, html, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn customer_and_host_each_get_their_own(#[case] engine: Engine) {
    let stage = Stage::connected(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    stage.work_after(12).await;
    let id = booked.appointment_id;
    let link = stage.appointment(id).await.meet_link.unwrap();

    let mail = stage.mail_to(BEN);
    assert_eq!(
        mail.content.subject,
        "Booked: Piano lesson with Ada Fern, Tue 24 Nov, 09:00"
    );
    assert_eq!(mail.content.from, "TimeTap <timetap@timetap.test>");
    assert_eq!(mail.content.to, "Ben Okafor <ben@example.com>");
    assert_eq!(mail.content.reply_to.as_deref(), Some("Ada Fern <ada@sandbox.test>"));
    let manage = format!("http://timetap.test/bookings/{id}?token={}", booked.capability);
    for words in [text(&mail), html(&mail)] {
        assert!(words.contains("Booked. See you on Tuesday."), "{words}");
        assert!(words.contains("Tuesday 24 November 2026, 09:00–10:00 (America/New_York, GMT-5)"));
        assert!(words.contains("Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)"));
        assert!(words.contains(&manage) && words.contains(&link), "{words}");
        assert!(
            !words.contains("waltz"),
            "what was typed into the form is not sent to whatever address: {words}"
        );
    }

    let mail = stage.mail_to(ADA);
    assert_eq!(
        mail.content.subject,
        "New booking: Piano lesson with Ben Okafor, Tue 24 Nov, 15:00"
    );
    assert_eq!(mail.content.to, "Ada Fern <ada@sandbox.test>");
    assert_eq!(mail.content.reply_to.as_deref(), Some("Ben Okafor <ben@example.com>"));
    for words in [text(&mail), html(&mail)] {
        assert!(words.contains(&format!("http://timetap.test/host/bookings/{id}")));
        assert!(words.contains("Your wishes") && words.contains("Bach,"));
        assert!(
            !words.contains(&booked.capability),
            "the customer's link is the customer's"
        );
    }
    assert!(text(&mail).contains("and a <b>waltz</b>") && html(&mail).contains("and a &lt;b&gt;waltz&lt;/b&gt;"));
    let raw = String::from_utf8(stage.sandbox().raw_mail(mail.id).unwrap()).unwrap();
    assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
    assert!(!raw.contains(&booked.capability) && !entry(&mail).unwrap().0.contains(&booked.capability));

    let told = stage.timeline().await;
    assert!(
        told.contains(&"The confirmation for the customer was mailed.".to_owned()),
        "{told:?}"
    );
    let row = stage.message("booked", "customer").await;
    assert_eq!(
        (row.state.as_str(), row.carried_link, row.attempts),
        ("sent", Some(true), 1)
    );
    assert!(row.payload_sealed.is_none() && row.sent_at.is_some());
    let delivered = stage.mail_to(BEN).content.message_id.unwrap();
    assert_eq!(format!("<{delivered}>"), row.message_id);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn without_anything_to_wait_for_it_goes_out_at_once(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.set_place("in_person", "Calle Mayor 1\nMadrid").await;
    stage.book(TUESDAY_AT_3).await;
    stage.work().await;
    let mail = stage.mail_to(BEN);
    assert!(
        text(&mail).contains("Where: Calle Mayor 1\n       Madrid\n"),
        "{}",
        text(&mail)
    );
    assert!(html(&mail).contains("Calle Mayor 1<br>Madrid"));
    assert_eq!(entry(&mail).unwrap().get("LOCATION"), "Calle Mayor 1\\nMadrid");
    assert_eq!(stage.message("booked", "customer").await.carried_link, Some(false));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_cancelled_before_its_confirmation_is_not_confirmed(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    cancel_appointment(stage.app(), booked.appointment_id, &AS_ADA, "")
        .await
        .unwrap();
    // No time passes: nobody waits for a link that will not come.
    stage.work().await;
    assert_eq!(stage.message("booked", "customer").await.state, "skipped");
    assert_eq!(stage.message("booked", "host").await.state, "skipped");
    stage.work_for_an_hour().await;
    assert_eq!(
        stage.subjects_to(BEN),
        ["Cancelled: Piano lesson with Ada Fern, Tue 24 Nov, 09:00"]
    );
    assert_eq!(
        stage.subjects_to(ADA),
        ["Cancelled: Piano lesson with Ben Okafor, Tue 24 Nov, 15:00"]
    );
    assert!(
        entry(&stage.mail_to(BEN)).is_none(),
        "nothing was put into a calendar, nothing is taken out"
    );
    let row = stage.message("booked", "customer").await;
    assert_eq!(
        (row.state.as_str(), row.last_error_code.as_deref()),
        ("skipped", Some("cancelled_meanwhile"))
    );
    assert_eq!(stage.job_of(&row).await.state, "done");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_name_adds_a_header_or_a_recipient(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let booked = stage.book(TUESDAY_AT_3).await;
    // Such a name passes no form. Should one ever get into the database, it does no harm in a mail.
    stage
        .change_appointment(booked.appointment_id, |row| {
            row.customer_name = Set("Ben\r\nBcc: eve@example.com\r\n\r\n<script>alert(1)</script>\u{2028}".to_owned());
            row.service_title = Set("Lesson\nX-Evil: yes\r\n.\r\nQUIT".to_owned());
        })
        .await;
    stage.work_after(12).await;
    for address in [BEN, ADA] {
        let mail = stage.mail_to(address);
        assert_eq!(mail.recipients, [address]);
        let raw = String::from_utf8(stage.sandbox().raw_mail(mail.id).unwrap()).unwrap();
        let head = raw.split("\r\n\r\n").next().unwrap();
        assert!(
            !head
                .lines()
                .any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")),
            "{head}"
        );
        assert!(!html(&mail).contains("<script"));
        let entry = entry(&mail).unwrap();
        assert!(
            !entry
                .0
                .lines()
                .any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")),
            "{}",
            entry.0
        );
    }
    assert!(stage.mails_to("eve@example.com").is_empty());
    let subject = &stage.subjects_to(ADA)[0];
    assert!(
        subject.starts_with("New booking: Lesson X-Evil: yes . QUIT with Ben Bcc: eve@example.com"),
        "{subject}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_weekday_says_which_day_only_within_a_week(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    stage.set_place("phone", "+34 600 100 200").await;
    let cases = [
        ("2026-11-26T15:00:00+01:00", "Booked. Talk to you on Thursday.\n"),
        (
            "2026-11-27T15:00:00+01:00",
            "Booked. Talk to you on Friday 27 November.\n",
        ),
    ];
    for (start, greeting) in cases {
        stage.forget_mails();
        stage.book(start).await;
        stage.work().await;
        let mail = stage.mail_to(BEN);
        assert!(text(&mail).starts_with(greeting), "{}", text(&mail));
        assert!(text(&mail).contains("By phone: please call +34 600 100 200\n"));
        assert!(text(&stage.mail_to(ADA)).contains("By phone: Ben Okafor calls you at +34 600 100 200\n"));
    }
}

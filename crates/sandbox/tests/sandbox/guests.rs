//! Guests: the mails Google sends, and the copies in their calendars.

use http::Method;
use rstest::rstest;
use serde_json::{Map, Value, json};
use timetap_sandbox::{LedgerQuery, MailFilter, Origin};

use crate::support::{ADA, BEN, Bench, hour_with, reason_of};

const EVENT: &str = "/calendars/primary/events";
const STRANGER: &str = "zoe@example.org";

fn invited(guests: &[&str]) -> Value {
    let guests: Vec<_> = guests.iter().map(|email| json!({ "email": email })).collect();
    hour_with(
        3,
        &json!({ "id": "abcde", "summary": "Café, with Zoë; at 10", "attendees": guests,
        "extendedProperties": { "private": { "ours": "1" }, "shared": { "all": "1" } } }),
    )
}

#[rstest]
#[case("", &[])]
#[case("?sendUpdates=none", &[])]
#[case("?sendUpdates=externalOnly", &[STRANGER])]
#[case("?sendUpdates=all", &[BEN, STRANGER])]
#[tokio::test]
async fn invitations_go_to_whom_send_updates_says(#[case] query: &str, #[case] expected: &[&str]) {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .send(
            Method::POST,
            &token,
            &format!("{EVENT}{query}"),
            &invited(&[ADA, BEN, STRANGER]),
        )
        .await;
    let mut to: Vec<_> = bench
        .sandbox
        .control()
        .mails(&MailFilter::default())
        .into_iter()
        .flat_map(|mail| mail.recipients)
        .collect();
    to.sort();
    assert_eq!(to, expected);
    assert_eq!(bench.sandbox.control().summary().invitations, expected.len() as u64);
    let row = bench.sandbox.control().ledger(&LedgerQuery::method("insert")).remove(0);
    assert_eq!(row.send_updates.as_deref(), query.strip_prefix("?sendUpdates="));
}

#[tokio::test]
async fn an_invitation_carries_the_event_and_its_changes_follow() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .send(
            Method::POST,
            &token,
            &format!("{EVENT}?sendUpdates=all"),
            &invited(&[STRANGER]),
        )
        .await;
    let path = format!("{EVENT}/abcde?sendUpdates=all");
    let more = json!({ "attendees": [{ "email": STRANGER }, { "email": BEN }] });
    bench.send(Method::PATCH, &token, &path, &more).await;
    bench.send(Method::DELETE, &token, &path, &json!({})).await;
    let control = bench.sandbox.control();
    let mails = control.mails(&MailFilter {
        origin: Some(Origin::Google),
        ..MailFilter::to(STRANGER)
    });
    let subjects: Vec<_> = mails
        .iter()
        .map(|mail| mail.content.subject.split(':').next().unwrap())
        .collect();
    assert_eq!(subjects, ["Canceled event", "Updated invitation", "Invitation"]);
    assert!(
        mails[2].content.subject.contains("Café, with Zoë; at 10"),
        "{}",
        mails[2].content.subject
    );
    let calendar = &mails[2].content.parts[0];
    assert!(calendar.content_type.contains("calendar") && calendar.content_type.contains("REQUEST"));
    let text = calendar.text.as_deref().unwrap();
    assert!(
        text.contains("UID:abcde@google.com") && text.contains("DTSTART:20261203T090000Z"),
        "{text}"
    );
    assert!(text.contains("SUMMARY:Café\\, with Zoë\\; at 10"));
    assert!(
        mails[0].content.parts[0]
            .text
            .as_deref()
            .unwrap()
            .contains("STATUS:CANCELLED")
    );
    let new = control.mails(&MailFilter::to(BEN));
    assert!(
        new[1].content.subject.starts_with("Invitation:"),
        "a guest added later is invited"
    );
}

#[tokio::test]
async fn an_all_day_invitation_names_days() {
    let bench = Bench::new().await;
    let body = json!({ "start": { "date": "2026-12-03" }, "end": { "date": "2026-12-05" }, "attendees": [{ "email": STRANGER }] });
    bench
        .send(
            Method::POST,
            &bench.token(ADA),
            &format!("{EVENT}?sendUpdates=all"),
            &body,
        )
        .await;
    let mail = bench.sandbox.control().mails(&MailFilter::default()).remove(0);
    let text = mail.content.parts[0].text.clone().unwrap();
    assert!(
        text.contains("DTSTART;VALUE=DATE:20261203") && text.contains("DTEND;VALUE=DATE:20261205"),
        "{text}"
    );
}

#[tokio::test]
async fn a_guest_with_an_account_has_a_copy_that_follows_without_private_properties() {
    let bench = Bench::new().await;
    let (ada, ben) = (bench.token(ADA), bench.token(BEN));
    bench.insert(&ada, &invited(&[BEN])).await;
    let (status, copy) = bench.get(&ben, &format!("{EVENT}/abcde")).await;
    assert_eq!(status, 200);
    assert_eq!(copy["organizer"], json!({ "email": ADA }));
    assert_eq!(copy["extendedProperties"], json!({ "shared": { "all": "1" } }));
    assert_eq!(copy["attendees"][0]["self"], json!(true));
    let summary = bench.sandbox.control().summary();
    assert_eq!((summary.events_live, summary.copies_live), (1, 1));
    assert_eq!(summary.events_by_private_property["ours=1"], 1);
    let times =
        json!({ "start": { "dateTime": "2026-12-03T12:00:00Z" }, "end": { "dateTime": "2026-12-03T13:00:00Z" } });
    bench.send(Method::PATCH, &ada, &format!("{EVENT}/abcde"), &times).await;
    let (_, copy) = bench.get(&ben, &format!("{EVENT}/abcde")).await;
    assert_eq!(copy["start"]["dateTime"], json!("2026-12-03T13:00:00+01:00"));
    bench
        .send(Method::DELETE, &ada, &format!("{EVENT}/abcde"), &json!({}))
        .await;
    let (_, copy) = bench.get(&ben, &format!("{EVENT}/abcde")).await;
    assert_eq!(copy["status"], json!("cancelled"));
}

#[tokio::test]
async fn a_guest_may_answer_but_not_move_the_event() {
    let bench = Bench::new().await;
    let (ada, ben) = (bench.token(ADA), bench.token(BEN));
    bench.insert(&ada, &invited(&[BEN])).await;
    let path = format!("{EVENT}/abcde");
    for body in [
        json!({ "summary": "Mine now" }),
        json!({ "extendedProperties": { "shared": { "all": "2" } } }),
    ] {
        let (status, answer) = bench.send(Method::PATCH, &ben, &path, &body).await;
        assert_eq!(
            (status, reason_of(status, &answer).as_str()),
            (403, "forbiddenForNonOrganizer")
        );
    }
    let accept = json!({ "attendees": [{ "email": BEN, "responseStatus": "accepted" }] });
    assert_eq!(bench.send(Method::PATCH, &ben, &path, &accept).await.0, 200);
    let (_, event) = bench.get(&ada, &path).await;
    assert_eq!(event["attendees"][0]["responseStatus"], json!("accepted"));
    bench.send(Method::DELETE, &ben, &path, &json!({})).await;
    let (_, event) = bench.get(&ada, &path).await;
    assert_eq!(event["status"], json!("confirmed"));
    assert_eq!(event["attendees"][0]["responseStatus"], json!("declined"));
}

#[tokio::test]
async fn what_people_do_by_hand_is_foreign_and_mails_nobody() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    let event: Map<String, Value> = serde_json::from_value(invited(&[STRANGER])).unwrap();
    control.add_event(ADA, &event).unwrap();
    let changed: Map<String, Value> = serde_json::from_value(json!({ "summary": "Dentist" })).unwrap();
    assert_eq!(
        control.edit_event(ADA, "abcde", &changed).unwrap()["summary"],
        json!("Dentist")
    );
    let summary = control.summary();
    assert_eq!(
        (summary.events_live, summary.invitations, summary.methods.len()),
        (0, 0, 0)
    );
    let before = summary.foreign_live;
    control.delete_event(ADA, "abcde").unwrap();
    assert_eq!(control.summary().foreign_live, before - 1);
    let error = control.delete_event(ADA, "abcde").unwrap_err();
    assert_eq!(error.to_string(), "The calendar refuses: Resource has been deleted");
}

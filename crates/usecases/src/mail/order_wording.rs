//! The words of every mail about an order, to the letter. A change of a text shows here, and is accepted with
//! `INSTA_UPDATE=always`.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use super::render_mail::render_mail;

const KINDS: [&str; 10] = [
    "order_confirmed",
    "order_expired",
    "order_payment_failed",
    "order_lost",
    "order_refunded",
    "order_refund_failed",
    "order_refund_failed.host",
    "subscription_renewed",
    "subscription_failed",
    "subscription_ended",
];

fn place(kind: &str, detail: Option<&str>, room: Option<&str>) -> Value {
    json!({
        "kind": kind,
        "detail": detail,
        "lines": detail.unwrap_or_default().lines().collect::<Vec<_>>(),
        "room": room,
    })
}

fn lesson() -> Value {
    json!({
        "title": "Piano lesson",
        "staff": "Anna Lind",
        "when": "Tuesday 24 November 2026, 04:00–05:00 (America/New_York, GMT-5)",
        "there": "Tuesday 24 November 2026, 10:00–11:00 (Europe/Madrid, GMT+1)",
        "is_weekly": false,
        "dates": [],
        "place": place("google_meet", None, None),
        "meet_link": "https://meet.google.com/abc-defg-hij",
        "participants": 0,
        "price": "€40.00",
    })
}

fn camp() -> Value {
    json!({
        "title": "Winter camp",
        "staff": "Anna Lind",
        "when": "Monday 14 December 2026 – Wednesday 16 December 2026, each day 09:00–15:00 (Europe/Madrid, GMT+1)",
        "there": null,
        "is_weekly": false,
        "dates": [],
        "place": place("in_person", Some("Calle Mayor 1\nMadrid"), None),
        "meet_link": null,
        "participants": 2,
        "price": "€400.00",
    })
}

fn weekly() -> Value {
    json!({
        "title": "Weekly piano",
        "staff": "Ben Ruiz",
        "when": "Wednesday 25 November 2026, 17:00–18:00 (Europe/Madrid, GMT+1)",
        "there": null,
        "is_weekly": true,
        "dates": ["Wed 25 Nov, 17:00–18:00", "Wed 2 Dec, 17:00–18:00"],
        "place": place("google_meet", None, None),
        "meet_link": null,
        "participants": 1,
        "price": "€25.00",
    })
}

fn facts(items: &[Value]) -> Value {
    json!({
        "site": { "name": "TimeTap", "url": "https://book.example.org" },
        "customer": { "email": "dora@example.com" },
        "order": {
            "number": "TT-7K3M-9QFD",
            "url": "https://book.example.org/orders/1?token=abc",
            "total": "€440.00",
            "discount": null,
            "paid": "€440.00",
            "is_free": false,
            "is_subscription": false,
        },
        "items": items,
        "lost": [],
        "called_off": [],
        "message": [],
        "amount": null,
        "reason": null,
        "paid_until": null,
        "has_file": true,
        "is_own": false,
        "shop_url": "https://book.example.org/",
    })
}

fn text(name: &str, facts: &Value) -> String {
    let mail = render_mail(&BTreeMap::new(), name, facts).unwrap();
    // What the text says, the HTML says as well: at least the links.
    for link in mail.text.split_whitespace().filter(|word| word.starts_with("https://")) {
        assert!(mail.html.contains(link), "{name}: {link} is missing in\n{}", mail.html);
    }
    format!("Subject: {}\n\n{}", mail.subject, mail.text)
}

#[test]
fn everything_that_was_ordered() {
    let facts = facts(&[lesson(), camp()]);
    insta::assert_snapshot!("order_confirmed", text("order_confirmed", &facts));
    let html = render_mail(&BTreeMap::new(), "order_confirmed", &facts).unwrap().html;
    assert!(!html.contains("<img") && !html.contains("http-equiv") && !html.contains("<script"));
    insta::assert_snapshot!("order_confirmed.html", html);
}

#[test]
fn with_a_discount_and_something_lost() {
    let mut facts = facts(&[lesson()]);
    facts["order"]["discount"] = json!("€4.00");
    facts["order"]["paid"] = json!("€436.00");
    facts["lost"] = json!([camp()]);
    facts["is_own"] = json!(true);
    insta::assert_snapshot!("order_confirmed.lost", text("order_confirmed", &facts));
}

#[test]
fn a_subscription_and_nothing_to_pay() {
    let mut paid = facts(&[weekly()]);
    paid["order"]["paid"] = json!("€25.00");
    paid["order"]["is_subscription"] = json!(true);
    insta::assert_snapshot!("order_confirmed.subscription", text("order_confirmed", &paid));
    let mut free = facts(&[lesson()]);
    free["order"]["is_free"] = json!(true);
    free["items"][0]["price"] = Value::Null;
    insta::assert_snapshot!("order_confirmed.free", text("order_confirmed", &free));
}

#[rstest]
#[case("called", place("phone", None, None))]
#[case("calling", place("phone", Some("+34 600 100 200"), None))]
#[case("link", place("link", Some("https://meet.example.org/anna"), None))]
#[case("visited", place("at_customer", None, None))]
#[case("room", place("in_person", None, Some("Blue room, Calle Mayor 1")))]
#[case("room_there", place("in_person", Some("Calle Mayor 1"), Some("Blue room")))]
#[case("link_to_come", place("google_meet", None, None))]
fn each_place(#[case] name: &str, #[case] place: Value) {
    let mut facts = facts(&[lesson()]);
    facts["items"][0]["place"] = place;
    facts["items"][0]["meet_link"] = Value::Null;
    insta::assert_snapshot!(format!("order_confirmed.{name}"), text("order_confirmed", &facts));
}

#[rstest]
#[case("order_expired")]
#[case("order_payment_failed")]
fn nothing_came_of_it(#[case] name: &str) {
    insta::assert_snapshot!(name, text(name, &facts(&[lesson(), camp()])));
}

#[rstest]
#[case("order_expired")]
#[case("order_lost")]
fn called_off_before_it_was_paid(#[case] name: &str) {
    let mut facts = facts(&if name == "order_lost" {
        vec![camp()]
    } else {
        vec![lesson(), camp()]
    });
    facts["called_off"] = json!([camp()]);
    facts["message"] = json!(["There will be a storm.", "I am sorry."]);
    facts["amount"] = if name == "order_lost" {
        json!("€400.00")
    } else {
        Value::Null
    };
    insta::assert_snapshot!(format!("{name}.called_off"), text(name, &facts));
}

#[test]
fn money_that_goes_back() {
    let mut lost = facts(&[camp()]);
    lost["amount"] = json!("€400.00");
    insta::assert_snapshot!("order_lost", text("order_lost", &lost));
    lost["reason"] = json!("mismatch");
    insta::assert_snapshot!("order_lost.mismatch", text("order_lost", &lost));
    for (name, reason, items) in [
        ("order_refunded.cancelled", "cancelled", vec![camp()]),
        ("order_refunded.outside", "outside", vec![]),
        ("order_refunded.twice", "paid_twice", vec![]),
    ] {
        let mut facts = facts(&items);
        facts["amount"] = json!("€400.00");
        facts["reason"] = json!(reason);
        insta::assert_snapshot!(name, text("order_refunded", &facts));
    }
}

#[test]
fn money_that_did_not_go_back() {
    let mut facts = facts(&[camp()]);
    facts["amount"] = json!("€400.00");
    facts["reason"] = json!("cancelled");
    insta::assert_snapshot!("order_refund_failed", text("order_refund_failed", &facts));
    facts["order"]["url"] = json!("https://book.example.org/orders/1");
    insta::assert_snapshot!("order_refund_failed.host", text("order_refund_failed.host", &facts));
    facts["items"] = json!([]);
    facts["reason"] = json!("paid_twice");
    insta::assert_snapshot!("order_refund_failed.twice", text("order_refund_failed", &facts));
}

#[test]
fn a_subscription_goes_on_fails_and_ends() {
    let mut facts = facts(&[weekly()]);
    facts["amount"] = json!("€25.00");
    facts["paid_until"] = json!("Wednesday 9 December 2026");
    for name in ["subscription_renewed", "subscription_failed", "subscription_ended"] {
        insta::assert_snapshot!(name, text(name, &facts));
    }
    facts["paid_until"] = Value::Null;
    insta::assert_snapshot!("subscription_ended.at_once", text("subscription_ended", &facts));
}

#[rstest]
fn nothing_typed_becomes_markup(#[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)] kind: usize) {
    let evil = "<a href=\"https://evil.example\">x</a>";
    let mut item = weekly();
    for field in ["title", "staff", "when", "there", "price"] {
        item[field] = json!(evil);
    }
    item["dates"] = json!([evil, evil]);
    for way in ["phone", "in_person", "link", "at_customer", "google_meet"] {
        item["place"] = place(way, Some(evil), Some(evil));
        item["meet_link"] = json!(evil);
        let mut facts = facts(&[item.clone()]);
        facts["lost"] = json!([item.clone()]);
        facts["amount"] = json!(evil);
        facts["paid_until"] = json!(evil);
        facts["reason"] = json!("cancelled");
        facts["order"]["number"] = json!(format!("{evil}\r\nBcc: eve@example.org"));
        let mail = render_mail(&BTreeMap::new(), KINDS[kind], &facts).unwrap();
        assert!(!mail.html.contains("<a href=\"https://evil"), "{}", mail.html);
        assert!(!mail.subject.contains(['\r', '\n']));
    }
}

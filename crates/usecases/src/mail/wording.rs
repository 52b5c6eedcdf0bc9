//! The words of every built-in mail, to the letter. A change of a text shows here, and is accepted with
//! `INSTA_UPDATE=always`.

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use super::render_mail::render_mail;

fn site() -> Value {
    json!({ "name": "TimeTap", "url": "https://book.example.org" })
}

fn booking(audience: &str) -> Value {
    let is_customer = audience == "customer";
    json!({
        "site": site(),
        "audience": audience,
        "host": { "name": "Anna Lind" },
        "customer": { "name": "Ben Okafor", "email": "ben@example.com", "phone": "+1 212 555 0100" },
        "service": "Piano lesson",
        "when": {
            "full": if is_customer { "Tuesday 24 November 2026, 09:00–10:00 (America/New_York, GMT-5)" }
                    else { "Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)" },
            "short": if is_customer { "Tue 24 Nov, 09:00" } else { "Tue 24 Nov, 15:00" },
            "other": if is_customer { "Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)" }
                     else { "Tuesday 24 November 2026, 09:00–10:00 (America/New_York, GMT-5)" },
        },
        "greeting": "See you on Tuesday.",
        "previous_when": null,
        "previous_host": null,
        "previous_service": null,
        "given_by": null,
        "by_name": null,
        "place": { "kind": "google_meet", "detail": null, "lines": [] },
        "meet_link": "https://meet.google.com/abc-defg-hij",
        "calendar":
            { "part": "PUBLISH", "is_google": true, "is_own": false, "can_connect": true, "is_connected": true },
        "by": null,
        "message": [],
        "refund": null,
        "is_free_week": false,
        "weeks": [],
        "order": null,
        "answers": if is_customer { json!([]) } else {
            json!([{ "label": "Your level", "lines": ["Beginner"] }, { "label": "Your wishes", "lines": ["Bach", "Monk"] }])
        },
        "booking_url": if is_customer { "https://book.example.org/bookings/1?token=abc" }
                       else { "https://book.example.org/host/bookings/1" },
        "integrations_url": "https://book.example.org/host/integrations",
        "book_again_url": null,
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

#[rstest]
fn a_booking_with_its_link(#[values("customer", "host")] audience: &str) {
    insta::assert_snapshot!(
        format!("booked.{audience}"),
        text(&format!("booked.{audience}"), &booking(audience))
    );
}

#[rstest]
fn a_booking_whose_link_is_still_to_come(#[values("customer", "host")] audience: &str) {
    let mut facts = booking(audience);
    facts["meet_link"] = Value::Null;
    insta::assert_snapshot!(
        format!("booked.{audience}.without_link"),
        text(&format!("booked.{audience}"), &facts)
    );
}

#[rstest]
fn a_booking_with_a_host_without_calendar(#[values("customer", "host")] audience: &str) {
    let mut facts = booking(audience);
    facts["meet_link"] = Value::Null;
    facts["calendar"] =
        json!({ "part": "REQUEST", "is_google": false, "is_own": false, "can_connect": true, "is_connected": false });
    insta::assert_snapshot!(
        format!("booked.{audience}.not_connected"),
        text(&format!("booked.{audience}"), &facts)
    );
}

#[rstest]
#[case::meet("google_meet", "")]
#[case::elsewhere("phone", ".by_phone")]
fn a_booking_with_a_host_who_adds_events_by_hand(#[case] kind: &str, #[case] name: &str) {
    let mut facts = booking("host");
    facts["meet_link"] = Value::Null;
    facts["place"]["kind"] = json!(kind);
    facts["calendar"] =
        json!({ "part": "REQUEST", "is_google": false, "is_own": false, "can_connect": true, "is_connected": true });
    insta::assert_snapshot!(format!("booked.host.by_hand{name}"), text("booked.host", &facts));
}

#[rstest]
fn a_booking_where_google_is_not_set_up(#[values("customer", "host")] audience: &str) {
    let mut facts = booking(audience);
    facts["meet_link"] = Value::Null;
    facts["calendar"] =
        json!({ "part": "REQUEST", "is_google": false, "is_own": false, "can_connect": false, "is_connected": false });
    insta::assert_snapshot!(
        format!("booked.{audience}.without_google"),
        text(&format!("booked.{audience}"), &facts)
    );
}

#[rstest]
#[case::called("call_me", "phone", None)]
#[case::calling("call_us", "phone", Some("+34 600 100 200"))]
#[case::address("in_person", "in_person", Some("Calle Mayor 1\nMadrid"))]
#[case::link("link", "link", Some("https://meet.example.org/anna"))]
fn each_place(
    #[values("customer", "host")] audience: &str,
    #[case] name: &str,
    #[case] kind: &str,
    #[case] detail: Option<&str>,
) {
    let mut facts = booking(audience);
    facts["meet_link"] = Value::Null;
    facts["calendar"] =
        json!({ "part": "REQUEST", "is_google": false, "is_own": false, "can_connect": true, "is_connected": false });
    facts["place"] = json!({
        "kind": kind,
        "detail": detail,
        "lines": detail.unwrap_or_default().lines().collect::<Vec<_>>(),
    });
    insta::assert_snapshot!(
        format!("booked.{audience}.{name}"),
        text(&format!("booked.{audience}"), &facts)
    );
}

#[test]
fn what_was_ordered_is_told_to_the_staff() {
    let mut facts = booking("host");
    facts["order"] = json!({
        "number": "TT-7K3M-9QFD",
        "notes": ["Ring twice.", "The dog is kind."],
        "participants": ["Mia (8)", "Leo (6)"],
        "place": "Blue room, Calle Mayor 1",
    });
    facts["place"] = json!({ "kind": "at_customer", "detail": "Calle Mayor 1", "lines": ["Calle Mayor 1"] });
    insta::assert_snapshot!("booked.host.ordered", text("booked.host", &facts));
}

#[rstest]
fn the_link_that_came_later(#[values("customer", "host")] audience: &str) {
    insta::assert_snapshot!(
        format!("meet_link.{audience}"),
        text(&format!("meet_link.{audience}"), &booking(audience))
    );
}

#[rstest]
fn another_time(#[values("customer", "host")] audience: &str, #[values("customer", "host")] by: &str) {
    let mut facts = booking(audience);
    facts["previous_when"] = json!("Monday 23 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)");
    facts["by"] = json!(by);
    if audience != by {
        facts["message"] = json!(["Something came up.", "Does Tuesday suit you?"]);
    }
    insta::assert_snapshot!(
        format!("rescheduled.{audience}.by_{by}"),
        text(&format!("rescheduled.{audience}"), &facts)
    );
}

#[rstest]
#[case("rescheduled", &["There is a fire drill at ten."])]
#[case("cancelled", &["Anna is ill, sorry."])]
#[case("cancelled", &[])]
fn done_in_the_hosts_place(#[case] what: &str, #[case] message: &[&str]) {
    let mut facts = booking("host");
    facts["previous_when"] = json!("Monday 23 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)");
    facts["by"] = json!("host");
    facts["by_name"] = json!("Mona Vidal");
    facts["message"] = json!(message);
    let how = if message.is_empty() { ".without_words" } else { "" };
    insta::assert_snapshot!(
        format!("{what}.host.by_name{how}"),
        text(&format!("{what}.host"), &facts)
    );
}

#[rstest]
#[case("staff", Some("Clara Font"), None)]
#[case("service", None, Some("Trial lesson"))]
#[case("both", Some("Clara Font"), Some("Trial lesson"))]
fn somebody_else_or_something_else(#[case] name: &str, #[case] host: Option<&str>, #[case] service: Option<&str>) {
    let mut facts = booking("customer");
    facts["by"] = json!("host");
    facts["previous_host"] = json!(host);
    facts["previous_service"] = json!(service);
    facts["message"] = json!(["Clara is ill; you are in good hands."]);
    insta::assert_snapshot!(format!("changed.customer.{name}"), text("changed.customer", &facts));
}

#[rstest]
#[case("invited_by_mail", Some("Mona Vidal"), "CANCEL", false)]
#[case("in_google", Some("Mona Vidal"), "", true)]
#[case("taken_over", Some("Clara Font"), "", false)]
#[case("by_themselves", None, "CANCEL", false)]
fn given_to_somebody_else(#[case] name: &str, #[case] by: Option<&str>, #[case] part: &str, #[case] is_google: bool) {
    let mut facts = booking("host");
    facts["host"]["name"] = json!("Clara Font");
    facts["given_by"] = json!(by);
    facts["meet_link"] = Value::Null;
    facts["calendar"] =
        json!({ "part": part, "is_google": is_google, "is_own": false, "can_connect": true, "is_connected": false });
    facts["booking_url"] = json!("https://book.example.org/host/bookings");
    insta::assert_snapshot!(format!("given_away.host.{name}"), text("given_away.host", &facts));
}

#[rstest]
#[case("one", json!(["Wed 30 Dec, 17:00–18:00"]))]
#[case("some", json!(["Wed 25 Nov, 17:00–18:00", "Wed 2 Dec, 17:00–18:00", "Wed 9 Dec, 17:00–18:00"]))]
fn weeks_that_were_planned(#[case] name: &str, #[case] weeks: Value) {
    let mut facts = booking("host");
    facts["weeks"] = weeks;
    facts["order"] = json!({
        "number": "TT-7K3M-9QFD",
        "notes": [],
        "participants": ["Mia (8)"],
        "place": null,
    });
    insta::assert_snapshot!(format!("weeks_planned.host.{name}"), text("weeks_planned.host", &facts));
}

#[rstest]
fn called_off(#[values("customer", "host")] audience: &str, #[values("customer", "host")] by: &str) {
    let mut facts = booking(audience);
    facts["by"] = json!(by);
    facts["calendar"]["part"] = json!("CANCEL");
    if audience == "customer" {
        facts["book_again_url"] = json!("https://book.example.org/anna/piano-lesson");
    }
    if audience != by {
        facts["message"] = json!(["I am ill, sorry."]);
    }
    insta::assert_snapshot!(
        format!("cancelled.{audience}.by_{by}"),
        text(&format!("cancelled.{audience}"), &facts)
    );
}

#[rstest]
#[case("refund", json!("€200.00"), false)]
#[case("free_week", Value::Null, true)]
fn called_off_with_money_to_go_back(#[case] name: &str, #[case] refund: Value, #[case] is_free_week: bool) {
    let mut facts = booking("customer");
    facts["by"] = json!("host");
    facts["calendar"]["part"] = json!("CANCEL");
    facts["message"] = json!(["There will be a storm."]);
    facts["refund"] = refund;
    facts["is_free_week"] = json!(is_free_week);
    insta::assert_snapshot!(format!("cancelled.customer.{name}"), text("cancelled.customer", &facts));
}

#[rstest]
#[case("verify_email", json!({ "link": "https://book.example.org/verify-email?token=abc" }))]
#[case("already_registered", json!({
    "sign_in_link": "https://book.example.org/sign-in",
    "reset_link": "https://book.example.org/forgot-password",
}))]
#[case("reset_password", json!({ "link": "https://book.example.org/reset-password?token=abc" }))]
#[case("password_changed", json!({ "reset_link": "https://book.example.org/forgot-password" }))]
#[case("reconnect_calendar", json!({
    "account": "anna@gmail.example",
    "link": "https://book.example.org/host/integrations",
}))]
fn about_an_account(#[case] name: &str, #[case] mut facts: Value) {
    facts["site"] = site();
    facts["name"] = json!("Anna Lind");
    insta::assert_snapshot!(name, text(name, &facts));
}

#[test]
fn the_html_of_a_confirmation() {
    let mail = render_mail(&BTreeMap::new(), "booked.customer", &booking("customer")).unwrap();
    assert!(!mail.html.contains("<img") && !mail.html.contains("http-equiv") && !mail.html.contains("<script"));
    insta::assert_snapshot!("booked.customer.html", mail.html);
}

#[rstest]
fn nothing_typed_becomes_markup(
    #[values(
        "booked",
        "meet_link",
        "rescheduled",
        "cancelled",
        "changed",
        "given_away",
        "weeks_planned"
    )]
    kind: &str,
    #[values("customer", "host")] audience: &str,
) {
    if matches!(
        (kind, audience),
        ("changed", "host") | ("weeks_planned" | "given_away", "customer")
    ) {
        // Who takes over is told as of a booking, and customers of weeks as of their bill.
        return;
    }
    let evil = "<a href=\"https://evil.example\">x</a>";
    let mut facts = booking(audience);
    facts["by"] = json!(if audience == "host" { "customer" } else { "host" });
    facts["previous_when"] = json!("Monday");
    facts["previous_host"] = json!(evil);
    facts["previous_service"] = json!(evil);
    facts["given_by"] = json!(evil);
    facts["weeks"] = json!([evil]);
    for name in ["host", "customer"] {
        facts[name]["name"] = json!(evil);
    }
    facts["service"] = json!(evil);
    facts["message"] = json!([evil]);
    facts["answers"] = json!([{ "label": evil, "lines": [evil] }]);
    facts["order"] = json!({ "number": evil, "notes": [evil], "participants": [evil], "place": evil });
    for place in ["phone", "in_person", "link"] {
        facts["place"] = json!({ "kind": place, "detail": evil, "lines": [evil] });
        let mail = render_mail(&BTreeMap::new(), &format!("{kind}.{audience}"), &facts).unwrap();
        assert!(!mail.html.contains("<a href=\"https://evil"), "{}", mail.html);
    }
}

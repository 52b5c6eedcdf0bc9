//! Checkout Sessions: as they are made, listed and expired.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Bench, WEEKLY, error_of, eventually, id, session_form, text};

#[tokio::test]
async fn a_session_shows_what_it_was_made_with_and_is_open() {
    let bench = Bench::new().await;
    let expires = (bench.seconds() + 1_800).to_string();
    let more = [
        ("client_reference_id", "order-1"),
        ("metadata[order]", "1"),
        ("customer_email", "ada@example.org"),
        ("expires_at", expires.as_str()),
        ("line_items[1][quantity]", "3"),
        ("line_items[1][price_data][currency]", "eur"),
        ("line_items[1][price_data][unit_amount]", "150"),
        ("line_items[1][price_data][product_data][name]", "Lunch"),
    ];
    let session = bench.session(&more).await;
    assert!(id(&session).starts_with("cs_test_"));
    assert_eq!(
        text(&session, "/url"),
        bench.url(&format!("/stripe/c/pay/{}", id(&session)))
    );
    for (field, value) in [
        ("amount_subtotal", json!(2_450)),
        ("amount_total", json!(2_450)),
        ("client_reference_id", json!("order-1")),
        ("customer", json!(null)),
        ("customer_email", json!("ada@example.org")),
        ("expires_at", json!(bench.seconds() + 1_800)),
        ("livemode", json!(false)),
        ("metadata", json!({ "order": "1" })),
        ("payment_intent", json!(null)),
        ("payment_method_types", json!(["card", "sepa_debit"])),
        ("payment_status", json!("unpaid")),
        ("status", json!("open")),
        (
            "success_url",
            json!("http://127.0.0.1:3000/done?session={CHECKOUT_SESSION_ID}"),
        ),
    ] {
        assert_eq!(session[field], value, "{field}");
    }
    let (_, lines) = bench
        .get(&format!("checkout/sessions/{}/line_items?limit=1", id(&session)))
        .await;
    assert_eq!(
        (&lines["has_more"], &lines["data"][0]["description"]),
        (&json!(true), &json!("Camp day"))
    );
    assert_eq!(bench.event_types(), Vec::<String>::new());
}

#[tokio::test]
async fn it_ends_a_day_later_when_nothing_is_said_and_by_itself() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    assert_eq!(session["expires_at"], json!(bench.seconds() + 86_400));
    bench.clock.advance(SignedDuration::from_secs(86_399));
    let path = format!("checkout/sessions/{}", id(&session));
    assert_eq!(text(&bench.get(&path).await.1, "/status"), "open");
    bench.clock.advance(SignedDuration::from_secs(1));
    // No request is needed: the clock is watched.
    eventually(|| bench.event_types() == ["checkout.session.expired"]).await;
    let (_, expired) = bench.get(&path).await;
    assert_eq!(
        (text(&expired, "/status").as_str(), &expired["url"]),
        ("expired", &json!(null))
    );
}

#[tokio::test]
async fn only_an_open_session_can_be_expired() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let path = format!("checkout/sessions/{}/expire", id(&session));
    assert_eq!(text(&bench.post(&path, &[]).await.1, "/status"), "expired");
    let (status, body) = bench.post(&path, &[]).await;
    assert_eq!((status, error_of(&body).0.as_str()), (400, "invalid_request_error"));
    let answer = bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    assert!(answer.text().await.unwrap().contains("This page has expired"));
    assert_eq!(
        (bench.count("session.expired"), bench.count("charge.succeeded")),
        (1, 0)
    );
}

#[tokio::test]
async fn moving_stripes_clock_brings_the_end_nearer_and_new_sessions_keep_their_time() {
    let bench = Bench::new().await;
    bench
        .control()
        .advance_stripe_clock(std::time::Duration::from_hours(24 * 21));
    let expires = (bench.seconds() + 1_800).to_string();
    let session = bench.session(&[("expires_at", &expires)]).await;
    assert_eq!(session["created"], json!(bench.seconds()));
    bench.control().advance_stripe_clock(std::time::Duration::from_mins(29));
    assert_eq!(bench.count("session.expired"), 0);
    bench.control().advance_stripe_clock(std::time::Duration::from_mins(1));
    assert_eq!(bench.count("session.expired"), 1);
}

#[tokio::test]
async fn existing_prices_customers_and_modes_are_checked() {
    let bench = Bench::new().await;
    let (_, product) = bench.post("products", &[("name", "Lesson")]).await;
    let form = [
        ("currency", "eur"),
        ("unit_amount", "900"),
        ("product", id(&product)),
        ("recurring[interval]", "week"),
    ];
    let (_, weekly) = bench.post("prices", &form).await;
    let by_id = [
        ("mode", "subscription"),
        ("success_url", "http://127.0.0.1/"),
        ("line_items[0][price]", id(&weekly)),
        ("line_items[0][quantity]", "2"),
    ];
    let (status, session) = bench.post("checkout/sessions", &by_id).await;
    assert_eq!((status, &session["amount_total"]), (200, &json!(1_800)), "{session}");
    assert_eq!(session["payment_method_types"], json!(["card", "sepa_debit"]));
    // Of what is usual, only what is allowed; where nothing is left, no session.
    let allow = |kind: &'static str| [by_id.as_slice(), &[("allowed_payment_method_types[0]", kind)]].concat();
    let (_, by_card) = bench.post("checkout/sessions", &allow("card")).await;
    assert_eq!(by_card["payment_method_types"], json!(["card"]));
    let (status, refused) = bench.post("checkout/sessions", &allow("link")).await;
    assert_eq!(status, 400, "{refused}");
    assert_eq!(refused["error"]["param"], "allowed_payment_method_types");
    for more in [
        // A recurring price in payment mode, none in subscription mode, two currencies, two rhythms, both of a pair.
        vec![("line_items[0][price_data][recurring][interval]", "week")],
        vec![("mode", "subscription")],
        vec![
            ("line_items[1][quantity]", "1"),
            ("line_items[1][price_data][currency]", "usd"),
            ("line_items[1][price_data][unit_amount]", "100"),
            ("line_items[1][price_data][product_data][name]", "Other"),
        ],
        [
            &WEEKLY[..],
            &[
                ("line_items[1][quantity]", "1"),
                ("line_items[1][price_data][currency]", "eur"),
                ("line_items[1][price_data][unit_amount]", "100"),
                ("line_items[1][price_data][product_data][name]", "Other"),
                ("line_items[1][price_data][recurring][interval]", "month"),
            ],
        ]
        .concat(),
        vec![("allow_promotion_codes", "true"), ("discounts[0][coupon]", "none")],
    ] {
        let (status, body) = bench.post("checkout/sessions", &session_form(&more)).await;
        assert_eq!(
            (status, error_of(&body).0.as_str()),
            (400, "invalid_request_error"),
            "{more:?}"
        );
    }
    bench
        .post(&format!("prices/{}", id(&weekly)), &[("active", "false")])
        .await;
    assert_eq!(bench.post("checkout/sessions", &by_id).await.0, 400);
}

#[tokio::test]
async fn sessions_are_found_by_what_they_are_about() {
    let bench = Bench::new().await;
    let paid = bench.session(&[]).await;
    bench
        .page(id(&paid), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    bench.session(&[("customer_email", "ben@example.org")]).await;
    let (_, paid) = bench.get(&format!("checkout/sessions/{}", id(&paid))).await;
    let intent = text(&paid, "/payment_intent");
    for (query, count) in [
        (format!("payment_intent={intent}"), 1),
        ("status=open".to_owned(), 1),
        ("status=expired".to_owned(), 0),
        ("customer_details[email]=ada@example.org".to_owned(), 1),
        (String::new(), 2),
    ] {
        let (_, list) = bench.get(&format!("checkout/sessions?{query}")).await;
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn nothing_to_pay_completes_without_a_payment() {
    let bench = Bench::new().await;
    let session = bench.session(&[("line_items[0][price_data][unit_amount]", "0")]).await;
    let page = bench
        .client
        .get(text(&session, "/url"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("Complete, nothing to pay") && !page.contains("Pay with"));
    let answer = bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    assert_eq!(answer.status(), 303);
    let (_, done) = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!(
        (
            text(&done, "/status"),
            text(&done, "/payment_status"),
            &done["payment_intent"]
        ),
        ("complete".to_owned(), "no_payment_required".to_owned(), &json!(null))
    );
    assert_eq!(bench.event_types(), ["checkout.session.completed"]);
}

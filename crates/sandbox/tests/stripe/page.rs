//! The hosted payment page: plain forms, every way a payment can go.

use rstest::rstest;
use serde_json::json;

use crate::support::{Bench, id, text};

const EMAIL: (&str, &str) = ("email", "ada@example.org");
const PAY: (&str, &str) = ("action", "pay");

#[tokio::test]
async fn the_page_shows_the_order_and_works_without_scripts() {
    let bench = Bench::new().await;
    let session = bench.session(&[("customer_email", "ada@example.org")]).await;
    let response = bench.client.get(text(&session, "/url")).send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["content-type"].to_str().unwrap()
        ),
        (200, "text/html; charset=utf-8")
    );
    let page = response.text().await.unwrap();
    for wanted in [
        "Camp day",
        "EUR 20.00",
        "Pay EUR 20.00",
        r#"lang="en""#,
        "http:&#x2f;&#x2f;127.0.0.1:3000&#x2f;cart",
        "ada@example.org",
        "A card that asks for 3-D Secure",
        "A bank debit that arrives days later",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("Promotion code"));
    let missing = bench
        .client
        .get(bench.url("/stripe/c/pay/cs_test_none"))
        .send()
        .await
        .unwrap();
    assert_eq!(missing.status(), 404);
}

#[tokio::test]
async fn paying_leads_back_and_a_second_time_nothing_is_charged() {
    let bench = Bench::new().await;
    let more = [
        ("metadata[a]", "1"),
        ("payment_intent_data[metadata][order]", "7"),
        ("payment_intent_data[description]", "Order 7"),
    ];
    let session = bench.session(&more).await;
    let answer = bench
        .page(id(&session), &[PAY, EMAIL, ("name", "Ada"), ("with", "card")])
        .await;
    let back = format!("http://127.0.0.1:3000/done?session={}", id(&session));
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
        (303, back.as_str())
    );
    let again = bench.page(id(&session), &[PAY, EMAIL]).await;
    assert!(again.text().await.unwrap().contains("This payment is done."));
    assert_eq!(
        (bench.count("charge.succeeded"), bench.count("session.completed")),
        (1, 1)
    );
    let (_, paid) = bench
        .get(&format!(
            "checkout/sessions/{}?expand[]=payment_intent.latest_charge",
            id(&session)
        ))
        .await;
    assert_eq!(paid["url"], json!(null));
    assert_eq!(
        (
            text(&paid, "/customer_details/email"),
            text(&paid, "/customer_details/name")
        ),
        ("ada@example.org".into(), "Ada".into())
    );
    assert_eq!(text(&paid, "/payment_intent/metadata/order"), "7");
    assert_eq!(text(&paid, "/payment_intent/description"), "Order 7");
    assert_eq!(paid["payment_intent"]["latest_charge"]["paid"], json!(true));
    let rows = bench
        .control()
        .ledger(&timetap_sandbox::LedgerQuery::method("stripe.page").with_effect(true));
    assert_eq!(rows.len(), 1);
}

#[rstest]
#[case("insufficient_funds", "card_declined", Some("insufficient_funds"))]
#[case("expired_card", "expired_card", None)]
#[case("incorrect_cvc", "incorrect_cvc", None)]
#[case("processing_error", "processing_error", None)]
#[tokio::test]
async fn a_declined_card_can_be_followed_by_another(
    #[case] why: &str,
    #[case] code: &str,
    #[case] decline: Option<&str>,
) {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let answer = bench
        .page(id(&session), &[PAY, EMAIL, ("with", "declined"), ("decline", why)])
        .await;
    assert_eq!(answer.status(), 402);
    let page = answer.text().await.unwrap();
    assert!(page.contains(r#"role="alert""#) && page.contains("ada@example.org"));
    let (_, open) = bench
        .get(&format!("checkout/sessions/{}?expand[]=payment_intent", id(&session)))
        .await;
    assert_eq!(text(&open, "/status"), "open");
    let error = &open["payment_intent"]["last_payment_error"];
    assert_eq!(
        (
            text(error, "/code").as_str(),
            error.get("decline_code").and_then(|code| code.as_str())
        ),
        (code, decline)
    );
    assert_eq!(text(&open, "/payment_intent/status"), "requires_payment_method");
    bench.page(id(&session), &[PAY, EMAIL, ("with", "card")]).await;
    let expected = [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(bench.event_types(), expected);
    assert_eq!(
        (bench.count("payment_intent.created"), bench.count("charge.failed")),
        (1, 1)
    );
}

#[tokio::test]
async fn three_d_secure_asks_first_and_both_answers_count() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let ask = || bench.page(id(&session), &[PAY, EMAIL, ("with", "card_with_authentication")]);
    let page = bench.url(&format!("/stripe/c/pay/{}/authenticate", id(&session)));
    assert_eq!(ask().await.headers()["location"], page.as_str());
    let shown = bench.client.get(&page).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("EUR 20.00") && shown.contains("Yes, complete"));
    let answer = |action: &'static str| bench.client.post(&page).form(&[("action", action)]).send();
    let failed = answer("fail").await.unwrap();
    assert_eq!(failed.status(), 402);
    assert!(failed.text().await.unwrap().contains("unable to authenticate"));
    // A page that was answered leads back to the payment.
    assert_eq!(bench.client.get(&page).send().await.unwrap().status(), 303);
    ask().await;
    assert_eq!(answer("complete").await.unwrap().status(), 303);
    let expected = [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(bench.event_types(), expected);
    let charges = bench.control().stripe_objects("charge");
    assert_eq!(
        text(&charges[0], "/payment_method_details/card/three_d_secure/result"),
        "authenticated"
    );
}

#[rstest]
#[case("delayed_succeeds", "paid", "checkout.session.async_payment_succeeded")]
#[case("delayed_fails", "unpaid", "checkout.session.async_payment_failed")]
#[tokio::test]
async fn a_debit_completes_unpaid_and_ends_by_the_clock(#[case] with: &str, #[case] status: &str, #[case] last: &str) {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    assert_eq!(
        bench.page(id(&session), &[PAY, EMAIL, ("with", with)]).await.status(),
        303
    );
    let path = format!("checkout/sessions/{}", id(&session));
    let (_, waiting) = bench.get(&path).await;
    assert_eq!(
        (text(&waiting, "/status"), text(&waiting, "/payment_status")),
        ("complete".into(), "unpaid".into())
    );
    let first = [
        "payment_intent.created",
        "payment_intent.processing",
        "charge.pending",
        "checkout.session.completed",
    ];
    assert_eq!(bench.event_types(), first);
    bench
        .control()
        .advance_stripe_clock(std::time::Duration::from_hours(72));
    assert_eq!(text(&bench.get(&path).await.1, "/payment_status"), status);
    let types = bench.event_types();
    assert_eq!((types.len(), types.last().unwrap().as_str()), (7, last));
    assert!(bench.control().settle_session(id(&session), true).is_err());
}

#[tokio::test]
async fn an_address_is_needed_and_an_unknown_choice_is_refused() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    for form in [
        vec![PAY],
        vec![PAY, ("email", "ada")],
        vec![PAY, EMAIL, ("with", "cash")],
    ] {
        assert_eq!(bench.page(id(&session), &form).await.status(), 402);
    }
    assert_eq!(bench.event_types(), Vec::<String>::new());
}

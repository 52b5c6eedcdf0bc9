//! Payment intents, charges, refunds and disputes.

use rstest::rstest;
use serde_json::json;
use timetap_sandbox::PayWith;

use crate::support::{Bench, error_of, id, text};

/// A paid session's payment intent and charge.
async fn paid(bench: &Bench) -> (String, String) {
    let session = bench.session(&[]).await;
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &PayWith::Card)
        .unwrap();
    let (_, session) = bench
        .get(&format!("checkout/sessions/{}?expand[]=payment_intent", id(&session)))
        .await;
    (
        text(&session, "/payment_intent/id"),
        text(&session, "/payment_intent/latest_charge"),
    )
}

#[tokio::test]
async fn refunds_never_exceed_what_was_paid() {
    let bench = Bench::new().await;
    let (intent, charge) = paid(&bench).await;
    let by_intent = |amount: &'static str| {
        let intent = intent.clone();
        let bench = &bench;
        async move {
            bench
                .post("refunds", &[("payment_intent", &intent), ("amount", amount)])
                .await
        }
    };
    let (_, first) = by_intent("1500").await;
    assert_eq!(
        (&first["status"], &first["charge"]),
        (&json!("succeeded"), &json!(charge))
    );
    let (status, body) = by_intent("501").await;
    assert_eq!((status, error_of(&body).2.as_str()), (400, "amount"));
    let (_, rest) = bench
        .post("refunds", &[("charge", &charge), ("reason", "requested_by_customer")])
        .await;
    assert_eq!(
        (&rest["amount"], &rest["reason"]),
        (&json!(500), &json!("requested_by_customer"))
    );
    let (status, body) = bench.post("refunds", &[("charge", &charge)]).await;
    assert_eq!((status, error_of(&body).1.as_str()), (400, "charge_already_refunded"));
    let (_, whole) = bench.get(&format!("charges/{charge}?expand[]=refunds")).await;
    assert_eq!(
        (&whole["amount_refunded"], &whole["refunded"]),
        (&json!(2_000), &json!(true))
    );
    assert_eq!(whole["refunds"]["data"].as_array().unwrap().len(), 2);
    let (_, list) = bench.get(&format!("refunds?payment_intent={intent}")).await;
    assert_eq!(list["data"][0], rest);
    let refunds = bench.control().stripe_effects(Some("refund.created"));
    assert_eq!(refunds.iter().map(|refund| refund.amount).sum::<i64>(), 2_000);
}

#[rstest]
#[case(&[], "parameter_missing")]
#[case(&[("payment_intent", "pi_none")], "resource_missing")]
#[case(&[("charge", "ch_none")], "resource_missing")]
#[tokio::test]
async fn a_refund_of_nothing_is_refused(#[case] form: &[(&str, &str)], #[case] code: &str) {
    let bench = Bench::new().await;
    let (status, body) = bench.post("refunds", form).await;
    assert_eq!((status, error_of(&body).1.as_str()), (400, code));
}

#[tokio::test]
async fn an_unpaid_intent_has_nothing_to_refund() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let declined = PayWith::Declined("generic_decline".to_owned());
    bench
        .control()
        .pay_session(id(&session), "ada@example.org", None, &declined)
        .unwrap();
    let (_, open) = bench
        .get(&format!("checkout/sessions/{}?expand[]=payment_intent", id(&session)))
        .await;
    let intent = text(&open, "/payment_intent/id");
    assert_eq!(bench.post("refunds", &[("payment_intent", &intent)]).await.0, 400);
    let charge = text(&open, "/payment_intent/latest_charge");
    assert_eq!(bench.post("refunds", &[("charge", &charge)]).await.0, 400);
    assert_eq!(bench.count("refund.created"), 0);
}

#[tokio::test]
async fn a_refund_may_wait_and_may_fail_even_after_it_succeeded() {
    let bench = Bench::new().await;
    let (_, charge) = paid(&bench).await;
    let control = bench.control();
    control.make_refunds_wait(true);
    let (_, refund) = bench.post("refunds", &[("charge", &charge)]).await;
    assert_eq!(refund["status"], json!("pending"));
    control.settle_refund(id(&refund)).unwrap();
    assert!(control.settle_refund(id(&refund)).is_err());
    control.fail_refund(id(&refund), "expired_or_canceled_card").unwrap();
    assert!(control.fail_refund(id(&refund), "declined").is_err());
    let (_, failed) = bench.get(&format!("refunds/{}", id(&refund))).await;
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&json!("failed"), &json!("expired_or_canceled_card"))
    );
    let (_, object) = bench.get(&format!("charges/{charge}")).await;
    assert_eq!(
        (&object["amount_refunded"], &object["refunded"]),
        (&json!(0), &json!(false))
    );
    let types = bench.event_types();
    let expected = [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
        "refund.updated",
        "refund.failed",
        "charge.refund.updated",
        "charge.updated",
    ];
    assert_eq!(types[types.len() - expected.len()..], expected);
    // What came back can be refunded again.
    control.make_refunds_wait(false);
    assert_eq!(bench.post("refunds", &[("charge", &charge)]).await.0, 200);
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_gives_it_back_when_won() {
    let bench = Bench::new().await;
    let (intent, charge) = paid(&bench).await;
    let dispute = bench
        .control()
        .raise_dispute(&intent, "product_not_received", Some(1_200))
        .unwrap();
    assert!(bench.control().raise_dispute(&charge, "fraudulent", None).is_err());
    let (status, body) = bench.post("refunds", &[("charge", &charge)]).await;
    assert_eq!((status, error_of(&body).1.as_str()), (400, "charge_disputed"));
    let won = bench.control().decide_dispute(id(&dispute), true).unwrap();
    assert_eq!((&won["status"], &won["amount"]), (&json!("won"), &json!(1_200)));
    let amounts: Vec<_> = won["balance_transactions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["net"])
        .collect();
    assert_eq!(amounts, [&json!(-2_700), &json!(2_700)]);
    let types = bench.event_types();
    let expected = [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ];
    assert_eq!(types[types.len() - 4..], expected);
    let (_, found) = bench.get(&format!("disputes?charge={charge}")).await;
    assert_eq!(found["data"][0], won);
    // The charge remembers that it was disputed, and can be given back all the same.
    let (_, object) = bench.get(&format!("charges/{charge}")).await;
    assert_eq!(
        (&object["disputed"], &won["is_charge_refundable"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(bench.post("refunds", &[("charge", &charge)]).await.0, 200);
    let (other, _) = paid(&bench).await;
    let lost = bench.control().raise_dispute(&other, "fraudulent", None).unwrap();
    let (_, closed) = bench.post(&format!("disputes/{}/close", id(&lost)), &[]).await;
    assert_eq!(closed["status"], json!("lost"));
    let (status, body) = bench.post("refunds", &[("payment_intent", &other)]).await;
    assert_eq!((status, error_of(&body).1.as_str()), (400, "charge_disputed"));
    assert_eq!(bench.event_types().last().unwrap(), "charge.dispute.closed");
}

#[tokio::test]
async fn an_intent_is_cancelled_only_by_whom_it_belongs_to() {
    let bench = Bench::new().await;
    let (intent, _) = paid(&bench).await;
    assert_eq!(
        bench.post(&format!("payment_intents/{intent}/cancel"), &[]).await.0,
        400
    );
    let (_, own) = bench
        .post("payment_intents", &[("amount", "900"), ("currency", "eur")])
        .await;
    let path = format!("payment_intents/{}/cancel", id(&own));
    let (_, cancelled) = bench.post(&path, &[("cancellation_reason", "abandoned")]).await;
    assert_eq!(
        (&cancelled["status"], &cancelled["canceled_at"]),
        (&json!("canceled"), &json!(bench.seconds()))
    );
    let (status, body) = bench.post(&path, &[]).await;
    assert_eq!(
        (status, error_of(&body).1.as_str()),
        (400, "payment_intent_unexpected_state")
    );
    assert_eq!(
        bench
            .post("payment_intents", &[("amount", "49"), ("currency", "eur")])
            .await
            .0,
        400
    );
    let (_, list) = bench.get("payment_intents").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
}

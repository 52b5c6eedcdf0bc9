//! The control API of Stripe over HTTP, and its control page.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Bench, Collector, SECRET, WEEKLY, eventually, id, read, text};

async fn call(bench: &Bench, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let url = bench.url(&format!("/api/control/stripe{path}"));
    read(bench.client.request(method, url).json(body).send().await.unwrap()).await
}

async fn order(bench: &Bench, path: &str, body: Value) -> Value {
    let (status, answer) = call(bench, Method::POST, path, &body).await;
    assert!((200..300).contains(&status), "{path}: {answer}");
    answer
}

#[tokio::test]
async fn a_drill_can_be_run_over_http_alone() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::new().await;
    order(
        &bench,
        "/endpoints",
        json!({ "url": collector.address, "secret": SECRET }),
    )
    .await;
    order(&bench, "/webhooks/hold", json!({})).await;
    let session = bench.session(&[]).await;
    let path = format!("/sessions/{}", id(&session));
    let pay = |with: Value| json!({ "email": "ada@example.org", "with": with });
    let declined = order(&bench, &format!("{path}/pay"), pay(json!({ "declined": "lost_card" }))).await;
    assert_eq!(declined["outcome"], json!("declined"));
    let asked = order(&bench, &format!("{path}/pay"), pay(json!("card_with_authentication"))).await;
    assert_eq!(asked, json!({ "outcome": "authenticate" }));
    order(&bench, &format!("{path}/authenticate"), json!({ "succeeds": false })).await;
    order(
        &bench,
        &format!("{path}/pay"),
        pay(json!({ "delayed": { "succeeds": false } })),
    )
    .await;
    order(&bench, &format!("{path}/settle"), json!({ "succeeds": true })).await;
    let (_, paid) = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    order(&bench, "/refunds", json!({ "wait": true })).await;
    let (_, refund) = bench
        .post(
            "refunds",
            &[("payment_intent", &text(&paid, "/payment_intent")), ("amount", "100")],
        )
        .await;
    let end = json!({ "succeeds": false, "reason": "declined" });
    order(&bench, &format!("/refunds/{}/settle", id(&refund)), end).await;
    let of = json!({ "of": paid["payment_intent"], "reason": "fraudulent" });
    let dispute = order(&bench, "/disputes", of).await;
    order(
        &bench,
        &format!("/disputes/{}/decide", id(&dispute)),
        json!({ "won": false }),
    )
    .await;
    let weekly = bench.session(&WEEKLY).await;
    order(&bench, &format!("/sessions/{}/pay", id(&weekly)), pay(json!("card"))).await;
    let (_, weekly) = bench.get(&format!("checkout/sessions/{}", id(&weekly))).await;
    let card = format!("/subscriptions/{}/card", text(&weekly, "/subscription"));
    order(&bench, &card, json!({ "declines": "insufficient_funds" })).await;
    let moved = order(&bench, "/clock", json!({ "seconds": 7 * 86_400 + 3_600 })).await;
    assert_eq!(moved, json!({ "now": "2026-11-27T10:00:00Z" }));
    let other = bench.session(&[]).await;
    order(&bench, &format!("/sessions/{}/expire", id(&other)), json!({})).await;
    order(&bench, "/webhooks/release", json!({ "order": "shuffled" })).await;
    let wanted = bench.event_types();
    eventually(|| collector.messages().len() == wanted.len()).await;
    let (mut sent, mut happened) = (collector.types(), wanted.clone());
    assert_ne!(sent, happened);
    sent.sort();
    happened.sort();
    assert_eq!(sent, happened);
    let last = bench.control().stripe_objects("event").pop().unwrap();
    assert_eq!(
        order(&bench, &format!("/events/{}/resend", id(&last)), json!({})).await,
        json!({ "messages": 1 })
    );

    let (_, summary) = call(&bench, Method::GET, "", &Value::Null).await;
    assert_eq!(summary["effects"]["charge.succeeded"], json!(2));
    assert_eq!(
        (&summary["refunds_wait"], &summary["plugged"]),
        (&json!(true), &json!(true))
    );
    let (_, effects) = call(&bench, Method::GET, "/effects?kind=refund.failed", &Value::Null).await;
    assert_eq!(
        (&effects["count"], &effects["rows"][0]["object"]),
        (&json!(1), &refund["id"])
    );
    let (_, deliveries) = call(&bench, Method::GET, "/deliveries", &Value::Null).await;
    assert!(deliveries["deliveries"].as_array().unwrap().len() > wanted.len());
    let (_, object) = call(&bench, Method::GET, &format!("/objects/{}", id(&other)), &Value::Null).await;
    assert_eq!(object["status"], json!("expired"));
    order(&bench, "/unplug", json!({})).await;
    bench.request(Method::GET, "customers").send().await.unwrap_err();
    order(&bench, "/plug", json!({})).await;
    order(
        &bench,
        "/endpoints/roll",
        json!({ "url": collector.address, "secret": "whsec_new" }),
    )
    .await;
    let gone = call(
        &bench,
        Method::DELETE,
        "/endpoints",
        &json!({ "url": collector.address }),
    )
    .await;
    assert_eq!(gone.0, 200);
}

#[tokio::test]
async fn what_makes_no_sense_is_said_so() {
    let bench = Bench::new().await;
    for (path, body, status) in [
        (
            "/sessions/cs_none/pay",
            json!({ "email": "a@example.org", "with": "card" }),
            404,
        ),
        (
            "/sessions/cs_none/pay",
            json!({ "email": "a@example.org", "with": "cash" }),
            400,
        ),
        ("/refunds/re_none/settle", json!({ "succeeds": true }), 404),
        ("/events/evt_none/resend", json!({}), 404),
        ("/clock", json!({ "minutes": 1 }), 400),
        (
            "/endpoints/roll",
            json!({ "url": "http://x.test/", "secret": "s" }),
            404,
        ),
    ] {
        let (found, answer) = call(&bench, Method::POST, path, &body).await;
        assert_eq!(found, status, "{path}: {answer}");
        assert!(!text(&answer, "/error").is_empty());
    }
}

#[tokio::test]
async fn the_control_page_shows_and_does_it_by_forms() {
    let bench = Bench::new().await;
    let session = bench.session(&[]).await;
    let act = |form: Vec<(&'static str, String)>| {
        let bench = &bench;
        async move {
            bench
                .client
                .post(bench.url("/control/stripe"))
                .form(&form)
                .send()
                .await
                .unwrap()
        }
    };
    let of = |action: &str, id: &str| vec![("action", action.to_owned()), ("id", id.to_owned())];
    let form = [
        ("action", "pay"),
        ("email", "ada@example.org"),
        ("with", "delayed_succeeds"),
    ];
    bench.page(id(&session), &form).await;
    let page = || async {
        bench
            .client
            .get(bench.url("/control/stripe"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    };
    let shown = page().await;
    for wanted in [
        "Payments on their way",
        "Stripe is",
        "checkout.session.completed",
        "stripe.sessions.create",
        id(&session),
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert!(!shown.contains("<script"));
    assert_eq!(act(of("settle", id(&session))).await.status(), 303);
    assert_eq!(
        bench.event_types().last().unwrap(),
        "checkout.session.async_payment_succeeded"
    );
    let intent = text(
        &bench.get(&format!("checkout/sessions/{}", id(&session))).await.1,
        "/payment_intent",
    );
    act(of("dispute", &intent)).await;
    let fault = [
        ("action", "add-fault"),
        ("fault", "status_503"),
        ("method", "stripe.refunds.create"),
        ("times", "1"),
    ];
    act(fault.map(|(name, value)| (name, value.to_owned())).into()).await;
    assert_eq!(bench.post("refunds", &[]).await.0, 503);
    act(vec![("action", "advance".to_owned()), ("days", "7".to_owned())]).await;
    act(of("unplug", "")).await;
    let shown = page().await;
    for wanted in ["Plug Stripe back in", "needs_response", "2026-11-27 09:00:00"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    let refused = act(of("dance", "")).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains(r#"role="alert""#));
}

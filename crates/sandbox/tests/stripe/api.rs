//! Keys, parameters, errors, lists and `expand`.

use data_encoding::BASE64;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Bench, KEY, error_of, id, read, session_form, text};

#[tokio::test]
async fn without_the_key_there_is_nothing_and_a_key_is_never_repeated() {
    let bench = Bench::new().await;
    let url = format!("{}v1/checkout/sessions", bench.sandbox.stripe_url());
    let get = || bench.client.get(&url);
    assert_eq!(get().send().await.unwrap().status(), 401);
    let wrong = "sk_test_of_somebody_else_entirely";
    let response = get().bearer_auth(wrong).send().await.unwrap();
    assert!(response.headers().contains_key("www-authenticate"));
    assert!(response.headers()["request-id"].to_str().unwrap().starts_with("req_"));
    let (status, body) = read(response).await;
    assert_eq!((status, error_of(&body).0.as_str()), (401, "invalid_request_error"));
    assert!(!body.to_string().contains(wrong), "{body}");
    let basic = format!("Basic {}", BASE64.encode(format!("{KEY}:").as_bytes()));
    assert_eq!(get().header("Authorization", basic).send().await.unwrap().status(), 200);
}

#[rstest]
#[case(&[("mode", "\u{0}")], "parameter_missing", "mode")]
#[case(&[("success_url", "\u{0}")], "parameter_missing", "success_url")]
#[case(&[("success_url", "somewhere")], "url_invalid", "success_url")]
#[case(&[("mode", "gift")], "", "mode")]
#[case(&[("line_items[0][quantity]", "\u{0}")], "parameter_missing", "line_items[0][quantity]")]
#[case(&[("line_items[0][quantity]", "0")], "parameter_invalid_integer", "line_items[0][quantity]")]
#[case(&[("line_items[0][price_data][currency]", "\u{0}")], "parameter_missing", "line_items[0][price_data][currency]")]
#[case(&[("line_items[0][price_data][unit_amount]", "1.5")], "parameter_invalid_integer", "line_items[0][price_data][unit_amount]")]
#[case(&[("line_items[0][price_data][unit_amount]", "49")], "amount_too_small", "")]
#[case(&[("line_items[0][price_data][product_data][name]", "\u{0}")], "parameter_missing", "line_items[0][price_data][product]")]
#[case(&[("line_items[0][price_data][colour]", "red")], "parameter_unknown", "line_items[0][price_data][colour]")]
#[case(&[("line_items[1][price]", "price_none"), ("line_items[1][quantity]", "1")], "resource_missing", "line_items[1][price]")]
#[case(&[("customer", "cus_none")], "resource_missing", "customer")]
#[case(&[("customer_email", "")], "parameter_invalid_empty", "customer_email")]
#[case(&[("shipping_options[0][shipping_rate]", "x")], "parameter_unknown", "shipping_options[0][shipping_rate]")]
#[case(&[("payment_intent_data[capture_method]", "manual")], "", "payment_intent_data[capture_method]")]
#[case(&[("automatic_tax[enabled]", "true")], "", "automatic_tax[enabled]")]
#[case(&[("subscription_data[metadata][a]", "b")], "", "subscription_data")]
#[case(&[("expires_at", "1795166999")], "", "expires_at")]
#[case(&[("expires_at", "1795251601")], "", "expires_at")]
#[tokio::test]
async fn a_wrong_parameter_is_named_and_nothing_is_made(
    #[case] more: &[(&str, &str)],
    #[case] code: &str,
    #[case] param: &str,
) {
    let bench = Bench::new().await;
    let (status, body) = bench.post("checkout/sessions", &session_form(more)).await;
    let (kind, found_code, found_param) = error_of(&body);
    assert_eq!((status, kind.as_str()), (400, "invalid_request_error"), "{body}");
    assert_eq!((found_code.as_str(), found_param.as_str()), (code, param), "{body}");
    if !code.is_empty() {
        assert!(text(&body, "/error/doc_url").ends_with(&code.replace('_', "-")));
    }
    assert_eq!(bench.control().stripe_effects(None), []);
    for kind in ["product", "price", "event"] {
        assert_eq!(bench.control().stripe_objects(kind), Vec::<Value>::new());
    }
}

#[tokio::test]
async fn unknown_ids_and_addresses_are_404() {
    let bench = Bench::new().await;
    for (path, param) in [
        ("checkout/sessions/cs_test_none", "session"),
        ("payment_intents/pi_none", "intent"),
        ("refunds/re_none", "refund"),
        ("customers/cus_none", "id"),
    ] {
        let (status, body) = bench.get(path).await;
        let (_, code, found) = error_of(&body);
        assert_eq!(
            (status, code.as_str(), found.as_str()),
            (404, "resource_missing", param)
        );
    }
    let (status, body) = bench.get("payouts").await;
    assert_eq!((status, error_of(&body).1.as_str()), (404, ""));
    let session = bench.session(&[]).await;
    // One kind is never found under the address of another.
    assert_eq!(bench.get(&format!("customers/{}", id(&session))).await.0, 404);
}

#[tokio::test]
async fn lists_come_newest_first_in_pages() {
    let bench = Bench::new().await;
    let mut made = Vec::new();
    for number in 0..5 {
        let email = format!("guest{number}@example.org");
        let (_, customer) = bench.post("customers", &[("email", &email)]).await;
        made.insert(0, id(&customer).to_owned());
    }
    let page = |query: String| {
        let bench = &bench;
        async move {
            let (status, list) = bench.get(&format!("customers?{query}")).await;
            assert_eq!(
                (status, &list["object"], &list["url"]),
                (200, &json!("list"), &json!("/v1/customers")),
                "{list}"
            );
            let ids: Vec<_> = list["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| id(one).to_owned())
                .collect();
            (ids, list["has_more"].as_bool().unwrap())
        }
    };
    assert_eq!(page("limit=2".to_owned()).await, (made[..2].to_vec(), true));
    assert_eq!(
        page(format!("limit=2&starting_after={}", made[1])).await,
        (made[2..4].to_vec(), true)
    );
    assert_eq!(
        page(format!("limit=2&starting_after={}", made[3])).await,
        (made[4..].to_vec(), false)
    );
    assert_eq!(
        page(format!("limit=2&ending_before={}", made[4])).await,
        (made[2..4].to_vec(), true)
    );
    assert_eq!(
        page(format!("ending_before={}", made[1])).await,
        (made[..1].to_vec(), false)
    );
    assert_eq!(
        page("email=guest3@example.org".to_owned()).await,
        (made[1..2].to_vec(), false)
    );
    assert_eq!(page(format!("created[gte]={}", bench.seconds())).await.0.len(), 5);
    assert_eq!(page(format!("created[gt]={}", bench.seconds())).await.0.len(), 0);
    for (query, param) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("starting_after=cus_none", "starting_after"),
        ("colour=red", "colour"),
    ] {
        let (status, body) = bench.get(&format!("customers?{query}")).await;
        assert_eq!((status, error_of(&body).2.as_str()), (400, param));
    }
}

#[tokio::test]
async fn ids_expand_as_deep_as_asked_and_nothing_else_does() {
    let bench = Bench::new().await;
    let session = bench.session(&[("customer_creation", "always")]).await;
    bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    let path = format!("checkout/sessions/{}", id(&session));
    let (_, plain) = bench.get(&path).await;
    assert!(plain["payment_intent"].is_string() && plain.get("line_items").is_none());
    let query = "expand[]=payment_intent.latest_charge.balance_transaction&expand[]=customer&expand[0]=line_items";
    let (_, whole) = bench.get(&format!("{path}?{query}")).await;
    let source = text(&whole, "/payment_intent/latest_charge/balance_transaction/source");
    assert_eq!(source, text(&whole, "/payment_intent/latest_charge/id"));
    assert_eq!(text(&whole, "/customer/email"), "ada@example.org");
    let (_, list) = bench
        .get("checkout/sessions?expand[]=data.line_items.data.price.product")
        .await;
    assert_eq!(text(&list, "/data/0/line_items/data/0/price/product/name"), "Camp day");
    for path_in in ["nothing", "metadata.colour", "amount_total"] {
        let (status, body) = bench.get(&format!("{path}?expand[]={path_in}")).await;
        assert_eq!((status, error_of(&body).2.as_str()), (400, "expand"), "{path_in}");
    }
}

#[tokio::test]
async fn metadata_is_joined_taken_away_and_bounded() {
    let bench = Bench::new().await;
    let (_, customer) = bench
        .post("customers", &[("metadata[a]", "1"), ("metadata[b]", "2")])
        .await;
    let path = format!("customers/{}", id(&customer));
    let (_, changed) = bench.post(&path, &[("metadata[a]", ""), ("metadata[c]", "3")]).await;
    assert_eq!(changed["metadata"], json!({ "b": "2", "c": "3" }));
    let (_, emptied) = bench.post(&path, &[("metadata", "")]).await;
    assert_eq!(emptied["metadata"], json!({}));
    let long = "x".repeat(501);
    assert_eq!(bench.post(&path, &[("metadata[a]", &long)]).await.0, 400);
    let name = format!("metadata[{}]", "n".repeat(41));
    assert_eq!(bench.post(&path, &[(name.as_str(), "1")]).await.0, 400);
    let events = bench.control().stripe_objects("event");
    let update = events.iter().find(|event| event["type"] == "customer.updated").unwrap();
    assert_eq!(
        update["data"]["previous_attributes"],
        json!({ "metadata": { "c": null, "a": "1" } })
    );
}

#[tokio::test]
async fn the_version_asked_for_is_named_and_the_ledger_keeps_no_secret() {
    let bench = Bench::new().await;
    let request = bench
        .request(Method::GET, "customers")
        .header("Stripe-Version", "2020-08-27");
    assert_eq!(request.send().await.unwrap().headers()["stripe-version"], "2020-08-27");
    let rows = bench
        .control()
        .ledger(&timetap_sandbox::LedgerQuery::method("stripe.customers.list"));
    assert_eq!((rows.len(), rows[0].status, rows[0].effect), (1, Some(200), false));
    assert!(!serde_json::to_string(&rows).unwrap().contains(KEY));
}

//! Coupons and promotion codes, at the start and on the page.

use serde_json::json;

use crate::support::{Bench, error_of, id, text};

#[tokio::test]
async fn a_code_typed_on_the_page_takes_its_part_off() {
    let bench = Bench::new().await;
    let (_, coupon) = bench.post("coupons", &[("percent_off", "25"), ("id", "QUARTER")]).await;
    assert_eq!((id(&coupon), &coupon["duration"]), ("QUARTER", &json!("once")));
    let form = [
        ("promotion[type]", "coupon"),
        ("promotion[coupon]", "QUARTER"),
        ("code", "WINTER"),
        ("max_redemptions", "1"),
    ];
    let (_, code) = bench.post("promotion_codes", &form).await;
    let session = bench.session(&[("allow_promotion_codes", "true")]).await;
    let type_code = |code: &'static str| {
        let (bench, session) = (&bench, &session);
        async move {
            let form = [("action", "promotion"), ("promotion_code", code)];
            bench.page(id(session), &form).await
        }
    };
    assert_eq!(type_code("SUMMER").await.status(), 402);
    let page = type_code("winter").await.text().await.unwrap();
    assert!(page.contains("Pay EUR 15.00") && page.contains("−EUR 5.00"), "{page}");
    bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    let (_, paid) = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!(
        (&paid["amount_subtotal"], &paid["amount_total"]),
        (&json!(2_000), &json!(1_500))
    );
    assert_eq!(paid["total_details"]["amount_discount"], json!(500));
    assert_eq!(
        paid["discounts"],
        json!([{ "coupon": null, "promotion_code": id(&code) }])
    );
    assert_eq!(
        bench.control().stripe_effects(Some("charge.succeeded"))[0].amount,
        1_500
    );
    // It was good for one.
    let (_, spent) = bench.get(&format!("promotion_codes/{}", id(&code))).await;
    assert_eq!((&spent["active"], &spent["times_redeemed"]), (&json!(false), &json!(1)));
    let other = bench.session(&[("allow_promotion_codes", "true")]).await;
    let refused = bench
        .page(id(&other), &[("action", "promotion"), ("promotion_code", "WINTER")])
        .await;
    assert!(refused.text().await.unwrap().contains("This code is invalid."));
}

#[tokio::test]
async fn a_discount_from_the_start_may_leave_nothing_to_pay() {
    let bench = Bench::new().await;
    bench
        .post(
            "coupons",
            &[
                ("amount_off", "5000"),
                ("currency", "eur"),
                ("id", "GIFT"),
                ("max_redemptions", "1"),
            ],
        )
        .await;
    let gift = [("discounts[0][coupon]", "GIFT")];
    let session = bench.session(&gift).await;
    assert_eq!(
        (&session["amount_total"], &session["total_details"]["amount_discount"]),
        (&json!(0), &json!(2_000))
    );
    bench
        .page(id(&session), &[("action", "pay"), ("email", "ada@example.org")])
        .await;
    let (_, done) = bench.get(&format!("checkout/sessions/{}", id(&session))).await;
    assert_eq!(text(&done, "/payment_status"), "no_payment_required");
    let form = crate::support::session_form(&gift);
    let (status, body) = bench.post("checkout/sessions", &form).await;
    assert_eq!((status, error_of(&body).1.as_str()), (400, "coupon_expired"));
    let dollars = [
        ("line_items[0][price_data][currency]", "usd"),
        ("discounts[0][coupon]", "GIFT"),
    ];
    assert_eq!(
        bench
            .post("checkout/sessions", &crate::support::session_form(&dollars))
            .await
            .0,
        400
    );
}

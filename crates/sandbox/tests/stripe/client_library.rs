//! Stripe's objects as the client library for Rust reads them: strict types, real HTTP, from the session to the refund.

use std::collections::HashMap;

use stripe::{Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest as _};
use stripe_billing::{
    InvoiceStatus, SubscriptionStatus,
    invoice::ListInvoice,
    subscription::{CancelSubscription, RetrieveSubscription, UpdateSubscription},
};
use stripe_checkout::{
    CheckoutSession, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
    checkout_session::{
        CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
        CreateCheckoutSessionLineItemsPriceDataRecurring, CreateCheckoutSessionLineItemsPriceDataRecurringInterval,
        CreateCheckoutSessionPaymentIntentData, ExpireCheckoutSession, ListLineItemsCheckoutSession, ProductData,
        RetrieveCheckoutSession,
    },
};
use stripe_core::{
    PaymentIntentStatus,
    charge::RetrieveCharge,
    customer::{CreateCustomer, ListCustomer},
    dispute::ListDispute,
    event::ListEvent,
    payment_intent::RetrievePaymentIntent,
    refund::CreateRefund,
};
use stripe_product::{
    coupon::CreateCoupon,
    price::ListPrice,
    product::{CreateProduct, ListProduct},
    promotion_code::ListPromotionCode,
};
use stripe_types::Currency;
use stripe_webhook::{Event, EventObject, Webhook};
use timetap_sandbox::{PayWith, SessionOutcome};

use crate::support::{Bench, Collector, KEY, SECRET, eventually};

fn stripe(bench: &Bench) -> Client {
    ClientBuilder::new(KEY).url(bench.sandbox.stripe_url()).build().unwrap()
}

fn line(name: &str, amount: i64, weekly: bool) -> CreateCheckoutSessionLineItems {
    let mut data = CreateCheckoutSessionLineItemsPriceData::new(Currency::EUR);
    data.unit_amount = Some(amount);
    data.product_data = Some(ProductData::new(name));
    data.recurring = weekly.then(|| {
        CreateCheckoutSessionLineItemsPriceDataRecurring::new(
            CreateCheckoutSessionLineItemsPriceDataRecurringInterval::Week,
        )
    });
    let mut line = CreateCheckoutSessionLineItems::new();
    line.price_data = Some(data);
    line.quantity = Some(1);
    line
}

fn create(bench: &Bench) -> CreateCheckoutSession {
    let metadata = HashMap::from([("order_id".to_owned(), "order-1".to_owned())]);
    let mut data = CreateCheckoutSessionPaymentIntentData::new();
    data.metadata = Some(metadata.clone());
    CreateCheckoutSession::new()
        .mode(stripe_checkout::CheckoutSessionMode::Payment)
        .line_items(vec![line("Camp day", 2_000, false), line("Party", 5_000, false)])
        .client_reference_id("order-1")
        .metadata(metadata)
        .payment_intent_data(data)
        .expires_at(bench.seconds() + 1_860)
        .success_url("http://127.0.0.1:3000/done?session={CHECKOUT_SESSION_ID}")
        .cancel_url("http://127.0.0.1:3000/cart")
}

/// Verifies the signature and reads the object of every message.
fn verified(bench: &Bench, collector: &Collector) -> Vec<Event> {
    let verify = |message: &crate::support::Message| {
        let event = Webhook::construct_event_with_timestamp(&message.body, &message.signature, SECRET, bench.seconds());
        event.unwrap_or_else(|error| panic!("{error}: {}", message.body))
    };
    collector.messages().iter().map(verify).collect()
}

async fn retrieve(client: &Client, session: &CheckoutSession) -> CheckoutSession {
    let paths = [
        "payment_intent.latest_charge.balance_transaction",
        "line_items",
        "customer",
    ];
    let paths: Vec<String> = paths.map(str::to_owned).into();
    RetrieveCheckoutSession::new(session.id.clone())
        .expand(paths)
        .send(client)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_session_is_made_paid_heard_of_and_refunded() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    let client = stripe(&bench);
    let once = RequestStrategy::Idempotent(IdempotencyKey::new("order-1-attempt-1").unwrap());
    let make = || create(&bench).customize().request_strategy(once.clone());
    let session = make().send(&client).await.unwrap();
    assert_eq!(make().send(&client).await.unwrap().id, session.id);
    assert_eq!(bench.count("session.created"), 1);
    assert_eq!(
        (session.amount_total, session.payment_intent.is_none()),
        (Some(7_000), true)
    );
    let lines = ListLineItemsCheckoutSession::new(session.id.clone())
        .send(&client)
        .await
        .unwrap();
    assert_eq!(
        lines.data.iter().map(|line| line.amount_total).collect::<Vec<_>>(),
        [2_000, 5_000]
    );

    let outcome = bench
        .page(
            session.id.as_str(),
            &[("action", "pay"), ("email", "ada@example.org"), ("with", "card")],
        )
        .await;
    assert_eq!(
        outcome.headers()["location"],
        format!("http://127.0.0.1:3000/done?session={}", session.id).as_str()
    );
    let paid = retrieve(&client, &session).await;
    assert_eq!(paid.payment_status, CheckoutSessionPaymentStatus::Paid);
    assert_eq!(paid.status, Some(CheckoutSessionStatus::Complete));
    let intent = paid.payment_intent.unwrap().into_object().unwrap();
    assert_eq!(
        (intent.status, intent.amount_received),
        (PaymentIntentStatus::Succeeded, 7_000)
    );
    assert_eq!(intent.metadata["order_id"], "order-1");
    let charge = intent.latest_charge.unwrap().into_object().unwrap();
    let booked = charge.balance_transaction.unwrap().into_object().unwrap();
    assert_eq!((booked.amount, booked.fee, booked.net), (7_000, 233, 6_767));
    RetrievePaymentIntent::new(intent.id.clone())
        .send(&client)
        .await
        .unwrap();

    let refund = CreateRefund::new()
        .payment_intent(intent.id.to_string())
        .amount(3_000)
        .send(&client)
        .await
        .unwrap();
    assert_eq!(refund.amount, 3_000);
    let charge = RetrieveCharge::new(charge.id)
        .expand(vec!["refunds".to_owned()])
        .send(&client)
        .await
        .unwrap();
    assert_eq!((charge.amount_refunded, charge.refunds.unwrap().data.len()), (3_000, 1));
    let refused = CreateRefund::new()
        .payment_intent(intent.id.to_string())
        .amount(4_001)
        .send(&client)
        .await;
    let Err(StripeError::Stripe(error, 400)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(error.param.as_deref(), Some("amount"));

    let expected = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "refund.created",
        "charge.refunded",
    ];
    eventually(|| collector.messages().len() == expected.len()).await;
    let events = verified(&bench, &collector);
    assert_eq!(
        events.iter().map(|event| event.type_.as_str()).collect::<Vec<_>>(),
        expected
    );
    let EventObject::CheckoutSessionCompleted(completed) = &events[3].data.object else {
        panic!()
    };
    assert_eq!(completed.client_reference_id.as_deref(), Some("order-1"));
    let listed = ListEvent::new()
        .types(vec!["charge.refunded".to_owned()])
        .send(&client)
        .await
        .unwrap();
    assert_eq!(
        listed.data.iter().map(|event| &event.id).collect::<Vec<_>>(),
        [&events[5].id]
    );
}

#[tokio::test]
async fn declines_challenges_debits_and_disputes_are_read() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    let (client, control) = (stripe(&bench), bench.control());
    let session = create(&bench).send(&client).await.unwrap();
    let id = session.id.as_str();
    let declined = control.pay_session(
        id,
        "ada@example.org",
        None,
        &PayWith::Declined("insufficient_funds".to_owned()),
    );
    assert!(matches!(declined.unwrap(), SessionOutcome::Declined(_)));
    let asked = control
        .pay_session(id, "ada@example.org", None, &PayWith::CardWithAuthentication)
        .unwrap();
    assert_eq!(asked, SessionOutcome::Authenticate);
    retrieve(&client, &session).await;
    control.authenticate_session(id, false).unwrap();
    control
        .pay_session(id, "ada@example.org", None, &PayWith::Delayed { succeeds: true })
        .unwrap();
    assert_eq!(
        retrieve(&client, &session).await.payment_status,
        CheckoutSessionPaymentStatus::Unpaid
    );
    control.settle_session(id, true).unwrap();
    let paid = retrieve(&client, &session).await;
    assert_eq!(paid.payment_status, CheckoutSessionPaymentStatus::Paid);
    let intent = paid.payment_intent.unwrap().id().to_string();
    let dispute = control.raise_dispute(&intent, "fraudulent", None).unwrap();
    control.decide_dispute(dispute["id"].as_str().unwrap(), true).unwrap();
    let disputes = ListDispute::new().payment_intent(intent).send(&client).await.unwrap();
    assert_eq!(disputes.data[0].balance_transactions.len(), 2);
    let other = create(&bench).send(&client).await.unwrap();
    let expired = ExpireCheckoutSession::new(other.id).send(&client).await.unwrap();
    assert_eq!(expired.status, Some(CheckoutSessionStatus::Expired));
    let wanted = bench.event_types();
    eventually(|| collector.messages().len() == wanted.len()).await;
    let events = verified(&bench, &collector);
    assert_eq!(
        events
            .iter()
            .map(|event| event.type_.as_str().to_owned())
            .collect::<Vec<_>>(),
        wanted
    );
}

#[tokio::test]
async fn a_weekly_subscription_runs_for_three_weeks_and_ends() {
    let collector = Collector::new(&[]).await;
    let bench = Bench::heard(&collector).await;
    let (client, control) = (stripe(&bench), bench.control());
    let session = CreateCheckoutSession::new()
        .mode(stripe_checkout::CheckoutSessionMode::Subscription)
        .line_items(vec![line("Weekly lesson", 3_000, true)])
        .success_url("http://127.0.0.1:3000/done")
        .send(&client)
        .await
        .unwrap();
    control
        .pay_session(session.id.as_str(), "ada@example.org", Some("Ada"), &PayWith::Card)
        .unwrap();
    let paid = retrieve(&client, &session).await;
    let subscription = paid.subscription.unwrap().id().clone();
    let customer = paid.customer.unwrap().id().to_string();
    for _ in 0..3 {
        control.advance_stripe_clock(std::time::Duration::from_hours(7 * 24 + 2));
    }
    let list = || {
        ListInvoice::new()
            .subscription(subscription.to_string())
            .expand(vec!["data.payments".to_owned()])
    };
    let invoices = list().send(&client).await.unwrap().data;
    assert_eq!(invoices.len(), 4);
    assert!(
        invoices
            .iter()
            .all(|invoice| invoice.status == Some(InvoiceStatus::Paid) && invoice.amount_paid == 3_000)
    );
    assert!(
        invoices
            .iter()
            .all(|invoice| invoice.payments.as_ref().unwrap().data.len() == 1)
    );
    UpdateSubscription::new(subscription.clone())
        .cancel_at_period_end(true)
        .send(&client)
        .await
        .unwrap();
    let found = RetrieveSubscription::new(subscription.clone())
        .send(&client)
        .await
        .unwrap();
    assert_eq!(
        (found.status, found.cancel_at_period_end),
        (SubscriptionStatus::Active, true)
    );
    UpdateSubscription::new(subscription.clone())
        .cancel_at_period_end(false)
        .send(&client)
        .await
        .unwrap();
    control
        .decline_subscription(subscription.as_str(), Some("insufficient_funds"))
        .unwrap();
    control.advance_stripe_clock(std::time::Duration::from_hours(7 * 24));
    let found = RetrieveSubscription::new(subscription.clone())
        .send(&client)
        .await
        .unwrap();
    assert_eq!(found.status, SubscriptionStatus::PastDue);
    let ended = CancelSubscription::new(subscription).send(&client).await.unwrap();
    assert_eq!(ended.status, SubscriptionStatus::Canceled);
    let found = ListCustomer::new()
        .email("ada@example.org")
        .send(&client)
        .await
        .unwrap();
    assert_eq!(found.data[0].id.as_str(), customer);
    let wanted = bench.event_types();
    eventually(|| collector.messages().len() == wanted.len()).await;
    let events = verified(&bench, &collector);
    let paid = events
        .iter()
        .filter(|event| matches!(event.data.object, EventObject::InvoicePaid(_)));
    assert_eq!(paid.count(), 4);
}

#[tokio::test]
async fn the_catalog_is_read() {
    let bench = Bench::new().await;
    let client = stripe(&bench);
    let customer = CreateCustomer::new()
        .email("ben@example.org")
        .name("Ben")
        .send(&client)
        .await
        .unwrap();
    assert_eq!(customer.email.as_deref(), Some("ben@example.org"));
    let product = CreateProduct::new("Lesson").send(&client).await.unwrap();
    let form = [
        ("currency", "eur"),
        ("unit_amount", "900"),
        ("product", product.id.as_str()),
        ("recurring[interval]", "week"),
    ];
    assert_eq!(bench.post("prices", &form).await.0, 200);
    let prices = ListPrice::new()
        .product(product.id.to_string())
        .expand(vec!["data.product".to_owned()]);
    assert_eq!(prices.send(&client).await.unwrap().data[0].unit_amount, Some(900));
    assert_eq!(
        ListProduct::new().active(true).send(&client).await.unwrap().data.len(),
        1
    );
    let coupon = CreateCoupon::new().percent_off(12.5).send(&client).await.unwrap();
    let form = [
        ("promotion[type]", "coupon"),
        ("promotion[coupon]", coupon.id.as_str()),
        ("code", "WINTER"),
    ];
    assert_eq!(bench.post("promotion_codes", &form).await.0, 200);
    let codes = ListPromotionCode::new().code("WINTER").send(&client).await.unwrap();
    assert_eq!(codes.data[0].code, "WINTER");
}

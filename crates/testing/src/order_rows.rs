//! Rows for everything that has to do with orders, with values that are easily spoilt, for tests of what concerns all tables.

use sea_orm::{ActiveModelTrait, DatabaseConnection, IntoActiveModel};
use secrecy::SecretString;
use timetap_store::UnixMillis;
use timetap_store::entities::{
    cart, cart_item, occurrence, order, order_item, payment, recurring_template, refund, room, seat, service_room,
    service_staff, subscription, template_seat, webhook_delivery,
};
use timetap_usecases::TimeTap;
use uuid::Uuid;

const AT: UnixMillis = UnixMillis(1_795_500_000_001);
const LATER: UnixMillis = UnixMillis(1_795_500_000_002);

const ROOM: Uuid = Uuid::from_u128(0x100);
const TEMPLATE: Uuid = Uuid::from_u128(0x101);
const OCCURRENCE: Uuid = Uuid::from_u128(0x102);
const CART: Uuid = Uuid::from_u128(0x103);
const ORDER: Uuid = Uuid::from_u128(0x104);
const ITEM: Uuid = Uuid::from_u128(0x105);
const PAYMENT: Uuid = Uuid::from_u128(0x106);

/// Inserts at least one row into every table of orders, for this host's service. They do not make sense together.
///
/// # Panics
/// The database refuses.
pub async fn insert_order_rows(app: &TimeTap, host_id: Uuid, service_id: Uuid) {
    let on = app.db.writer();
    offer(on, host_id, service_id).await;
    buy(app, host_id, service_id).await;
    take_seats(on).await;
}

fn sealed(app: &TimeTap, place: &str, row: Uuid) -> String {
    let plain = SecretString::from("[]".to_owned());
    app.keys.seal(&plain, place, row, &app.entropy).unwrap()
}

async fn offer(on: &DatabaseConnection, host_id: Uuid, service_id: Uuid) {
    let staff = service_staff::Model {
        service_id,
        user_id: host_id,
        position: i64::MIN,
    };
    staff.into_active_model().insert(on).await.unwrap();
    let room = room::Model {
        id: ROOM,
        name: "Blue \u{1f535} room".to_owned(),
        address: String::new(),
        active: false,
        created_at: AT,
        updated_at: AT,
    };
    room.into_active_model().insert(on).await.unwrap();
    let of_service = service_room::Model {
        service_id,
        room_id: ROOM,
    };
    of_service.into_active_model().insert(on).await.unwrap();
    let template = recurring_template::Model {
        id: TEMPLATE,
        service_id,
        staff_id: host_id,
        room_id: Some(ROOM),
        weekday: 7,
        start_minute: 1439,
        duration_minutes: 1440,
        time_zone: "Europe/Madrid".to_owned(),
        first_date: "2026-11-22".to_owned(),
        last_date: None,
        capacity: 3,
        active: true,
        planned_until: Some("2026-12-31".to_owned()),
        created_at: AT,
        updated_at: AT,
    };
    template.into_active_model().insert(on).await.unwrap();
    let occurrence = occurrence::Model {
        id: OCCURRENCE,
        service_id,
        staff_id: host_id,
        room_id: None,
        template_id: Some(TEMPLATE),
        hours: "timed".to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        first_date: "2026-11-22".to_owned(),
        days: 60,
        start_minute: 0,
        end_minute: 2880,
        starts_at: AT,
        ends_at: LATER,
        capacity: 1000,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: AT,
        updated_at: AT,
    };
    occurrence.into_active_model().insert(on).await.unwrap();
}

async fn buy(app: &TimeTap, host_id: Uuid, service_id: Uuid) {
    let on = app.db.writer();
    let cart = cart::Model {
        id: CART,
        token_hash: Some("hash".to_owned()),
        user_id: None,
        created_at: AT,
        updated_at: AT,
    };
    cart.into_active_model().insert(on).await.unwrap();
    let wanted = cart_item::Model {
        id: ITEM,
        cart_id: CART,
        service_id,
        staff_id: None,
        occurrence_id: Some(OCCURRENCE),
        template_id: None,
        starts_at: None,
        quantity: 50,
        participants_sealed: Some(sealed(app, "cart_items.participants_sealed", ITEM)),
        created_at: AT,
        updated_at: AT,
    };
    wanted.into_active_model().insert(on).await.unwrap();
    let order = order::Model {
        id: ORDER,
        number: "TT-0000-0000".to_owned(),
        cart_id: Some(CART),
        user_id: Some(host_id),
        customer_name: "Ben \"O\" Okafor".to_owned(),
        customer_email: "ben@example.com".to_owned(),
        customer_phone: None,
        customer_time_zone: "America/New_York".to_owned(),
        address: Some("Calle Mayor 1\nMadrid".to_owned()),
        notes: Some("\u{2028}'--\\".to_owned()),
        status: "disputed".to_owned(),
        currency: "EUR".to_owned(),
        total_minor: i64::MAX,
        discount_minor: 1,
        paid_minor: i64::MAX,
        refunded_minor: i64::MAX,
        mode: "subscription".to_owned(),
        attempt: 2,
        idempotency_key: "key".to_owned(),
        capability_hash: "capability".to_owned(),
        capability_sealed: sealed(app, "orders.capability_sealed", ORDER),
        stripe_session_id: Some("cs_test_1".to_owned()),
        stripe_session_url: None,
        stripe_payment_intent_id: Some("pi_1".to_owned()),
        stripe_customer_id: Some("cus_1".to_owned()),
        dispute_status: Some("open".to_owned()),
        hold_expires_at: None,
        paid_at: Some(AT),
        closed_as: Some("expired".to_owned()),
        closed_at: Some(AT),
        created_at: AT,
        updated_at: AT,
    };
    order.into_active_model().insert(on).await.unwrap();
    let item = order_item::Model {
        id: ITEM,
        order_id: ORDER,
        position: 1,
        service_id,
        kind: "subscription".to_owned(),
        title: "Piano".to_owned(),
        staff_id: host_id,
        room_id: Some(ROOM),
        occurrence_id: None,
        template_id: Some(TEMPLATE),
        starts_at: AT,
        ends_at: LATER,
        days: 1,
        time_zone: "Europe/Madrid".to_owned(),
        location_kind: "at_customer".to_owned(),
        location_detail: String::new(),
        unit_minor: 0,
        quantity: 1,
        refunded_minor: 0,
        participants_sealed: Some(sealed(app, "order_items.participants_sealed", ITEM)),
        status: "booked".to_owned(),
        refund_until_minutes: Some(1440),
        late_refund_percent: Some(50),
        created_at: AT,
        updated_at: AT,
    };
    item.into_active_model().insert(on).await.unwrap();
    let payment = payment::Model {
        id: PAYMENT,
        order_id: ORDER,
        provider_id: "in_1".to_owned(),
        kind: "invoice".to_owned(),
        status: "succeeded".to_owned(),
        amount_minor: 1,
        refunded_minor: 1,
        currency: "EUR".to_owned(),
        payment_intent_id: None,
        failure_code: Some("card_declined".to_owned()),
        period_start: Some(AT),
        period_end: None,
        created_at: AT,
        updated_at: AT,
    };
    payment.into_active_model().insert(on).await.unwrap();
    let refund = refund::Model {
        id: PAYMENT,
        order_id: ORDER,
        order_item_id: Some(ITEM),
        payment_id: Some(PAYMENT),
        reason: "lost".to_owned(),
        amount_minor: 1,
        currency: "EUR".to_owned(),
        status: "wanted".to_owned(),
        dedupe_key: "lost:1".to_owned(),
        provider_id: None,
        attempts: 0,
        last_error_code: None,
        last_error: None,
        created_at: AT,
        updated_at: AT,
    };
    refund.into_active_model().insert(on).await.unwrap();
    let subscription = subscription::Model {
        id: PAYMENT,
        order_item_id: ITEM,
        provider_id: "sub_1".to_owned(),
        status: "past_due".to_owned(),
        paid_until: Some(AT),
        cancel_at_period_end: true,
        ended_at: None,
        created_at: AT,
        updated_at: AT,
    };
    subscription.into_active_model().insert(on).await.unwrap();
    let told = webhook_delivery::Model {
        provider: "stripe".to_owned(),
        event_id: "evt_1".to_owned(),
        kind: "invoice.paid".to_owned(),
        object_id: Some("in_1".to_owned()),
        happened_at: AT,
        received_at: LATER,
        state: "done".to_owned(),
        handled_at: None,
        last_error: None,
    };
    told.into_active_model().insert(on).await.unwrap();
}

async fn take_seats(on: &DatabaseConnection) {
    let seat = seat::Model {
        occurrence_id: OCCURRENCE,
        seat: 1000,
        capacity: 1000,
        order_item_id: ITEM,
        kind: "held".to_owned(),
        expires_at: Some(AT),
        created_at: AT,
    };
    seat.into_active_model().insert(on).await.unwrap();
    let place = template_seat::Model {
        template_id: TEMPLATE,
        seat: 3,
        capacity: 3,
        order_item_id: ITEM,
        kind: "firm".to_owned(),
        expires_at: None,
        created_at: AT,
    };
    place.into_active_model().insert(on).await.unwrap();
}

//! A paid order, put into the database as checking out and paying leave it.

use data_encoding::HEXLOWER;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use sha2::{Digest, Sha256};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_store::entities::{appointment, order, order_item, service, user};
use timetap_store::{Database, UnixMillis};
use uuid::Uuid;

/// The order, the token of its link, and its one appointment.
pub struct Ordered {
    pub id: Uuid,
    pub token: String,
    pub appointment_id: Uuid,
}

/// The account of this address.
pub async fn account(db: &Database, email: &str) -> Uuid {
    let found = user::Entity::find()
        .filter(user::Column::Email.eq(email))
        .one(db.writer())
        .await;
    found.unwrap().unwrap().id
}

/// Makes one the manager of another.
pub async fn set_manager(db: &Database, staff: Uuid, manager: Uuid) {
    let row = user::Entity::find_by_id(staff).one(db.writer()).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.manager_id = Set(Some(manager));
    row.update(db.writer()).await.unwrap();
}

/// Somebody's order of the host's first service, tomorrow.
pub async fn insert_order(db: &Database, host: Uuid, customer: Option<Uuid>) -> Ordered {
    let (on, entropy) = (db.writer(), Entropy::system());
    let now = Clock::system().now();
    let at = UnixMillis::from(now);
    let found = service::Entity::find()
        .filter(service::Column::HostId.eq(host))
        .one(on)
        .await;
    let service = found.unwrap().unwrap();
    let (id, item_id, appointment_id) = (entropy.uuid(now), entropy.uuid(now), entropy.uuid(now));
    let token = entropy.token();
    let row = order::Model {
        id,
        number: format!("TT-{}", &id.simple().to_string()[24..]),
        cart_id: None,
        user_id: customer,
        customer_name: "Carla Ruiz".to_owned(),
        customer_email: "carla@example.org".to_owned(),
        customer_phone: None,
        customer_time_zone: "Europe/Madrid".to_owned(),
        address: None,
        notes: None,
        status: "paid".to_owned(),
        currency: "EUR".to_owned(),
        total_minor: 4_000,
        discount_minor: 0,
        paid_minor: 4_000,
        refunded_minor: 0,
        mode: "payment".to_owned(),
        attempt: 1,
        idempotency_key: entropy.token(),
        capability_hash: HEXLOWER.encode(&Sha256::digest(token.as_bytes())),
        capability_sealed: String::new(),
        stripe_session_id: None,
        stripe_session_url: None,
        stripe_payment_intent_id: None,
        stripe_customer_id: None,
        dispute_status: None,
        hold_expires_at: None,
        paid_at: Some(at),
        closed_as: None,
        closed_at: None,
        created_at: at,
        updated_at: at,
    };
    row.into_active_model().insert(on).await.unwrap();
    let (starts, ends) = (UnixMillis(at.0 + 86_400_000), UnixMillis(at.0 + 90_000_000));
    let item = order_item::Model {
        id: item_id,
        order_id: id,
        position: 1,
        service_id: service.id,
        kind: "session".to_owned(),
        title: service.title.clone(),
        staff_id: host,
        room_id: None,
        occurrence_id: None,
        template_id: None,
        starts_at: starts,
        ends_at: ends,
        days: 1,
        time_zone: "Europe/Madrid".to_owned(),
        location_kind: "google_meet".to_owned(),
        location_detail: String::new(),
        unit_minor: 4_000,
        quantity: 1,
        refunded_minor: 0,
        participants_sealed: None,
        status: "booked".to_owned(),
        refund_until_minutes: Some(1440),
        late_refund_percent: Some(50),
        created_at: at,
        updated_at: at,
    };
    item.into_active_model().insert(on).await.unwrap();
    let appointment = appointment::Model {
        id: appointment_id,
        host_id: host,
        service_id: service.id,
        order_item_id: Some(item_id),
        run: 0,
        occurrence_id: None,
        room_id: None,
        customer_user_id: customer,
        customer_name: "Carla Ruiz".to_owned(),
        customer_email: "carla@example.org".to_owned(),
        customer_phone: None,
        customer_time_zone: "Europe/Madrid".to_owned(),
        host_time_zone: "Europe/Madrid".to_owned(),
        service_title: service.title,
        location_kind: "google_meet".to_owned(),
        location_detail: String::new(),
        answers: serde_json::json!([]),
        starts_at: starts,
        ends_at: ends,
        days: 1,
        status: "scheduled".to_owned(),
        sequence: 0,
        meet_link: None,
        cancelled_by: None,
        cancel_message: None,
        cancelled_at: None,
        idempotency_key: entropy.token(),
        capability_hash: entropy.token(),
        capability_sealed: String::new(),
        created_at: at,
        updated_at: at,
    };
    appointment.into_active_model().insert(on).await.unwrap();
    Ordered {
        id,
        token,
        appointment_id,
    }
}

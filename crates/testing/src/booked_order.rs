//! An order as it stands once it is paid, without anybody who takes money.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use timetap_store::entities::{appointment, order, order_item};
use timetap_store::orders::firm_up_item::{firm_up_claims, firm_up_seats};
use timetap_store::orders::list_items::list_items;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::want_events;
use timetap_usecases::mail::{OrderEvent, owe_order_mails};
use uuid::Uuid;

/// Pays the order and books its items, each as one appointment, with everybody's events and mails. Returns the appointments,
/// in the order of the items.
///
/// # Panics
/// When the database refuses.
pub async fn book_order(app: &TimeTap, order_id: Uuid) -> Vec<appointment::Model> {
    let now = app.clock.now();
    let txn = app.db.begin().await.unwrap();
    let found = order::Entity::find_by_id(order_id).one(&txn).await.unwrap().unwrap();
    let paid = order::ActiveModel {
        status: Set("paid".to_owned()),
        paid_at: Set(Some(now.into())),
        paid_minor: Set(found.total_minor),
        hold_expires_at: Set(None),
        ..found.into_active_model()
    };
    let paid = paid.update(&txn).await.unwrap();
    let mut booked = Vec::new();
    for item in list_items(&txn, order_id).await.unwrap() {
        let row = appointment_of(app, &paid, &item);
        let item = order_item::ActiveModel {
            status: Set("booked".to_owned()),
            ..item.into_active_model()
        };
        item.update(&txn).await.unwrap();
        appointment::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&txn)
            .await
            .unwrap();
        firm_up_seats(&txn, row.order_item_id.unwrap_or_default())
            .await
            .unwrap();
        firm_up_claims(&txn, row.order_item_id.unwrap_or_default(), row.id)
            .await
            .unwrap();
        want_events(&txn, app, &row, true).await.unwrap();
        booked.push(row);
    }
    owe_order_mails(&txn, app, &paid, &OrderEvent::Confirmed).await.unwrap();
    txn.commit().await.unwrap();
    app.signal.ring();
    booked
}

fn appointment_of(app: &TimeTap, order: &order::Model, item: &order_item::Model) -> appointment::Model {
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    appointment::Model {
        id,
        host_id: item.staff_id,
        service_id: item.service_id,
        order_item_id: Some(item.id),
        run: 0,
        occurrence_id: item.occurrence_id,
        room_id: item.room_id,
        customer_user_id: order.user_id,
        customer_name: order.customer_name.clone(),
        customer_email: order.customer_email.clone(),
        customer_phone: order.customer_phone.clone(),
        customer_time_zone: order.customer_time_zone.clone(),
        host_time_zone: item.time_zone.clone(),
        service_title: item.title.clone(),
        location_kind: item.location_kind.clone(),
        location_detail: match item.location_kind.as_str() {
            "at_customer" => order.address.clone().unwrap_or_default(),
            _ => item.location_detail.clone(),
        },
        answers: serde_json::json!([]),
        starts_at: item.starts_at,
        ends_at: item.ends_at,
        days: item.days,
        status: "scheduled".to_owned(),
        sequence: 0,
        meet_link: None,
        cancelled_by: None,
        cancel_message: None,
        cancelled_at: None,
        idempotency_key: format!("item:{}:0", item.id),
        capability_hash: id.to_string(),
        capability_sealed: app
            .keys
            .seal(
                &app.entropy.token().into(),
                "appointments.capability_sealed",
                id,
                &app.entropy,
            )
            .unwrap(),
        created_at: now.into(),
        updated_at: now.into(),
    }
}

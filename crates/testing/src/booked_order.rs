//! An order as it stands once it is paid, without anybody who takes money.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use timetap_store::entities::{appointment, order};
use timetap_store::orders::list_appointments::list_appointments;
use timetap_store::orders::list_items::list_items;
use timetap_usecases::TimeTap;
use timetap_usecases::mail::{OrderEvent, owe_order_mails};
use timetap_usecases::payments::book_items;
use uuid::Uuid;

/// Pays the order and books its items as a payment does, with everybody's events and mails. Returns the appointments, in the
/// order of the items.
///
/// # Panics
/// When the database refuses, or an item is not held any more.
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
    let mut items = list_items(&txn, order_id).await.unwrap();
    let outcome = book_items(&txn, app, &paid, &mut items, None).await.unwrap();
    assert!(outcome.lost.is_empty(), "{outcome:?}");
    owe_order_mails(&txn, app, &paid, &OrderEvent::Confirmed).await.unwrap();
    let mut booked = list_appointments(&txn, order_id).await.unwrap();
    txn.commit().await.unwrap();
    app.signal.ring();
    let place = |row: &appointment::Model| items.iter().position(|item| Some(item.id) == row.order_item_id);
    booked.sort_by_key(place);
    booked
}

//! Makes the appointment of an order item, or of one week of a subscription.

use sea_orm::ConnectionTrait;
use serde_json::json;
use timetap_core::span::Span;
use timetap_store::bookings::insert_appointment::insert_appointment;
use timetap_store::entities::{appointment, order, order_item};
use uuid::Uuid;

use crate::bookings::{host_time, make_capability, note};
use crate::calendars::want_events;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// When an item takes place, or one week of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Take {
    /// Tells the weeks of a subscription apart; 0 of anything else.
    pub run: i64,
    /// The first day.
    pub span: Span,
    /// On how many days in a row.
    pub days: i64,
    /// The occurrence, where it is one.
    pub occurrence_id: Option<Uuid>,
}

/// Inserts the appointment on the open transaction, and owes the calendar entries.
pub(super) async fn make_appointment(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    item: &order_item::Model,
    take: Take,
) -> Result<appointment::Model, Unexpected> {
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let capability = make_capability(app, id)?;
    let location_detail = if item.location_kind == "at_customer" {
        order.address.clone().unwrap_or_default()
    } else {
        item.location_detail.clone()
    };
    let row = appointment::Model {
        id,
        host_id: item.staff_id,
        service_id: item.service_id,
        order_item_id: Some(item.id),
        run: take.run,
        occurrence_id: take.occurrence_id,
        room_id: item.room_id,
        customer_user_id: order.user_id,
        customer_name: order.customer_name.clone(),
        customer_email: order.customer_email.clone(),
        customer_phone: order.customer_phone.clone(),
        customer_time_zone: order.customer_time_zone.clone(),
        host_time_zone: item.time_zone.clone(),
        service_title: item.title.clone(),
        location_kind: item.location_kind.clone(),
        location_detail,
        answers: json!([]),
        starts_at: take.span.start.into(),
        ends_at: take.span.end.into(),
        days: take.days,
        status: "scheduled".to_owned(),
        sequence: 0,
        meet_link: None,
        cancelled_by: None,
        cancel_message: None,
        cancelled_at: None,
        idempotency_key: format!("item:{}:{}", item.id, take.run),
        capability_hash: capability.hash,
        capability_sealed: capability.sealed,
        created_at: now.into(),
        updated_at: now.into(),
    };
    insert_appointment(on, &row).await?;
    let text = format!(
        "Booked by {} for {} with order {}.",
        row.customer_name,
        host_time(&row)?,
        order.number
    );
    note(on, app, &row, "customer", "booked", text).await?;
    want_events(on, app, &row, true).await?;
    Ok(row)
}

//! A subscription as Stripe says it stands: until when it is paid, and which weeks are booked therefore.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_providers::stripe::objects::Subscription;
use timetap_store::UnixMillis;
use timetap_store::catalogue::call_off::list_called_off_weeks;
use timetap_store::catalogue::list_dated::list_template_dates;
use timetap_store::entities::{appointment, order, order_item, payment, subscription};
use timetap_store::orders::find_dated::find_template;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use timetap_store::orders::release_item::release_item;
use timetap_store::payments::save_row::{insert_subscription, save_item, save_subscription};
use timetap_store::payments::subscriptions::{find_subscription_of_item, list_item_appointments};

use super::book_items::is_weekly;
use super::called_off_weeks::{give_back_weeks, run_of};
use super::make_appointment::{Take, make_appointment};
use crate::bookings::{host_time, note};
use crate::calendars::want_events;
use crate::catalogue::weekly_time::WeeklyTime;
use crate::jobs::{Job, When, enqueue_job};
use crate::mail::{OrderEvent, owe_weeks_notice};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Weeks that are not paid yet are booked so far ahead of the last one that is, as long as the subscription runs: people plan
/// with them, and they are paid one by one.
const AHEAD: SignedDuration = SignedDuration::from_hours(4 * 7 * 24);

/// Notes how the subscription of `order` stands, and books or cancels weeks. Returns whether it stands otherwise than before.
pub(super) async fn apply_subscription(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    items: &[order_item::Model],
    payments: &[payment::Model],
    seen: &Subscription,
    news: &mut Vec<OrderEvent>,
) -> Result<bool, Unexpected> {
    let mut changed = false;
    let status = status_of(&seen.status);
    let runs = items.iter().any(|item| is_weekly(item) && item.status == "booked");
    if !runs && status != "cancelled" {
        // Nothing of it could be had, or it was called off: nobody shall go on paying.
        enqueue_job(on, app, &Job::CancelSubscription { order_id: order.id }, When::Now).await?;
    }
    let paid = payments
        .iter()
        .filter(|row| row.kind == "invoice" && row.status == "succeeded");
    let paid_until = paid.filter_map(|row| row.period_end).max();
    let now = app.clock.now();
    for item in items.iter().filter(|item| is_weekly(item)) {
        let found = find_subscription_of_item(on, item.id).await?;
        let is_new = found.is_none();
        let was = found.unwrap_or_else(|| subscription::Model {
            id: app.entropy.uuid(now),
            order_item_id: item.id,
            provider_id: seen.id.clone(),
            status: String::new(),
            paid_until: None,
            cancel_at_period_end: false,
            ended_at: None,
            created_at: now.into(),
            updated_at: now.into(),
        });
        let mut row = subscription::Model {
            status: status.to_owned(),
            paid_until: paid_until.or(was.paid_until),
            cancel_at_period_end: seen.cancel_at_period_end,
            ended_at: seen
                .ended_at
                .and_then(|at| Timestamp::from_second(at).ok())
                .map(Into::into)
                .filter(|_| status == "cancelled"),
            ..was.clone()
        };
        if is_new {
            changed = true;
            insert_subscription(on, &row).await?;
        } else if row != was {
            changed = true;
            row.updated_at = now.into();
            save_subscription(on, &row).await?;
        }
        if item.status == "booked" {
            plan_weeks(on, app, order, item, &row).await?;
            if status == "cancelled" {
                end(on, app, item).await?;
                news.push(OrderEvent::SubscriptionEnded {
                    subscription_id: row.id,
                });
            }
        }
    }
    Ok(changed)
}

/// Books the weeks that the subscription reaches to and that are not booked yet, and cancels those beyond.
pub(super) async fn plan_weeks(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    item: &order_item::Model,
    subscription: &subscription::Model,
) -> Result<(), Unexpected> {
    let Some(template_id) = item.template_id else {
        return Ok(());
    };
    let Some(template) = find_template(on, template_id).await? else {
        return Ok(());
    };
    let Some(paid_until) = subscription.paid_until.map(UnixMillis::timestamp) else {
        return Ok(());
    };
    let now = app.clock.now();
    let goes_on = subscription.status == "active" && !subscription.cancel_at_period_end;
    let until = if goes_on {
        paid_until.saturating_add(AHEAD).unwrap_or(paid_until)
    } else {
        paid_until
    };
    // Whoever calls one of its dates off does so under the same lock.
    let resources = Resources {
        templates: [template_id].into(),
        ..Resources::default()
    };
    lock_resources(on, &resources).await?;
    let made = list_item_appointments(on, item.id).await?;
    let dates = list_template_dates(on, template_id).await?;
    let off = list_called_off_weeks(on, &[template_id]).await?;
    let from = now.max(item.starts_at.timestamp());
    let mut planned = Vec::new();
    for (day, span) in WeeklyTime::read(&template)?.weeks(from, until)? {
        let run = i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
        let called_off = off.iter().any(|week| run_of(&week.first_date) == Some(run));
        if called_off || made.iter().any(|appointment| appointment.run == run) {
            continue;
        }
        let take = Take {
            run,
            span,
            days: 1,
            occurrence_id: dates
                .iter()
                .find(|(date, _)| *date == day.to_string())
                .map(|(_, id)| *id),
        };
        planned.push(make_appointment(on, app, order, item, take).await?);
    }
    owe_weeks_notice(on, app, &planned).await?;
    give_back_weeks(on, app, order, item, &made, &off).await?;
    // A payment that is late may still come: Stripe tries again for a while, and says when it gives up.
    if subscription.status == "cancelled" || subscription.cancel_at_period_end {
        for appointment in made {
            if appointment.status == "scheduled" && appointment.starts_at.timestamp() >= until.max(now) {
                call_off(on, app, appointment).await?;
            }
        }
    }
    Ok(())
}

/// A week that nobody will pay any more.
async fn call_off(on: &impl ConnectionTrait, app: &TimeTap, was: appointment::Model) -> Result<(), Unexpected> {
    let now = app.clock.now();
    if !timetap_store::bookings::cancel_appointment::cancel_appointment(on, &was, "customer", None, now).await? {
        return Ok(());
    }
    let text = format!("The subscription ended; it was to be on {}.", host_time(&was)?);
    let row = appointment::Model {
        status: "cancelled".to_owned(),
        sequence: was.sequence + 1,
        ..was
    };
    note(on, app, &row, "system", "cancelled", text).await?;
    want_events(on, app, &row, false).await
}

/// The subscription is over: its place is free.
async fn end(on: &impl ConnectionTrait, app: &TimeTap, item: &order_item::Model) -> Result<(), Unexpected> {
    release_item(on, item.id).await?;
    let row = order_item::Model {
        status: "cancelled".to_owned(),
        updated_at: app.clock.now().into(),
        ..item.clone()
    };
    save_item(on, &row).await?;
    Ok(())
}

/// Stripe's words for a subscription in ours (`docs.stripe.com/api/subscriptions/object#subscription_object-status`).
fn status_of(status: &str) -> &'static str {
    match status {
        "active" | "trialing" => "active",
        "past_due" | "unpaid" => "past_due",
        "paused" => "paused",
        "canceled" | "incomplete_expired" => "cancelled",
        _ => "incomplete",
    }
}

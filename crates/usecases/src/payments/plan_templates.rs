//! The standing job that puts the dates of weekly times into the calendar of who serves them, twelve weeks ahead, and books
//! the weeks of subscriptions as they come into reach.

use jiff::{SignedDuration, Timestamp};
use timetap_core::span::Span;
use timetap_store::bookings::insert_claim::{ClaimFor, NewClaim, insert_claim};
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::entities::{occurrence, recurring_template};
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::orders::is_taken::is_taken;
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use timetap_store::payments::subscriptions::{
    find_item, find_subscription, insert_occurrence, list_active_templates, list_running, list_template_dates,
    note_planned, occurrence_claims,
};
use uuid::Uuid;

use super::apply_subscription::plan_weeks;
use super::weekly_time::WeeklyTime;
use crate::jobs::{Job, JobOutcome, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often.
const INTERVAL: SignedDuration = SignedDuration::from_hours(24);
/// So far ahead the dates of weekly times stand in the calendar of who serves them.
const AHEAD: SignedDuration = SignedDuration::from_hours(12 * 7 * 24);

/// Plans everything, and looks again tomorrow.
///
/// # Errors
/// The database refuses.
pub async fn plan_templates(app: &TimeTap) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    for template in list_active_templates(app.db.reader()).await? {
        plan_template(app, &template, now).await?;
    }
    let running = list_running(app.db.reader()).await?;
    let jobs: Vec<Job> = running
        .iter()
        .map(|subscription| Job::PlanSubscription {
            subscription_id: subscription.id,
        })
        .collect();
    if !jobs.is_empty() {
        let txn = app.db.begin().await?;
        enqueue_jobs(&txn, app, &jobs, When::Now).await?;
        txn.commit().await?;
        app.signal.ring();
    }
    Ok(JobOutcome::Again {
        at: now.saturating_add(INTERVAL).unwrap_or(now),
    })
}

/// Makes the dates of one weekly time that are missing, and takes the time of who serves. Where something else stands in that
/// time already, the date is made without, and the claim is tried again every day.
async fn plan_template(app: &TimeTap, template: &recurring_template::Model, now: Timestamp) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    let resources = Resources {
        hosts: [template.staff_id].into(),
        rooms: template.room_id.into_iter().collect(),
        templates: [template.id].into(),
        ..Resources::default()
    };
    lock_resources(&txn, &resources).await?;
    let dates = list_template_dates(&txn, template.id).await?;
    let until = now.saturating_add(AHEAD).unwrap_or(now);
    let mut last = None;
    for (day, span) in WeeklyTime::read(template)?.weeks(now, until)? {
        let date = day.to_string();
        let id = match dates.iter().find(|(known, _)| *known == date) {
            Some((_, id)) => *id,
            None => {
                let id = app.entropy.uuid(now);
                insert_occurrence(&txn, &date_of(template, id, &date, span, now)).await?;
                id
            }
        };
        for resource_id in [Some(template.staff_id), template.room_id].into_iter().flatten() {
            if occurrence_claims(&txn, id, resource_id).await? {
                continue;
            }
            remove_expired_holds(&txn, resource_id, now).await?;
            if is_taken(&txn, resource_id, span, now).await? {
                tracing::warn!(template = %template.id, date, "weekly time: something else stands in it");
                continue;
            }
            let claim = NewClaim {
                id: app.entropy.uuid(now),
                resource_id,
                span,
                claim_for: ClaimFor::Occurrence(id),
            };
            insert_claim(&txn, claim, now).await?;
        }
        last = Some(date);
    }
    if let Some(last) = last {
        note_planned(&txn, template.id, &last).await?;
    }
    txn.commit().await?;
    Ok(())
}

fn date_of(
    template: &recurring_template::Model,
    id: Uuid,
    date: &str,
    span: Span,
    now: Timestamp,
) -> occurrence::Model {
    occurrence::Model {
        id,
        service_id: template.service_id,
        staff_id: template.staff_id,
        room_id: template.room_id,
        template_id: Some(template.id),
        hours: "timed".to_owned(),
        time_zone: template.time_zone.clone(),
        first_date: date.to_owned(),
        days: 1,
        start_minute: template.start_minute,
        end_minute: template.start_minute + template.duration_minutes,
        starts_at: span.start.into(),
        ends_at: span.end.into(),
        capacity: template.capacity,
        status: "scheduled".to_owned(),
        created_at: now.into(),
        updated_at: now.into(),
    }
}

/// Books the weeks that one subscription reaches to by now.
///
/// # Errors
/// The database refuses.
pub async fn plan_subscription(app: &TimeTap, subscription_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let Some(subscription) = find_subscription(app.db.reader(), subscription_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let Some(item) = find_item(app.db.reader(), subscription.order_item_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let txn = app.db.begin().await?;
    // The order's lock, under which everybody else changes these rows; what was read before is read again.
    let order = find_order_to_change(&txn, item.order_id).await?;
    let (subscription, item) = (
        find_subscription(&txn, subscription_id).await?,
        find_item(&txn, item.id).await?,
    );
    if let (Some(order), Some(item), Some(subscription)) = (order, item, subscription)
        && item.status == "booked"
    {
        plan_weeks(&txn, app, &order, &item, &subscription).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(JobOutcome::Done)
}

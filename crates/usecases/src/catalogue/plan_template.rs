//! Makes the dates of weekly times ahead, so that their people and rooms are taken for nothing else.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::orders::CampHours;
use timetap_core::span::Span;
use timetap_store::StoreError;
use timetap_store::bookings::insert_claim::{ClaimFor, NewClaim, insert_claim};
use timetap_store::catalogue::call_off::list_called_off_weeks;
use timetap_store::catalogue::change_occurrence::note_planned;
use timetap_store::catalogue::insert_dated::insert_occurrence;
use timetap_store::catalogue::list_dated::{has_claim, list_running_templates, list_template_dates};
use timetap_store::entities::{occurrence, recurring_template};
use timetap_store::orders::find_dated::find_template;
use timetap_store::orders::is_taken::is_taken;
use uuid::Uuid;

use super::take_days::lock;
use super::weekly_time::WeeklyTime;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So far ahead the dates of weekly times stand in the calendar of who serves them.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(12 * 7 * 24);

/// Makes the missing dates of every weekly time that is offered or in which somebody has a place. Where something else stands
/// in one by now, the date is made without, the log says so, and it is tried again the next time.
///
/// # Errors
/// The database refuses.
pub async fn plan_templates(app: &TimeTap) -> Result<(), Unexpected> {
    for template in list_running_templates(app.db.reader()).await? {
        let now = app.clock.now();
        let txn = app.db.begin().await?;
        lock(
            &txn,
            [template.staff_id].into(),
            template.room_id,
            Some(template.id),
            now,
        )
        .await?;
        // As it is now, under the lock of its people.
        if let Some(template) = find_template(&txn, template.id).await? {
            for taken in plan_template(&txn, app, &template).await? {
                tracing::warn!(template = %template.id, at = %taken.start, "weekly time: something else stands in it");
            }
        }
        txn.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

/// Makes the missing dates, and takes the time of who serves and of the room, under the lock of both. Returns the dates in
/// which something else stands.
pub(super) async fn plan_template(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    template: &recurring_template::Model,
) -> Result<Vec<Span>, Unexpected> {
    let now = app.clock.now();
    let until = now.saturating_add(AHEAD).unwrap_or(now);
    let dates = list_template_dates(on, template.id).await?;
    let off = list_called_off_weeks(on, &[template.id]).await?;
    let (mut taken, mut planned) = (Vec::new(), None);
    for (day, span) in WeeklyTime::read(template)?.weeks(now, until)? {
        let date = day.to_string();
        if off.iter().any(|week| week.first_date == date) {
            continue;
        }
        let id = if let Some((_, id)) = dates.iter().find(|(known, _)| *known == date) {
            *id
        } else {
            let id = app.entropy.uuid(now);
            insert_occurrence(on, date_of(template, id, &date, span, now)).await?;
            id
        };
        for resource_id in [Some(template.staff_id), template.room_id].into_iter().flatten() {
            if has_claim(on, id, resource_id).await? {
                continue;
            }
            if is_taken(on, resource_id, span, now).await? {
                taken.push(span);
                continue;
            }
            let claim = NewClaim {
                id: app.entropy.uuid(now),
                resource_id,
                span,
                claim_for: ClaimFor::Occurrence(id),
            };
            insert_claim(on, claim, now).await?;
        }
        planned = Some(day);
    }
    if let Some(until) = planned {
        note_planned(on, template.id, until, now).await?;
    }
    Ok(taken)
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
        hours: CampHours::Timed.as_str().to_owned(),
        time_zone: template.time_zone.clone(),
        first_date: date.to_owned(),
        days: 1,
        start_minute: template.start_minute,
        end_minute: template.start_minute + template.duration_minutes,
        starts_at: span.start.into(),
        ends_at: span.end.into(),
        capacity: template.capacity,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

//! Makes the dates of weekly times ahead, so that their people and rooms are taken for nothing else.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};
use sea_orm::ConnectionTrait;
use timetap_core::orders::{CampDays, CampHours, weekly_dates};
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_store::StoreError;
use timetap_store::catalogue::change_occurrence::note_planned;
use timetap_store::catalogue::insert_dated::{insert_planned, remove_planned};
use timetap_store::catalogue::list_dated::list_active_templates;
use timetap_store::entities::{occurrence, recurring_template};
use timetap_store::orders::find_dated::find_template;

use super::take_days::{Who, find_busy, lock, take_days};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Dates stand so many weeks ahead.
pub const WEEKS_AHEAD: i64 = 12;

/// Makes the missing dates of every weekly time that is offered. A date on which somebody has something else by now is left
/// out, and the log says so; the next time that the dates are planned it is tried again.
///
/// # Errors
/// The database refuses.
pub async fn plan_templates(app: &TimeTap) -> Result<(), Unexpected> {
    for template in list_active_templates(app.db.reader()).await? {
        let txn = app.db.begin().await?;
        lock(&txn, [template.staff_id].into(), template.room_id, app.clock.now()).await?;
        // As it is now, under the lock of its people.
        if let Some(template) = find_template(&txn, template.id)
            .await?
            .filter(|template| template.active)
        {
            let left_out = plan_template(&txn, app, &template).await?;
            if !left_out.is_empty() {
                tracing::warn!(template = %template.id, dates = left_out.len(), "weekly time: some dates are taken by others");
            }
        }
        txn.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

/// The dates of the weekly time that begin after `now`, up to the horizon, as spans.
pub(super) fn dates_ahead(
    template: &recurring_template::Model,
    now: Timestamp,
) -> Result<Vec<(Date, Span)>, Unexpected> {
    let bad = || Unexpected::Inconsistent(format!("recurring template {}", template.id));
    let zone = ZoneName::parse(&template.time_zone).map_err(|_| bad())?;
    let zone = zone.time_zone();
    let weekday = i8::try_from(template.weekday).map_err(|_| bad())?;
    let weekday = Weekday::from_monday_one_offset(weekday).map_err(|_| bad())?;
    let first: Date = template.first_date.parse().map_err(|_| bad())?;
    let last: Option<Date> = match &template.last_date {
        Some(last) => Some(last.parse().map_err(|_| bad())?),
        None => None,
    };
    let from = u16::try_from(template.start_minute).map_err(|_| bad())?;
    let length = u16::try_from(template.duration_minutes).map_err(|_| bad())?;
    let today = zone.to_datetime(now).date();
    let until = today.saturating_add(WEEKS_AHEAD.weeks());
    let mut dates = Vec::new();
    for date in weekly_dates(weekday, first.max(today), last, until) {
        let day = CampDays {
            first: date,
            days: 1,
            from,
            until: from + length,
        };
        let spans = day.spans(zone).map_err(|_| bad())?;
        dates.extend(
            spans
                .into_iter()
                .filter(|span| span.start > now)
                .map(|span| (date, span)),
        );
    }
    Ok(dates)
}

/// Makes the missing dates under the lock of its people and room. Returns those that are taken by something else.
pub(super) async fn plan_template(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    template: &recurring_template::Model,
) -> Result<Vec<Span>, Unexpected> {
    let now = app.clock.now();
    let who = Who {
        staff_id: template.staff_id,
        room_id: template.room_id,
    };
    let mut left_out = Vec::new();
    let mut planned = None;
    for (date, span) in dates_ahead(template, now)? {
        planned = Some(date);
        let id = app.entropy.uuid(now);
        let row = occurrence::Model {
            id,
            service_id: template.service_id,
            staff_id: template.staff_id,
            room_id: template.room_id,
            template_id: Some(template.id),
            hours: CampHours::Timed.as_str().to_owned(),
            time_zone: template.time_zone.clone(),
            first_date: date.to_string(),
            days: 1,
            start_minute: template.start_minute,
            end_minute: template.start_minute + template.duration_minutes,
            starts_at: span.start.into(),
            ends_at: span.end.into(),
            capacity: template.capacity,
            status: "scheduled".to_owned(),
            created_at: now.into(),
            updated_at: now.into(),
        };
        if !insert_planned(on, row).await? {
            continue;
        }
        if find_busy(on, who, &[span], now).await?.is_some() {
            remove_planned(on, id).await?;
            left_out.push(span);
            continue;
        }
        take_days(on, app, id, who, &[span], now).await?;
    }
    if let Some(until) = planned {
        note_planned(on, template.id, until, now).await?;
    }
    Ok(left_out)
}

//! "Why is this not offered?": a day of the host's, time by time, each with its reason.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use timetap_core::slots::{self, Refusal, Slot};
use timetap_core::span::Span;
use timetap_core::text::parse_line;
use timetap_store::entities::{host, service};
use timetap_store::hosts::list_services::list_services;
use uuid::Uuid;

use super::load_slot_inputs::load_slot_inputs;
use super::offer_month::start_of_day;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A day, explained.
#[derive(Clone, Debug)]
pub struct ExplainedDay {
    /// The host.
    pub host: host::Model,
    /// The host's zone, in which the day is meant.
    pub zone: TimeZone,
    /// The services that may be asked about.
    pub services: Vec<service::Model>,
    /// The one that was.
    pub service_id: Option<Uuid>,
    /// The day.
    pub date: Date,
    /// Every start time of the open hours, and why it is not offered.
    pub times: Vec<(Slot, Option<Refusal>)>,
    /// The answer about one certain time, where one was asked for.
    pub verdict: Option<Verdict>,
    /// Whether a connected calendar is not known well at the moment.
    pub calendar_troubled: bool,
}

/// What is to be said about one certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The time, by the host's clocks.
    pub time: Time,
    /// Why it is not offered; `None` where it is.
    pub refusal: Option<Refusal>,
}

/// Why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// There is no such host.
    #[error("there is no such host")]
    NotFound,
    /// The question needs another look.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Explains the day `date` (`2026-11-24`; today where empty) for one service of the host (the first where empty), and the
/// time `time` (`15:00`) of it where one is given.
///
/// # Errors
/// See [`ExplainError`].
pub async fn explain_slots(
    app: &TimeTap,
    host_id: Uuid,
    service: &str,
    date: &str,
    time: &str,
) -> Result<ExplainedDay, ExplainError> {
    let on = app.db.reader();
    let now = app.clock.now();
    let mut errors = FieldErrors::new();
    let services = list_services(on, host_id).await.map_err(Unexpected::from)?;
    let chosen = if service.trim().is_empty() {
        services.iter().find(|service| service.active).or(services.first())
    } else {
        let found = services.iter().find(|known| known.id.to_string() == service.trim());
        if found.is_none() {
            errors.add("service", "Please choose one of your services.");
        }
        found
    };
    let date = parse_or(&mut errors, "date", date, "Please give a date such as 2026-11-24.");
    let time = parse_or::<Time>(&mut errors, "time", time, "Please give a time such as 15:00.");
    if !errors.is_empty() {
        return Err(ExplainError::Invalid(errors));
    }
    let probe = Span { start: now, end: now };
    let zone = match crate::hosts::load_rules(on, host_id).await? {
        Some((_, rules)) => rules.zone,
        None => return Err(ExplainError::NotFound),
    };
    let date: Date = date.unwrap_or_else(|| zone.to_datetime(now).date());
    let range = match (start_of_day(date, &zone), date.tomorrow().ok()) {
        (Some(start), Some(next)) => start_of_day(next, &zone).and_then(|end| Span::new(start, end).ok()),
        _ => None,
    };
    let Some(inputs) = load_slot_inputs(on, app, host_id, range.unwrap_or(probe), None).await? else {
        return Err(ExplainError::NotFound);
    };
    let minutes = chosen
        .and_then(|service| u16::try_from(service.duration_minutes).ok())
        .unwrap_or(0);
    let calendar = inputs.calendar();
    let times = range.map_or_else(Vec::new, |range| {
        slots::explain_slots(&inputs.rules, &calendar, minutes, range, now)
    });
    let verdict = time.and_then(|time| {
        let wall = zone.to_ambiguous_zoned(date.to_datetime(time));
        let refusal = if matches!(wall.offset(), AmbiguousOffset::Gap { .. }) {
            Some(Refusal::ClockGap)
        } else {
            let at = wall.compatible().ok()?.timestamp();
            slots::check_slot(&inputs.rules, &calendar, minutes, at, now).err()
        };
        Some(Verdict { time, refusal })
    });
    Ok(ExplainedDay {
        zone,
        service_id: chosen.map(|service| service.id),
        services,
        date,
        times,
        verdict,
        calendar_troubled: inputs.calendar_troubled,
        host: inputs.host,
    })
}

fn parse_or<T: std::str::FromStr>(errors: &mut FieldErrors, field: &str, text: &str, complaint: &str) -> Option<T> {
    if text.trim().is_empty() {
        return None;
    }
    let parsed = parse_line(field, text, 20).ok().and_then(|text| text.parse().ok());
    if parsed.is_none() {
        errors.add(field, complaint);
    }
    parsed
}

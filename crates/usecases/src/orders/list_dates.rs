//! The dates of a service that can be chosen: when a camp takes place, or at which weekly times one can subscribe.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use timetap_core::orders::ServiceKind;
use timetap_core::span::Span;
use timetap_store::catalogue::call_off::list_called_off_weeks;
use timetap_store::entities::service;
use timetap_store::orders::list_dated::{list_occurrences, list_templates};
use uuid::Uuid;

use super::dated_spans::{occurrence_spans, template_spans};
use super::order_draft::Choice;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A date, or a weekly time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedOffer {
    /// Which it is.
    pub choice: Choice,
    /// The first day, or the next date of a weekly time.
    pub first: Span,
    /// The last day; of a weekly time that ends, its last date is told by `ends_on`.
    pub last: Span,
    /// On how many days in a row.
    pub days: i64,
    /// The last date of a weekly time, where it has one.
    pub ends_on: Option<jiff::civil::Date>,
    /// In which zone it is meant.
    pub zone: TimeZone,
    /// How many seats nobody has.
    pub free: i64,
}

impl DatedOffer {
    /// The id of the occurrence or template.
    pub fn id(&self) -> Uuid {
        match self.choice {
            Choice::Occurrence(id) | Choice::Template(id) => id,
            Choice::At(_) => Uuid::nil(),
        }
    }
}

/// All of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatedOffers {
    /// In order of time.
    pub offers: Vec<DatedOffer>,
    /// When a seat that is held now may become free by itself.
    pub holds_until: Option<Timestamp>,
}

/// The dates of `service`, which is of a kind that has dates; none for other kinds.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_dates(app: &TimeTap, service: &service::Model, kind: ServiceKind) -> Result<DatedOffers, Unexpected> {
    let (on, now) = (app.db.reader(), app.clock.now());
    let mut found = DatedOffers::default();
    match kind {
        ServiceKind::Camp => {
            for (row, seats) in list_occurrences(on, service.id, now).await? {
                found.holds_until = found.holds_until.into_iter().chain(seats.hold_ends).min();
                let spans = occurrence_spans(&row)?;
                let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
                    continue;
                };
                found.offers.push(DatedOffer {
                    choice: Choice::Occurrence(row.id),
                    first: *first,
                    last: *last,
                    days: row.days,
                    ends_on: None,
                    zone: zone(&row.time_zone)?,
                    free: row.capacity - seats.taken,
                });
            }
        }
        ServiceKind::Subscription => {
            let templates = list_templates(on, service.id, now).await?;
            let ids: Vec<Uuid> = templates.iter().map(|(row, _)| row.id).collect();
            let off = list_called_off_weeks(on, &ids).await?;
            for (row, seats) in templates {
                found.holds_until = found.holds_until.into_iter().chain(seats.hold_ends).min();
                let Some(next) = template_spans(&row, &off, now, 1)?.first().copied() else {
                    continue;
                };
                found.offers.push(DatedOffer {
                    choice: Choice::Template(row.id),
                    first: next,
                    last: next,
                    days: 1,
                    ends_on: row.last_date.as_deref().and_then(|date| date.parse().ok()),
                    zone: zone(&row.time_zone)?,
                    free: row.capacity - seats.taken,
                });
            }
        }
        ServiceKind::Session | ServiceKind::Party => {}
    }
    Ok(found)
}

fn zone(name: &str) -> Result<TimeZone, Unexpected> {
    TimeZone::get(name).map_err(|_| Unexpected::Inconsistent(format!("no time zone: {name:?}")))
}

//! What the templates of mails about an appointment know. docs/MAILS.md explains each name to operators.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use timetap_core::questions::Answer;
use timetap_core::span::Span;
use timetap_core::times::{
    format_date_short, format_days, format_time, format_weekday, format_when, format_when_short,
};
use timetap_store::entities::{appointment, host};

use super::account_facts::Site;
use super::owe_booking_mails::BookingEvent;
use super::render_mail::one_line;
use crate::calendars::event_facts::days_of;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Days ahead up to which a weekday alone says which day it is.
const WEEKDAY_ALONE: i64 = 6;

/// Who reads a mail about an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Audience {
    Customer,
    Host,
}

impl Audience {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Host => "host",
        }
    }
}

/// The facts of a mail about an appointment, as its reader sees them. Not `Debug`: a customer's link opens the booking.
#[derive(Clone, Serialize)]
pub(super) struct BookingFacts {
    pub(super) site: Site,
    pub(super) audience: Audience,
    pub(super) host: Named,
    pub(super) customer: Customer,
    pub(super) service: String,
    pub(super) when: When,
    /// “See you on Tuesday.”
    pub(super) greeting: String,
    pub(super) previous_when: Option<String>,
    /// Who was to serve it before, where somebody else does now.
    pub(super) previous_host: Option<String>,
    /// What it was before, where it is something else now.
    pub(super) previous_service: Option<String>,
    /// Who gave it away, to whoever serves it no longer; nobody where they did so themselves.
    pub(super) given_by: Option<String>,
    pub(super) place: Place,
    pub(super) meet_link: Option<String>,
    pub(super) calendar: Calendar,
    /// `customer` or `host`, where somebody changed something.
    pub(super) by: Option<String>,
    /// To the host: who did it in their place; nobody where they did it themselves.
    pub(super) by_name: Option<String>,
    /// What the other side wrote about the change, line by line.
    pub(super) message: Vec<String>,
    /// What goes back to a customer on whom the host cancelled.
    pub(super) refund: Option<String>,
    /// Whether it was a week of a subscription, on which the host cancelled: nothing is paid for it.
    pub(super) is_free_week: bool,
    /// What staff should know of the order that it belongs to; nothing in mails to customers.
    pub(super) order: Option<OrderForStaff>,
    /// The weeks that were planned together, in the reader's zone.
    pub(super) weeks: Vec<String>,
    /// What the customer answered; empty in mails to customers.
    pub(super) answers: Vec<AnswerLines>,
    pub(super) booking_url: String,
    pub(super) integrations_url: String,
    pub(super) book_again_url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Named {
    name: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Customer {
    name: String,
    email: String,
    phone: Option<String>,
}

/// What staff should know of an order: allergies and notes about participants stand on the booking's page alone.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OrderForStaff {
    pub(super) number: String,
    pub(super) notes: Vec<String>,
    pub(super) participants: Vec<String>,
    /// The room, where it takes one.
    pub(super) place: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct When {
    /// In the reader's zone.
    full: String,
    short: String,
    /// In the other side's zone, where its clocks show another time.
    other: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Place {
    kind: String,
    detail: Option<String>,
    lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own for the templates"
)]
pub(super) struct Calendar {
    /// `REQUEST`, `CANCEL` or `PUBLISH`, where the mail carries a calendar part.
    pub(super) part: Option<&'static str>,
    /// Whether the reader's calendar has the event by Google, or is going to have it.
    pub(super) is_google: bool,
    /// Whether that event is the customer's own, to which nobody invites them.
    pub(super) is_own: bool,
    /// Whether hosts can connect Google Calendar at all.
    pub(super) can_connect: bool,
    /// Whether the reader, a host, has connected one, even if nothing is written there by itself.
    pub(super) is_connected: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct AnswerLines {
    label: String,
    lines: Vec<String>,
}

/// What the facts are drawn from.
pub(super) struct Source<'a> {
    pub(super) app: &'a TimeTap,
    pub(super) appointment: &'a appointment::Model,
    pub(super) host: &'a host::Model,
    pub(super) event: &'a BookingEvent,
    pub(super) audience: Audience,
    pub(super) booking_url: String,
    pub(super) book_again_url: Option<String>,
    pub(super) meet_link: Option<String>,
    pub(super) calendar: Calendar,
    pub(super) back: GoesBack,
    pub(super) order: Option<OrderForStaff>,
}

/// What a customer has to know about money when the host cancels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GoesBack {
    pub(super) refund: Option<String>,
    pub(super) is_free_week: bool,
}

impl BookingFacts {
    /// The facts of one mail.
    ///
    /// # Errors
    /// The appointment's row says something that no rule allows.
    pub(super) fn new(source: Source<'_>) -> Result<Self, Unexpected> {
        let (appointment, audience) = (source.appointment, source.audience);
        let customer_zone = zone(&appointment.customer_time_zone)?;
        let host_zone = zone(&appointment.host_time_zone)?;
        let (own, other) = match audience {
            Audience::Customer => (&customer_zone, &host_zone),
            Audience::Host => (&host_zone, &customer_zone),
        };
        let span = Span::new(appointment.starts_at.into(), appointment.ends_at.into())
            .map_err(|error| Unexpected::Inconsistent(format!("appointment {}: {error}", appointment.id)))?;
        let (by, message, previous_starts_at) = match source.event {
            BookingEvent::Booked
            | BookingEvent::MeetLink
            | BookingEvent::GivenAway { .. }
            | BookingEvent::WeeksPlanned { .. } => (None, None, None),
            BookingEvent::Rescheduled {
                by,
                previous_starts_at,
                message,
                ..
            } => (Some(by.as_str()), message.as_deref(), Some(*previous_starts_at)),
            BookingEvent::Changed { message, .. } => (Some("host"), message.as_deref(), None),
            BookingEvent::Cancelled { by, message, .. } => (Some(by.as_str()), message.as_deref(), None),
        };
        let (previous_host, previous_service) = match source.event {
            BookingEvent::Changed {
                previous_host,
                previous_service,
                ..
            } => (previous_host.as_deref(), previous_service.as_deref()),
            _ => (None, None),
        };
        let given_by = match source.event {
            BookingEvent::GivenAway { by, .. } => by.as_deref().map(one_line),
            _ => None,
        };
        let by_name = match source.event {
            BookingEvent::Rescheduled { by_name, .. } | BookingEvent::Cancelled { by_name, .. } => by_name.as_deref(),
            _ => None,
        };
        // To the customer the host's side is the host.
        let by_name = by_name.filter(|_| audience == Audience::Host).map(one_line);
        let weeks = match source.event {
            BookingEvent::WeeksPlanned { starts } => starts
                .iter()
                .map(|millis| week_in_words(*millis, span, own))
                .collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        let from_other_side = by.is_some_and(|by| by != audience.as_str()) || by_name.is_some();
        let answers = match audience {
            // A customer knows them; and a stranger who books with somebody's address gets no words of theirs delivered.
            Audience::Customer => Vec::new(),
            Audience::Host => read_answers(appointment)?,
        };
        Ok(Self {
            site: Site::of(source.app),
            audience,
            host: Named {
                name: one_line(&source.host.display_name),
            },
            customer: Customer {
                name: one_line(&appointment.customer_name),
                email: appointment.customer_email.clone(),
                phone: appointment.customer_phone.clone(),
            },
            service: one_line(&appointment.service_title),
            when: When::new(span, days_of(appointment), own, other),
            greeting: greeting(appointment, span.start, own, source.app.clock.now()),
            previous_when: previous_starts_at
                .map(|millis| previous_when(millis, span, own))
                .transpose()?,
            previous_host: previous_host.map(one_line),
            previous_service: previous_service.map(one_line),
            given_by,
            place: Place::of(appointment),
            meet_link: source.meet_link,
            calendar: source.calendar,
            by: by.map(str::to_owned),
            by_name,
            message: message.filter(|_| from_other_side).map(lines).unwrap_or_default(),
            refund: source.back.refund,
            is_free_week: source.back.is_free_week,
            weeks,
            order: source.order,
            answers,
            booking_url: source.booking_url,
            integrations_url: source.app.settings.link("/host/integrations"),
            book_again_url: source.book_again_url,
        })
    }
}

impl When {
    fn new(span: Span, days: u16, own: &TimeZone, other: &TimeZone) -> Self {
        let differs = own.to_offset(span.start) != other.to_offset(span.start)
            || own.to_offset(span.end) != other.to_offset(span.end);
        Self {
            full: format_days(span, days, own),
            short: format!(
                "{}, {}",
                format_date_short(span.start, own),
                format_time(span.start, own)
            ),
            other: differs.then(|| format_days(span, days, other)),
        }
    }
}

impl Place {
    fn of(appointment: &appointment::Model) -> Self {
        let detail = place_detail(appointment);
        Self {
            kind: appointment.location_kind.clone(),
            lines: detail.as_deref().map(lines).unwrap_or_default(),
            detail,
        }
    }
}

/// What the host wrote about the place, where there is something.
pub(super) fn place_detail(appointment: &appointment::Model) -> Option<String> {
    Some(appointment.location_detail.clone()).filter(|detail| !detail.is_empty())
}

/// The zone of this name.
fn zone(name: &str) -> Result<TimeZone, Unexpected> {
    TimeZone::get(name).map_err(|_| Unexpected::Inconsistent(format!("an appointment is in the time zone {name:?}")))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn read_answers(appointment: &appointment::Model) -> Result<Vec<AnswerLines>, Unexpected> {
    let answers: Vec<Answer> = serde_json::from_value(appointment.answers.clone())
        .map_err(|_| Unexpected::Inconsistent(format!("appointments.answers of {}", appointment.id)))?;
    Ok(answers
        .iter()
        .filter(|answer| !answer.value.is_empty())
        .map(|answer| AnswerLines {
            label: one_line(&answer.label),
            lines: lines(&answer.value),
        })
        .collect())
}

fn greeting(appointment: &appointment::Model, start: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let verb = if appointment.location_kind == "phone" {
        "Talk to you"
    } else {
        "See you"
    };
    let day = zone.to_datetime(start).date();
    let ahead = day.duration_since(zone.to_datetime(now).date()).as_hours() / 24;
    let weekday = format_weekday(start, zone);
    if (0..=WEEKDAY_ALONE).contains(&ahead) {
        format!("{verb} on {weekday}.")
    } else {
        format!("{verb} on {weekday} {}.", day.strftime("%-d %B"))
    }
}

/// The former time; how long the appointment lasts does not change.
fn previous_when(millis: i64, now: Span, zone: &TimeZone) -> Result<String, Unexpected> {
    Ok(format_when(as_long_as(now, millis)?, zone))
}

/// A week of a subscription, which lasts as long as the others.
fn week_in_words(millis: i64, now: Span, zone: &TimeZone) -> Result<String, Unexpected> {
    Ok(format_when_short(as_long_as(now, millis)?, zone))
}

/// The span of the same length that begins at `millis`.
fn as_long_as(now: Span, millis: i64) -> Result<Span, Unexpected> {
    let inconsistent = || Unexpected::Inconsistent(format!("an appointment began at {millis}"));
    let start = Timestamp::from_millisecond(millis).map_err(|_| inconsistent())?;
    let end = start
        .checked_add(now.end.duration_since(now.start))
        .map_err(|_| inconsistent())?;
    Span::new(start, end).map_err(|_| inconsistent())
}

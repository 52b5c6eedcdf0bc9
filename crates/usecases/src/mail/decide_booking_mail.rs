//! Decides, in one transaction, whether a mail about an appointment is still needed, and what it carries.
//!
//! The appointment's row is locked meanwhile. The work that brings a Meet link takes the same lock, so that it either finds
//! the confirmation undecided, which then carries the link, or finds it decided without, and owes the one follow-up.

use sea_orm::{ConnectionTrait, EntityTrait};
use secrecy::ExposeSecret;
use timetap_core::ical::IcsMethod;
use timetap_providers::mail::{CalendarPart, Party};
use timetap_store::bookings::find_appointment::find_appointment_to_change;
use timetap_store::catalogue::call_off::list_refunds_by_key;
use timetap_store::entities::{appointment, host, message, order, user};
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::find_service::find_service;
use timetap_store::messages::begin_sending::Carried;
use uuid::Uuid;

use super::booking_facts::{Audience, BookingFacts, Calendar, GoesBack, OrderForStaff, Source};
use super::calendar_part::{Entry, GoogleEntry, is_connected};
use super::choose_calendar::{choose_calendar, find_told, take_back};
use super::is_no_longer_needed::is_no_longer_needed;
use super::order_facts::money;
use super::owe_booking_mails::{BookingEvent, OwedBookingMail};
use super::read_payload::read_payload;
use super::render_mail::one_line;
use crate::calendars::event_facts::EventFacts;
use crate::orders::open_capability;
use crate::payments::refund_key;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What is to be done about a mail.
pub(super) enum Decision {
    /// Nobody needs it any more: why, as a stable word and in a sentence.
    Skip(&'static str, &'static str),
    /// It goes out.
    Send(Box<Content>),
}

/// A mail about an appointment, before it is put into words.
pub(super) struct Content {
    pub(super) facts: BookingFacts,
    pub(super) carried_link: Option<bool>,
    pub(super) calendar: Option<(IcsMethod, String)>,
    pub(super) part: Option<CalendarPart>,
    pub(super) name: String,
    pub(super) reply_to: Party,
}

impl Content {
    pub(super) fn carried(&self) -> Carried<'_> {
        Carried {
            link: self.carried_link,
            calendar: self
                .calendar
                .as_ref()
                .map(|(method, uid)| (method.as_str(), uid.as_str())),
        }
    }
}

/// Decides about `mail`, on the open transaction `on`.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub(super) async fn decide_booking_mail(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    mail: &message::Model,
    appointment_id: Uuid,
) -> Result<Decision, Unexpected> {
    let inconsistent = |what: &str| Unexpected::Inconsistent(format!("message {}: {what}", mail.id));
    let audience = match mail.audience.as_str() {
        "customer" => Audience::Customer,
        "host" => Audience::Host,
        _ => return Err(inconsistent("its audience is not one of a booking")),
    };
    let owed: OwedBookingMail = read_payload(app, mail)?;
    let appointment = find_appointment_to_change(on, appointment_id)
        .await?
        .ok_or_else(|| inconsistent("its appointment is gone"))?;
    if let Some((code, text)) = is_no_longer_needed(on, mail, &owed, &appointment).await? {
        return Ok(Decision::Skip(code, text));
    }
    let host = find_host(on, appointment.host_id)
        .await?
        .ok_or_else(|| inconsistent("its appointment has no host"))?;
    let is_lost = matches!(owed.event, BookingEvent::GivenAway { .. });
    // Who reads as its host: whoever served it when the mail was owed.
    let reader = match owed.host_id {
        Some(id) if id != host.user_id => find_host(on, id)
            .await?
            .ok_or_else(|| inconsistent("its reader is no host"))?,
        _ => host.clone(),
    };
    let appointment = as_known_to(&reader, &owed.event, appointment, audience);
    // An attempt of which nobody knows whether it succeeded is repeated as it was.
    let is_repeated = mail.state == "sending";
    let carried_link = match mail.carried_link {
        Some(link) if is_repeated => link,
        _ => appointment.meet_link.is_some(),
    };
    let meet_link = appointment.meet_link.clone().filter(|_| carried_link);

    let google = GoogleEntry::find(on, app, &appointment, audience).await?;
    let calendar = if matches!(owed.event, BookingEvent::WeeksPlanned { .. }) {
        // It speaks of several, and an entry of one of them would say otherwise.
        None
    } else if is_repeated {
        let method = mail.calendar_method.as_deref().and_then(|method| method.parse().ok());
        method.zip(mail.calendar_uid.clone())
    } else {
        let told = find_told(on, app, mail, &appointment, audience).await?;
        if is_lost {
            take_back(told)
        } else {
            choose_calendar(app, &appointment, &owed.event, told, &google)
        }
    };
    if calendar.is_none() && matches!(owed.event, BookingEvent::GivenAway { by: None, .. }) {
        return Ok(Decision::Skip(
            "own_doing",
            "Its reader gave the booking away, and no entry of ours has to leave their calendar.",
        ));
    }
    let ordered = match appointment.order_item_id {
        Some(_) => Some(EventFacts::load(on, app, &appointment).await?),
        None => None,
    };
    let order = ordered.as_ref().and_then(|facts| facts.order.as_ref());
    let booking_url = if is_lost {
        // The booking's own page is not theirs any more.
        app.settings.link("/host/bookings")
    } else {
        booking_url(app, &appointment, order, audience)?
    };
    let part = calendar
        .as_ref()
        .map(|(method, uid)| {
            let entry = Entry {
                app,
                appointment: &shown(&appointment, meet_link.as_ref()),
                host: if audience == Audience::Host { &reader } else { &host },
                audience,
                recipient: &mail.recipient,
                booking_url: &booking_url,
                uid,
            };
            entry.part(*method)
        })
        .transpose()?;
    let facts = BookingFacts::new(Source {
        app,
        appointment: &appointment,
        host: &host,
        event: &owed.event,
        audience,
        book_again_url: book_again_url(on, app, &appointment, &host, audience).await?,
        booking_url: booking_url.clone(),
        meet_link,
        calendar: Calendar {
            part: calendar.as_ref().map(|(method, _)| method.as_str()),
            is_google: google.is_google,
            is_own: google.is_own,
            can_connect: app.google.is_some(),
            is_connected: audience == Audience::Host && is_connected(on, reader.user_id).await?,
        },
        back: goes_back(on, &owed.event, &appointment, audience).await?,
        order: ordered
            .as_ref()
            .filter(|_| audience == Audience::Host)
            .and_then(for_staff),
    })?;
    let (name, reply_to) = if is_lost {
        // Whoever has it now knows more than the customer, to whom it is all one.
        (reader.display_name.clone(), write_to(on, &host).await?)
    } else {
        parties(on, &appointment, &host, &reader, audience).await?
    };
    Ok(Decision::Send(Box::new(Content {
        facts,
        carried_link: Some(carried_link),
        calendar,
        part,
        name,
        reply_to,
    })))
}

/// What the customer of something ordered has to know about money where the host cancels it.
async fn goes_back(
    on: &impl ConnectionTrait,
    event: &BookingEvent,
    appointment: &appointment::Model,
    audience: Audience,
) -> Result<GoesBack, Unexpected> {
    let by_host = matches!(event, BookingEvent::Cancelled { by, .. } if by == "host");
    if !by_host || audience != Audience::Customer || appointment.order_item_id.is_none() {
        return Ok(GoesBack::default());
    }
    let owed = list_refunds_by_key(on, vec![refund_key(appointment.id)]).await?;
    let refund = owed
        .first()
        .map(|row| money(row.amount_minor, &row.currency))
        .transpose()?;
    Ok(GoesBack {
        is_free_week: appointment.run != 0 && refund.is_none(),
        refund,
    })
}

/// The appointment as whoever served it when the mail was owed knows it: their own, in their zone, and, where it became
/// another service as it was given away, by the name under which they had it.
fn as_known_to(
    reader: &host::Model,
    event: &BookingEvent,
    appointment: appointment::Model,
    audience: Audience,
) -> appointment::Model {
    if audience == Audience::Customer || reader.user_id == appointment.host_id {
        return appointment;
    }
    let (title, meet_link) = match event {
        // The link to meet is that of who has it now.
        BookingEvent::GivenAway { service, .. } => (service.clone(), None),
        _ => (appointment.service_title, appointment.meet_link),
    };
    appointment::Model {
        host_id: reader.user_id,
        host_time_zone: reader.time_zone.clone(),
        service_title: title,
        meet_link,
        ..appointment
    }
}

/// The appointment as the mail shows it: a confirmation that was decided without the link has none in its calendar part.
fn shown(appointment: &appointment::Model, meet_link: Option<&String>) -> appointment::Model {
    appointment::Model {
        meet_link: meet_link.cloned(),
        ..appointment.clone()
    }
}

/// What staff read of the order.
fn for_staff(facts: &EventFacts) -> Option<OrderForStaff> {
    let order = facts.order.as_ref()?;
    Some(OrderForStaff {
        number: order.number.clone(),
        notes: order
            .notes
            .iter()
            .flat_map(|notes| notes.lines())
            .map(str::to_owned)
            .collect(),
        participants: facts.participants.iter().map(|name| one_line(name)).collect(),
        place: facts.room.as_deref().map(one_line),
    })
}

/// The customer's page opens by the token in its address, so that it stands in mails to the customer alone.
fn booking_url(
    app: &TimeTap,
    appointment: &appointment::Model,
    order: Option<&order::Model>,
    audience: Audience,
) -> Result<String, Unexpected> {
    if audience == Audience::Host {
        return Ok(app.settings.link(&format!("/host/bookings/{}", appointment.id)));
    }
    // What was ordered is changed and cancelled with its order.
    if let Some(order) = order {
        let token = open_capability(app, order)?;
        return Ok(app.settings.link(&format!("/orders/{}?token={token}", order.id)));
    }
    let token = app.keys.open(
        &appointment.capability_sealed,
        "appointments.capability_sealed",
        appointment.id,
    )?;
    Ok(app
        .settings
        .link(&format!("/bookings/{}?token={}", appointment.id, token.expose_secret())))
}

/// Where a customer whose booking was cancelled finds another time; `None` where the service is not offered any more.
async fn book_again_url(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    host: &host::Model,
    audience: Audience,
) -> Result<Option<String>, Unexpected> {
    if audience == Audience::Host || appointment.status != "cancelled" {
        return Ok(None);
    }
    let service = find_service(on, appointment.host_id, appointment.service_id).await?;
    Ok(service
        .filter(|service| service.active)
        .map(|service| app.settings.link(&format!("/{}/{}", host.slug, service.slug))))
}

/// The recipient's name, and whom an answer reaches: the other side.
async fn parties(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
    host: &host::Model,
    reader: &host::Model,
    audience: Audience,
) -> Result<(String, Party), Unexpected> {
    let customer = (
        Some(appointment.customer_name.clone()),
        appointment.customer_email.clone(),
    );
    if audience == Audience::Host {
        return Ok((reader.display_name.clone(), customer));
    }
    Ok((appointment.customer_name.clone(), write_to(on, host).await?))
}

/// The name and address of a host.
async fn write_to(on: &impl ConnectionTrait, host: &host::Model) -> Result<Party, Unexpected> {
    let user = user::Entity::find_by_id(host.user_id)
        .one(on)
        .await?
        .ok_or_else(|| Unexpected::Inconsistent(format!("the host {} has no account", host.user_id)))?;
    Ok((Some(host.display_name.clone()), user.email))
}

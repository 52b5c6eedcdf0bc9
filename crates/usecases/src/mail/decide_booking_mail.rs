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
use timetap_store::messages::find_last_calendar_part::find_last_calendar_part;
use timetap_store::messages::list_confirmations::{find_order_confirmation, list_confirmations};
use uuid::Uuid;

use super::booking_facts::{Audience, BookingFacts, Calendar, GoesBack, OrderForStaff, Source};
use super::calendar_part::{Entry, GoogleEntry, choose_method, entry_uid};
use super::order_facts::money;
use super::owe_booking_mails::{BookingEvent, OwedBookingMail};
use super::read_payload::read_payload;
use super::render_mail::one_line;
use crate::calendars::event_facts::EventFacts;
use crate::orders::open_capability;
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
    if let Some((code, text)) = no_longer_needed(on, mail, &owed, &appointment).await? {
        return Ok(Decision::Skip(code, text));
    }
    let host = find_host(on, appointment.host_id)
        .await?
        .ok_or_else(|| inconsistent("its appointment has no host"))?;
    // An attempt of which nobody knows whether it succeeded is repeated as it was.
    let is_repeated = mail.state == "sending";
    let carried_link = owed.event.tells_the_link().then(|| match mail.carried_link {
        Some(link) if is_repeated => link,
        _ => appointment.meet_link.is_some(),
    });
    let meet_link = appointment.meet_link.clone().filter(|_| carried_link != Some(false));

    let google = GoogleEntry::find(on, app, &appointment, audience).await?;
    let calendar = if matches!(owed.event, BookingEvent::WeeksPlanned { .. }) {
        // It speaks of several, and an entry of one of them would say otherwise.
        None
    } else if is_repeated {
        let method = mail.calendar_method.as_deref().and_then(|method| method.parse().ok());
        method.zip(mail.calendar_uid.clone())
    } else {
        let told = find_told(on, app, mail.id, &appointment, audience).await?;
        choose_calendar(app, &appointment, told, &google)
    };
    let ordered = match appointment.order_item_id {
        Some(_) => Some(EventFacts::load(on, app, &appointment).await?),
        None => None,
    };
    let order = ordered.as_ref().and_then(|facts| facts.order.as_ref());
    let booking_url = booking_url(app, &appointment, order, audience)?;
    let part = calendar
        .as_ref()
        .map(|(method, uid)| {
            let entry = Entry {
                app,
                appointment: &shown(&appointment, meet_link.as_ref()),
                host: &host,
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
        },
        back: goes_back(on, &owed.event, &appointment, audience).await?,
        order: ordered
            .as_ref()
            .filter(|_| audience == Audience::Host)
            .and_then(for_staff),
    })?;
    let (name, reply_to) = parties(on, &appointment, &host, audience).await?;
    Ok(Decision::Send(Box::new(Content {
        facts,
        carried_link,
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
    let owed = list_refunds_by_key(on, vec![format!("cancelled:{}", appointment.id)]).await?;
    let refund = owed
        .first()
        .map(|row| money(row.amount_minor, &row.currency))
        .transpose()?;
    Ok(GoesBack {
        is_free_week: appointment.run != 0 && refund.is_none(),
        refund,
    })
}

/// What calendars were told of the appointment so far: a method and a UID.
type Told = (Option<IcsMethod>, Option<String>);

async fn find_told(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    except: Uuid,
    appointment: &appointment::Model,
    audience: Audience,
) -> Result<Option<Told>, Unexpected> {
    if let Some(mail) = find_last_calendar_part(on, appointment.id, audience.as_str(), except).await? {
        let method = mail.calendar_method.and_then(|method| method.parse().ok());
        return Ok(Some((method, mail.calendar_uid)));
    }
    let Some(item_id) = appointment.order_item_id.filter(|_| audience == Audience::Customer) else {
        return Ok(None);
    };
    // The order's confirmation has a file with everything in it.
    let confirmed = find_order_confirmation(on, item_id).await?;
    let sent = confirmed.filter(|mail| matches!(mail.state.as_str(), "sent" | "sending"));
    Ok(sent.map(|_| (Some(IcsMethod::Publish), Some(entry_uid(app, appointment.id, None)))))
}

/// The method and the UID of the mail's calendar part.
fn choose_calendar(
    app: &TimeTap,
    appointment: &appointment::Model,
    told: Option<Told>,
    google: &GoogleEntry,
) -> Option<(IcsMethod, String)> {
    let (told_method, told_uid) = told.unzip();
    let told_method = told_method.flatten().map(IcsMethod::as_str);
    let method = choose_method(appointment.status == "cancelled", told_method, google.is_google)?;
    let uid = match method {
        // What is taken back goes by the name under which it was told.
        IcsMethod::Cancel => told_uid.flatten()?,
        IcsMethod::Request => entry_uid(app, appointment.id, None),
        IcsMethod::Publish => entry_uid(app, appointment.id, google.write.as_ref()),
    };
    Some((method, uid))
}

/// Why the mail would say something that is not so any more, if it would.
async fn no_longer_needed(
    on: &impl ConnectionTrait,
    mail: &message::Model,
    owed: &OwedBookingMail,
    appointment: &appointment::Model,
) -> Result<Option<(&'static str, &'static str)>, Unexpected> {
    Ok(match &owed.event {
        // The others of the weeks stand whatever became of the first one.
        BookingEvent::Cancelled { .. } | BookingEvent::WeeksPlanned { .. } => None,
        _ if appointment.status == "cancelled" => Some((
            "cancelled_meanwhile",
            "The booking was cancelled before this mail went out.",
        )),
        BookingEvent::Booked | BookingEvent::Changed { .. } => None,
        BookingEvent::Rescheduled { .. } => (appointment.sequence > owed.sequence)
            .then_some(("moved_again", "The booking was moved again before this mail went out.")),
        BookingEvent::MeetLink if appointment.meet_link.is_none() => {
            Some(("no_link", "There is no Meet link to tell of."))
        }
        BookingEvent::MeetLink => link_is_known(on, mail, appointment)
            .await?
            .then_some(("link_known", "The confirmation carries the Meet link.")),
    })
}

/// Whether this audience has the link, or is about to get it, from its confirmation, so that only the other audience needs
/// the follow-up.
async fn link_is_known(
    on: &impl ConnectionTrait,
    mail: &message::Model,
    appointment: &appointment::Model,
) -> Result<bool, Unexpected> {
    let confirmations = list_confirmations(on, appointment.id).await?;
    let own = confirmations.iter().find(|other| other.audience == mail.audience);
    Ok(match own.map(|own| (own.carried_link, own.state.as_str())) {
        Some((None, "queued")) => true,
        // A link that was told to both and changed since is news for both.
        Some((Some(true), "sent" | "sending")) => confirmations
            .iter()
            .any(|other| other.audience != mail.audience && other.carried_link == Some(false)),
        _ => false,
    })
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
    audience: Audience,
) -> Result<(String, Party), Unexpected> {
    let customer = (
        Some(appointment.customer_name.clone()),
        appointment.customer_email.clone(),
    );
    if audience == Audience::Host {
        return Ok((host.display_name.clone(), customer));
    }
    let user = user::Entity::find_by_id(appointment.host_id)
        .one(on)
        .await?
        .ok_or_else(|| Unexpected::Inconsistent(format!("appointment {} has no host", appointment.id)))?;
    Ok((
        appointment.customer_name.clone(),
        (Some(host.display_name.clone()), user.email),
    ))
}

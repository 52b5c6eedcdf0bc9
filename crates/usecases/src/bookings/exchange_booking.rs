//! Gives a booking to another one of the staff, or makes it another service of the same kind: the time stays, and everybody's
//! calendar follows.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::location::LocationKind;
use timetap_core::slots::{check_slot, claim_span};
use timetap_core::span::Span;
use timetap_store::StoreError;
use timetap_store::bookings::find_appointment::{find_appointment, find_appointment_to_change};
use timetap_store::bookings::hand_over::{hand_over_appointment, hand_over_claim, hand_over_item};
use timetap_store::bookings::remove_expired_holds::remove_expired_holds;
use timetap_store::entities::{appointment, host};
use timetap_store::hosts::find_host::find_host;
use timetap_store::orders::find_offer::{Offer, find_offer};
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use uuid::Uuid;

use super::actor::name_of;
use super::cancel_appointment::{lock_order, parse_message};
use super::exchange_choices::{Bought, find_to_exchange, fits_room};
use super::load_slot_inputs::load_slot_inputs_of;
use super::reschedule_appointment::minutes_of;
use super::timeline::note;
use crate::calendars::want_events;
use crate::mail::{BookingEvent, owe_loss_notice, owe_mails_to};
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::try_again;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What a booking is to become, as typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExchangeForm<'a> {
    /// Who is to serve it; nobody named leaves it as it is.
    pub staff: &'a str,
    /// Which service it is to be; none named leaves it as it is.
    pub service: &'a str,
    /// A word to the customer.
    pub message: &'a str,
}

/// What became of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchanged {
    /// Everybody is told.
    Changed,
    /// It was like that already: nobody is told.
    Unchanged,
}

/// Why a booking stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// There is no such booking, or it is somebody else's.
    #[error("there is no such booking")]
    NotFound,
    /// It is cancelled, or over.
    #[error("This booking is cancelled or over, so nothing about it can be changed any more.")]
    Closed,
    /// Not to this: what to do, by field.
    #[error("the form needs another look")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for ExchangeError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

fn refused(field: &'static str, sentence: impl Into<String>) -> ExchangeError {
    ExchangeError::Invalid(FieldErrors::one(field, sentence))
}

/// What the form asks for.
struct Goal<'a> {
    by: Uuid,
    staff_id: Option<Uuid>,
    service_id: Option<Uuid>,
    message: Option<&'a str>,
}

/// Changes who serves the booking, or as what, on behalf of `user_id`: of who serves it, on whose page it is, their manager, or
/// an administrator. Whoever takes over has to serve it and be free then; another service has to be of the same kind, price,
/// length and kind of place. What was paid, and the refund rules under which it was bought, stay whatever it becomes: the
/// customer agreed to those, and to no others.
///
/// # Errors
/// See [`ExchangeError`].
pub async fn exchange_booking(
    app: &TimeTap,
    user_id: Uuid,
    id: Uuid,
    form: ExchangeForm<'_>,
) -> Result<Exchanged, ExchangeError> {
    if find_to_exchange(app.db.reader(), user_id, id).await?.is_none() {
        return Err(ExchangeError::NotFound);
    }
    let message = parse_message(form.message).map_err(ExchangeError::Invalid)?;
    let goal = Goal {
        by: user_id,
        staff_id: read_id(form.staff, "staff", "Please choose somebody of the list.")?,
        service_id: read_id(form.service, "service", "Please choose a service of the list.")?,
        message: message.as_deref(),
    };
    let mut tried = 0;
    loop {
        tried += 1;
        match try_exchange(app, id, &goal).await {
            Err(ExchangeError::Unexpected(error)) if try_again(app, &error, tried).await => {}
            Ok(done) => {
                app.signal.ring();
                return Ok(done);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The id that is typed at `field`, or nothing where nothing is; the sentence where it is no id.
fn read_id(text: &str, field: &'static str, sentence: &str) -> Result<Option<Uuid>, ExchangeError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| refused(field, sentence)),
    }
}

async fn try_exchange(app: &TimeTap, id: Uuid, goal: &Goal<'_>) -> Result<Exchanged, ExchangeError> {
    let txn = app.db.begin().await?;
    let now = app.clock.now();
    // The order first, people second, the appointment last: as everybody does who needs several of them.
    lock_order(&txn, id).await?;
    let Some(seen) = find_appointment(&txn, id).await? else {
        return Err(ExchangeError::NotFound);
    };
    let staff_id = goal.staff_id.unwrap_or(seen.host_id);
    let resources = Resources {
        hosts: [seen.host_id, staff_id].into(),
        ..Resources::default()
    };
    lock_resources(&txn, &resources).await?;
    let Some(was) = find_appointment_to_change(&txn, id).await? else {
        return Err(ExchangeError::NotFound);
    };
    if was.host_id != seen.host_id {
        let sentence = "Somebody else has changed this booking in this moment. Please look at it again.";
        return Err(refused("staff", sentence));
    }
    if was.status != "scheduled" || was.ends_at.timestamp() <= now {
        return Err(ExchangeError::Closed);
    }
    let service_id = goal.service_id.unwrap_or(was.service_id);
    if (staff_id, service_id) == (was.host_id, was.service_id) {
        return Ok(Exchanged::Unchanged);
    }
    let bought = Bought::find(&txn, &was).await?;
    let offer = check_service(&txn, &was, &bought, service_id).await?;
    if !offer.staff.contains(&staff_id) {
        return Err(refused("staff", "They do not serve this. Please choose somebody else."));
    }
    let Some(host) = find_host(&txn, staff_id).await? else {
        return Err(refused(
            "staff",
            "They cannot be booked any more. Please choose somebody else.",
        ));
    };
    if staff_id != was.host_id {
        take_time(&txn, app, &was, &host).await?;
    }
    let row = changed_row(&was, &offer, &host, now);
    if !hand_over_appointment(&txn, &was, &row, now).await? {
        return Err(Unexpected::Inconsistent(format!("appointment {id} changed under its lock")).into());
    }
    if let Some(item) = &bought.item {
        let changes_service = row.service_id != was.service_id;
        let detail = if changes_service {
            &offer.service.location_detail
        } else {
            &item.location_detail
        };
        hand_over_item(&txn, item.id, &row, detail, now).await?;
    }
    tell(&txn, app, &was, &row, &host, goal).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(Exchanged::Changed)
}

/// The appointment as it is from now on.
fn changed_row(was: &appointment::Model, offer: &Offer, host: &host::Model, now: Timestamp) -> appointment::Model {
    let mut row = appointment::Model {
        idempotency_key: was.id.to_string(),
        sequence: was.sequence + 1,
        updated_at: now.into(),
        ..was.clone()
    };
    if host.user_id != was.host_id {
        row.host_id = host.user_id;
        row.host_time_zone.clone_from(&host.time_zone);
        // The link belongs to the event of who served; whoever takes over gets one of their own.
        row.meet_link = None;
    }
    if offer.service.id != was.service_id {
        row.service_id = offer.service.id;
        row.service_title.clone_from(&offer.service.title);
        if was.location_kind != LocationKind::AtCustomer.as_str() {
            row.location_detail.clone_from(&offer.service.location_detail);
        }
    }
    row
}

/// Notes what was changed by whom, and lets calendars and people know.
async fn tell(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    was: &appointment::Model,
    row: &appointment::Model,
    host: &host::Model,
    goal: &Goal<'_>,
) -> Result<(), Unexpected> {
    let by = name_of(on, goal.by).await?.unwrap_or_else(|| "the host".to_owned());
    let (mut said, mut previous_host, mut previous_service) = (Vec::new(), None, None);
    if row.host_id != was.host_id {
        let former = find_host(on, was.host_id).await?;
        let former = former.map_or_else(|| "nobody".to_owned(), |former| former.display_name);
        said.push(format!("Given from {former} to {} by {by}.", host.display_name));
        previous_host = Some(former);
    }
    if row.service_id != was.service_id {
        said.push(format!(
            "Changed from “{}” to “{}” by {by}.",
            was.service_title, row.service_title
        ));
        previous_service = Some(was.service_title.clone());
    }
    note(on, app, row, "host", "changed", said.join(" ")).await?;
    want_events(on, app, row, true).await?;
    let takes_over = previous_host.is_some();
    let event = BookingEvent::Changed {
        previous_host,
        previous_service,
        message: goal.message.map(str::to_owned),
    };
    owe_mails_to(on, app, row, &event, &["customer"]).await?;
    if takes_over {
        owe_mails_to(on, app, row, &BookingEvent::Booked, &["host"]).await?;
        let lost = BookingEvent::GivenAway {
            by: (goal.by != was.host_id).then_some(by),
            service: was.service_title.clone(),
        };
        owe_loss_notice(on, app, row, was.host_id, &lost).await?;
    }
    Ok(())
}

/// The service that it is to be, where it may be that.
async fn check_service(
    on: &impl ConnectionTrait,
    was: &appointment::Model,
    bought: &Bought,
    service_id: Uuid,
) -> Result<Offer, ExchangeError> {
    let gone = || {
        refused(
            "service",
            "This service is not offered any more. Please choose another one.",
        )
    };
    let offer = find_offer(on, service_id).await?.ok_or_else(gone)?;
    // A service of another page is as good as none.
    if offer.service.host_id != bought.service.host_id {
        return Err(gone());
    }
    if let Err(mismatch) = bought.may_become(was, &offer.service)? {
        return Err(refused("service", mismatch.message()));
    }
    if !fits_room(was, &offer) {
        let sentence = "This service takes place in another room. Please choose one for the same room.";
        return Err(refused("service", sentence));
    }
    Ok(offer)
}

/// Takes the time of who takes over, both of them locked; what was kept free of the other one's is given back.
async fn take_time(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    was: &appointment::Model,
    host: &host::Model,
) -> Result<(), ExchangeError> {
    let (staff_id, name) = (host.user_id, &host.display_name);
    let now = app.clock.now();
    let start = was.starts_at.timestamp();
    remove_expired_holds(on, staff_id, now).await?;
    let moment = Span { start, end: start };
    let mut inputs = load_slot_inputs_of(on, app, host.clone(), moment, Some(was.id)).await?;
    // Their own side is asked, not a customer: no notice is needed.
    inputs.rules.minimum_notice = 0;
    let busy = |why: &str| {
        refused(
            "staff",
            format!("{name} {why} Please choose somebody else, or another time."),
        )
    };
    let slot = match check_slot(&inputs.rules, &inputs.calendar(), minutes_of(was)?, start, now) {
        Ok(slot) => slot,
        Err(refusal) => return Err(busy(refusal.colleague_message())),
    };
    match hand_over_claim(on, was, staff_id, claim_span(&inputs.rules, slot)).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Unexpected::Inconsistent(format!("appointment {} holds no time", was.id)).into()),
        Err(StoreError::Claimed) => Err(busy("is not free at that time.")),
        Err(error) => Err(error.into()),
    }
}

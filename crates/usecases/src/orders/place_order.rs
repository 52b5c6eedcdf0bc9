//! Places an order: one transaction that claims everything it needs, or nothing of it.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use timetap_core::money::Currency;
use timetap_core::orders::{OrderFacts, ServiceKind, bill_of_its_own_message, find_bill_of_its_own, new_order_number};
use timetap_store::StoreError;
use timetap_store::entities::{order, order_item};
use timetap_store::orders::find_offer::{Offer, find_offer};
use timetap_store::orders::find_order::find_order_by_key;
use timetap_store::orders::insert_order::insert_order;
use uuid::Uuid;

use super::claim_items::{Claimed, Hold, claim_items};
use super::item_refusal::{ItemRefusal, RefusedItem};
use super::order_capability::{make_capability, open_capability};
use super::order_draft::{Choice, DraftItem, OrderDraft};
use super::wanted::{Wanted, WantedTime};
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::failpoint::Failpoint;
use crate::platform::field_errors::FieldErrors;
use crate::platform::retry::wait_to_try;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// How long everything is held while the customer pays: the shortest life of a Checkout Session (30 minutes,
/// docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at), and five minutes for the news of a
/// payment made in its last moment.
pub const HOLD: SignedDuration = SignedDuration::from_mins(35);
/// The place of services that come to the customer, as it stands in `services.location_kind`.
const AT_CUSTOMER: &str = "at_customer";
/// The most items of one order.
pub const MAX_ITEMS: usize = 20;

/// An order that stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Placed {
    /// The order.
    pub order_id: Uuid,
    /// The token of the customer's link.
    pub capability: String,
}

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Placed")
            .field("order_id", &self.order_id)
            .finish_non_exhaustive()
    }
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum PlaceOrderError {
    /// Something in the order needs another look.
    #[error("the order needs another look")]
    Invalid(FieldErrors),
    /// These cannot be had; by their place in the draft. Nothing was claimed.
    #[error("some of it cannot be had")]
    Refused(Vec<(usize, RefusedItem)>),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for PlaceOrderError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Places the order that `draft` asks for. The same form sent again gives the order that it made the first time.
///
/// # Errors
/// See [`PlaceOrderError`].
pub async fn place_order(app: &TimeTap, draft: &OrderDraft) -> Result<Placed, PlaceOrderError> {
    if draft.items.is_empty() || draft.items.len() > MAX_ITEMS {
        return Err(PlaceOrderError::Invalid(FieldErrors::one(
            "items",
            format!("An order has between one and {MAX_ITEMS} things in it."),
        )));
    }
    let key = key_hash(&draft.idempotency_key);
    let mut tried = 0;
    loop {
        tried += 1;
        match try_place(app, draft, &key).await {
            Err(PlaceOrderError::Unexpected(error)) if may_mend(&error) && wait_to_try(app, tried).await => {}
            result => {
                let outcome = match &result {
                    Ok(_) => "placed",
                    Err(PlaceOrderError::Invalid(_)) => "invalid",
                    Err(PlaceOrderError::Refused(_)) => "refused",
                    Err(PlaceOrderError::Unexpected(_)) => "error",
                };
                metrics::counter!("timetap_orders_total", "outcome" => outcome).increment(1);
                return result;
            }
        }
    }
}

/// The order that the form with this key has made already.
///
/// # Errors
/// The database refuses.
pub async fn find_placed(app: &TimeTap, idempotency_key: &str) -> Result<Option<Placed>, Unexpected> {
    let Some(order) = find_order_by_key(app.db.reader(), &key_hash(idempotency_key)).await? else {
        return Ok(None);
    };
    Ok(Some(Placed {
        capability: open_capability(app, &order)?,
        order_id: order.id,
    }))
}

/// Whether the form with this key has made the order.
pub(crate) fn is_made_by(order: &order::Model, idempotency_key: &str) -> bool {
    order.idempotency_key == key_hash(idempotency_key)
}

fn key_hash(idempotency_key: &str) -> String {
    token_hash(&format!("order|{}", idempotency_key.trim()))
}

/// Whether trying once more may find things otherwise: somebody was faster with the same form, the same number, or past all
/// code of ours with the same time.
fn may_mend(error: &Unexpected) -> bool {
    matches!(error, Unexpected::Store(store)
        if store.is_transient() || matches!(store, StoreError::Claimed | StoreError::Duplicate(_)))
}

async fn try_place(app: &TimeTap, draft: &OrderDraft, key: &str) -> Result<Placed, PlaceOrderError> {
    let txn = app.db.begin().await?;
    if let Some(order) = find_order_by_key(&txn, key).await? {
        return placed(app, &order);
    }
    let now = app.clock.now();
    let mut offers = Vec::with_capacity(draft.items.len());
    let mut gone = Vec::new();
    for (place, item) in draft.items.iter().enumerate() {
        match offer_of(&txn, item).await? {
            Some(offer) => offers.push(offer),
            None => gone.push((place, refused(Uuid::nil(), "This", ItemRefusal::Gone))),
        }
    }
    if !gone.is_empty() {
        return Err(PlaceOrderError::Refused(gone));
    }
    let kinds = offers.iter().map(kind_of).collect::<Result<Vec<_>, _>>()?;
    check(draft, &offers, &kinds).map_err(PlaceOrderError::Invalid)?;
    let ids: Vec<Uuid> = draft.items.iter().map(|_| app.entropy.uuid(now)).collect();
    let wanted: Vec<Wanted> = draft
        .items
        .iter()
        .zip(&offers)
        .zip(&ids)
        .map(|((item, offer), id)| wanted(*id, item, offer))
        .collect();
    let until = now.saturating_add(HOLD).unwrap_or(now);
    let claimed = match claim_items(&txn, app, &wanted, Hold::Until(until)).await? {
        Ok(claimed) => claimed,
        Err(refused) => {
            // Its connection goes back first: whoever holds one and waits for another may wait for ever.
            txn.rollback().await.map_err(StoreError::from)?;
            // Unless it was this very form that took it: sent twice at once, the other one was faster.
            if let Some(order) = find_order_by_key(app.db.reader(), key).await? {
                return placed(app, &order);
            }
            let place = |item: &RefusedItem| ids.iter().position(|id| *id == item.item_id).unwrap_or_default();
            let refused = refused.into_iter().map(|item| (place(&item), item)).collect();
            return Err(PlaceOrderError::Refused(refused));
        }
    };
    let id = app.entropy.uuid(now);
    let capability = make_capability(app, id)?;
    let items = draft
        .items
        .iter()
        .zip(&offers)
        .zip(&claimed)
        .zip(1..)
        .map(|(((item, offer), claimed), position)| new_item(app, id, position, item, offer, claimed, now))
        .collect::<Result<Vec<_>, _>>()?;
    let order = order::Model {
        capability_hash: capability.hash,
        capability_sealed: capability.sealed,
        idempotency_key: key.to_owned(),
        hold_expires_at: Some(until.into()),
        ..new_order(app, id, draft, &items, &offers, now)
    };
    insert_order(&txn, &order, &items).await?;
    enqueue_job(&txn, app, &Job::CloseOrder { order_id: id }, When::At(until)).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Failpoint::OrderPlaced.reach().await;
    Ok(Placed {
        order_id: id,
        capability: capability.token,
    })
}

fn placed(app: &TimeTap, order: &order::Model) -> Result<Placed, PlaceOrderError> {
    Ok(Placed {
        order_id: order.id,
        capability: open_capability(app, order)?,
    })
}

/// The offer of an item, where its choice fits the kind of the service.
async fn offer_of(on: &impl ConnectionTrait, item: &DraftItem) -> Result<Option<Offer>, Unexpected> {
    let Some(mut offer) = find_offer(on, item.service_id).await? else {
        return Ok(None);
    };
    let kind = kind_of(&offer)?;
    let fits = match item.choice {
        Choice::At(_) => kind.takes_a_time(),
        Choice::Occurrence(_) => kind == ServiceKind::Camp,
        Choice::Template(_) => kind == ServiceKind::Subscription,
    };
    if let Some(staff_id) = item.staff_id {
        offer.staff.retain(|id| *id == staff_id);
    }
    let served = !kind.takes_a_time() || (!offer.staff.is_empty() && (!offer.needs_room || !offer.rooms.is_empty()));
    Ok(Some(offer).filter(|_| fits && served))
}

fn kind_of(offer: &Offer) -> Result<ServiceKind, Unexpected> {
    let service = &offer.service;
    let unknown = |_| Unexpected::Inconsistent(format!("services.kind of {}", service.id));
    service.kind.parse().map_err(unknown)
}

/// What no claim says: one currency, subscriptions by themselves, an address where somebody comes, a participant for each seat.
fn check(draft: &OrderDraft, offers: &[Offer], kinds: &[ServiceKind]) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    let first = offers.first().map(|offer| offer.service.currency.as_str());
    if offers
        .iter()
        .any(|offer| Some(offer.service.currency.as_str()) != first)
    {
        errors.add(
            "items",
            "These are paid in different currencies. Please order them one after the other.",
        );
    }
    if let Some((subscription, _)) = find_bill_of_its_own(kinds) {
        errors.add("items", bill_of_its_own_message(&offers[subscription].service.title));
    }
    if draft.address.is_none() && offers.iter().any(|offer| offer.service.location_kind == AT_CUSTOMER) {
        errors.add("address", "Please write the address to which we come.");
    }
    for (place, (item, offer)) in draft.items.iter().zip(offers).enumerate() {
        let has_seats = matches!(item.choice, Choice::Occurrence(_) | Choice::Template(_));
        if has_seats && item.participants.is_empty() {
            errors.add(
                &format!("participants-{place}"),
                format!("Please name who takes part in “{}”.", offer.service.title),
            );
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn refused(item_id: Uuid, title: &str, refusal: ItemRefusal) -> RefusedItem {
    RefusedItem {
        item_id,
        title: title.to_owned(),
        refusal,
    }
}

fn seats(item: &DraftItem) -> i64 {
    i64::try_from(item.participants.len()).unwrap_or(i64::MAX).max(1)
}

fn wanted(item_id: Uuid, item: &DraftItem, offer: &Offer) -> Wanted {
    let time = match item.choice {
        Choice::At(start) => WantedTime::Chosen {
            staff: offer.staff.clone(),
            rooms: offer.rooms.iter().map(|room| room.id).collect(),
            start,
            minutes: u16::try_from(offer.service.duration_minutes).unwrap_or(u16::MAX),
        },
        Choice::Occurrence(id) => WantedTime::Occurrence { id, seats: seats(item) },
        Choice::Template(id) => WantedTime::Template { id, seats: seats(item) },
    };
    Wanted {
        item_id,
        title: offer.service.title.clone(),
        time,
    }
}

fn new_item(
    app: &TimeTap,
    order_id: Uuid,
    position: i64,
    item: &DraftItem,
    offer: &Offer,
    claimed: &Claimed,
    now: Timestamp,
) -> Result<order_item::Model, Unexpected> {
    let service = &offer.service;
    let (occurrence_id, template_id, quantity) = match item.choice {
        Choice::At(_) => (None, None, 1),
        Choice::Occurrence(id) => (Some(id), None, seats(item)),
        Choice::Template(id) => (None, Some(id), seats(item)),
    };
    let participants_sealed = if item.participants.is_empty() {
        None
    } else {
        let plain = serde_json::to_string(&item.participants)
            .map_err(|error| Unexpected::Internal(format!("participants as JSON: {error}")))?;
        let place = "order_items.participants_sealed";
        Some(
            app.keys
                .seal(&SecretString::from(plain), place, claimed.item_id, &app.entropy)?,
        )
    };
    Ok(order_item::Model {
        id: claimed.item_id,
        order_id,
        position,
        service_id: service.id,
        kind: service.kind.clone(),
        title: service.title.clone(),
        staff_id: claimed.staff_id,
        room_id: claimed.room_id,
        occurrence_id,
        template_id,
        starts_at: claimed.span.start.into(),
        ends_at: claimed.span.end.into(),
        days: claimed.days,
        time_zone: claimed.time_zone.clone(),
        location_kind: service.location_kind.clone(),
        location_detail: service.location_detail.clone(),
        unit_minor: service.price_minor,
        quantity,
        refunded_minor: 0,
        participants_sealed,
        status: "held".to_owned(),
        refund_until_minutes: Some(service.refund_until_minutes),
        late_refund_percent: Some(service.late_refund_percent),
        created_at: now.into(),
        updated_at: now.into(),
    })
}

fn new_order(
    app: &TimeTap,
    id: Uuid,
    draft: &OrderDraft,
    items: &[order_item::Model],
    offers: &[Offer],
    now: Timestamp,
) -> order::Model {
    let total_minor = items
        .iter()
        .map(|item| item.unit_minor.saturating_mul(item.quantity))
        .sum();
    let subscribes = items.iter().any(|item| item.kind == ServiceKind::Subscription.as_str());
    let mode = match (subscribes, total_minor) {
        (true, _) => "subscription",
        (false, 0) => "free",
        (false, _) => "payment",
    };
    let facts = OrderFacts {
        asked: true,
        ..OrderFacts::default()
    };
    order::Model {
        id,
        number: new_order_number(&app.entropy),
        cart_id: draft.cart_id,
        user_id: draft.user_id,
        customer_name: draft.name.as_str().to_owned(),
        customer_email: draft.email.as_str().to_owned(),
        customer_phone: draft.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        customer_time_zone: draft.zone.as_str().to_owned(),
        address: draft.address.clone(),
        notes: draft.notes.clone(),
        status: facts.status().as_str().to_owned(),
        currency: offers
            .first()
            .map_or_else(|| Currency::EUR.to_string(), |offer| offer.service.currency.clone()),
        total_minor,
        discount_minor: 0,
        paid_minor: 0,
        refunded_minor: 0,
        mode: mode.to_owned(),
        attempt: 0,
        idempotency_key: String::new(),
        capability_hash: String::new(),
        capability_sealed: String::new(),
        stripe_session_id: None,
        stripe_session_url: None,
        stripe_payment_intent_id: None,
        stripe_customer_id: None,
        dispute_status: None,
        hold_expires_at: None,
        paid_at: None,
        closed_as: None,
        closed_at: None,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

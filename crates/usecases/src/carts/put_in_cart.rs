//! Puts something into the cart, or another time in the place of what is there.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use timetap_core::orders::ServiceKind;
use timetap_store::StoreError;
use timetap_store::carts::cart_items::{delete_cart_item, insert_cart_item, list_cart_items, update_cart_item};
use timetap_store::entities::cart_item;
use timetap_store::orders::find_dated::{find_occurrence, find_template};
use timetap_store::orders::find_offer::{Offer, find_offer};
use timetap_store::orders::seats::{SeatPool, count_seats};
use uuid::Uuid;

use super::cart_owner::{CartCookie, CartOwner, open_cart};
use super::merge_carts::same_thing;
use super::participants::{open_participants, seal_participants};
use crate::accounts::rate_limit::{RateError, RateRule, TooMany, hit, network_key};
use crate::bookings::{Team, look_at_team};
use crate::orders::{Choice, ItemRefusal, MAX_ITEMS};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The most seats that one thing in a cart takes.
pub const MAX_SEATS: i64 = 10;
/// Changes of carts, by network address.
const CART_NETWORK: RateRule = RateRule::new("cart-network", 300, 60);

/// What somebody picked.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The service.
    pub service_id: Uuid,
    /// When.
    pub choice: Choice,
    /// How many seats; one where there are none to take.
    pub quantity: i64,
    /// The thing in the cart that it takes the place of.
    pub instead_of: Option<Uuid>,
}

/// It is in the cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutIn {
    /// As this thing.
    pub item_id: Uuid,
    /// What the browser's cookie becomes.
    pub cookie: CartCookie,
}

/// Why it is not.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// There is no such thing to be had.
    #[error("This is not offered any more. Please choose something else.")]
    Gone,
    /// It cannot be had as it is wanted.
    #[error("{0}")]
    Refused(String),
    /// The cart is full.
    #[error("The cart holds up to {MAX_ITEMS} things. Please order these first, or take something out.")]
    Full,
    /// Too many changes from one place.
    #[error(transparent)]
    TooMany(TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for PutError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<RateError> for PutError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Puts what was picked into the cart of `owner`. The same thing at the same time stands there once: picked again it has as
/// many seats as were picked last.
///
/// # Errors
/// See [`PutError`].
pub async fn put_in_cart(app: &TimeTap, owner: &CartOwner, pick: &Pick, network: &str) -> Result<PutIn, PutError> {
    hit(app, CART_NETWORK, &network_key(network)).await?;
    let now = app.clock.now();
    let offer = find_offer(app.db.reader(), pick.service_id)
        .await?
        .ok_or(PutError::Gone)?;
    let quantity = check(app, &offer, pick, now).await?;
    match put(app, owner, pick, quantity, now).await {
        // Somebody signed in on two pages at once: the account's cart is there now.
        Err(PutError::Unexpected(Unexpected::Store(StoreError::Duplicate(_)))) => {
            put(app, owner, pick, quantity, now).await
        }
        result => result,
    }
}

async fn put(app: &TimeTap, owner: &CartOwner, pick: &Pick, quantity: i64, now: Timestamp) -> Result<PutIn, PutError> {
    let txn = app.db.begin().await?;
    let (cart_id, cookie) = open_cart(&txn, app, owner, now).await?;
    let items = list_cart_items(&txn, &[cart_id]).await?;
    let replaced = pick.instead_of.and_then(|id| {
        items
            .iter()
            .find(|item| item.id == id && item.service_id == pick.service_id)
    });
    let new = new_item(app, cart_id, pick, quantity, now);
    let item_id = match (items.iter().find(|item| same_thing(item, &new)), replaced) {
        (Some(same), replaced) => {
            if let Some(replaced) = replaced.filter(|replaced| replaced.id != same.id) {
                delete_cart_item(&txn, cart_id, replaced.id).await?;
            }
            write(&txn, app, same.clone(), quantity, now).await?;
            same.id
        }
        (None, Some(replaced)) => {
            let moved = cart_item::Model {
                staff_id: new.staff_id,
                occurrence_id: new.occurrence_id,
                template_id: new.template_id,
                starts_at: new.starts_at,
                ..replaced.clone()
            };
            write(&txn, app, moved, quantity, now).await?;
            replaced.id
        }
        (None, None) => {
            if items.len() >= MAX_ITEMS {
                return Err(PutError::Full);
            }
            let id = new.id;
            insert_cart_item(&txn, new).await?;
            id
        }
    };
    txn.commit().await.map_err(Unexpected::from)?;
    Ok(PutIn { item_id, cookie })
}

/// Writes a thing with so many seats; who attends beyond them is forgotten.
pub(super) async fn write(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item: cart_item::Model,
    quantity: i64,
    now: Timestamp,
) -> Result<(), Unexpected> {
    let mut participants = open_participants(app, &item)?;
    participants.truncate(usize::try_from(quantity).unwrap_or_default());
    let participants_sealed = seal_participants(app, item.id, &participants)?;
    let item = cart_item::Model {
        quantity,
        participants_sealed,
        ..item
    };
    update_cart_item(on, item, now).await?;
    Ok(())
}

fn new_item(app: &TimeTap, cart_id: Uuid, pick: &Pick, quantity: i64, now: Timestamp) -> cart_item::Model {
    let (starts_at, occurrence_id, template_id) = match pick.choice {
        Choice::At(start) => (Some(start.into()), None, None),
        Choice::Occurrence(id) => (None, Some(id), None),
        Choice::Template(id) => (None, None, Some(id)),
    };
    cart_item::Model {
        id: app.entropy.uuid(now),
        cart_id,
        service_id: pick.service_id,
        staff_id: None,
        occurrence_id,
        template_id,
        starts_at,
        quantity,
        participants_sealed: None,
        created_at: now.into(),
        updated_at: now.into(),
    }
}

/// Whether it can be had at the moment, and the seats that it takes.
async fn check(app: &TimeTap, offer: &Offer, pick: &Pick, now: Timestamp) -> Result<i64, PutError> {
    let service = &offer.service;
    let kind: ServiceKind = service
        .kind
        .parse()
        .map_err(|_| Unexpected::Inconsistent(format!("services.kind of {}", service.id)))?;
    let on = app.db.reader();
    let pool = match pick.choice {
        Choice::At(start) if kind.takes_a_time() => {
            let minutes = u16::try_from(service.duration_minutes).unwrap_or(u16::MAX);
            let look = look_at_team(app, &Team::of(offer), minutes, start, None, 0).await?;
            return match look.refusal {
                None => Ok(1),
                Some(refusal) => Err(PutError::Refused(refusal.customer_message().to_owned())),
            };
        }
        Choice::Occurrence(id) if kind == ServiceKind::Camp => {
            let found = find_occurrence(on, id).await?.filter(|found| {
                found.service_id == service.id && found.status == "scheduled" && found.starts_at.timestamp() > now
            });
            found.map(|_| SeatPool::Occurrence(id))
        }
        Choice::Template(id) if kind == ServiceKind::Subscription => {
            let found = find_template(on, id)
                .await?
                .filter(|found| found.service_id == service.id && found.active);
            found.map(|_| SeatPool::Template(id))
        }
        _ => None,
    };
    let pool = pool.ok_or(PutError::Gone)?;
    if !(1..=MAX_SEATS).contains(&pick.quantity) {
        return Err(PutError::Refused(format!(
            "Please take between 1 and {MAX_SEATS} seats at a time."
        )));
    }
    let left = count_seats(on, pool, now).await?.map_or(0, |count| count.free);
    if left < pick.quantity {
        return Err(PutError::Refused(ItemRefusal::Seats { left }.message(&service.title)));
    }
    Ok(pick.quantity)
}

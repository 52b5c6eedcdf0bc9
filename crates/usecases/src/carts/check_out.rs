//! Makes an order of a cart.

use timetap_core::orders::CartConflict;
use timetap_store::StoreError;
use timetap_store::carts::find_waiting_order::list_waiting_orders;
use uuid::Uuid;

use super::cart_conflicts::conflicts_of;
use super::cart_owner::{CartCookie, CartOwner};
use super::change_cart::keep_participants;
use super::checkout_form::{CheckoutForm, Customer};
use super::view_cart::{CartLine, view_cart};
use crate::accounts::rate_limit::{RateError, RateRule, TooMany, hit, network_key};
use crate::bookings::Actor;
use crate::orders::{
    Choice, DraftItem, OrderDraft, PlaceOrderError, Placed, find_placed, is_made_by, open_capability, place_order,
};
use crate::payments::{CancelOrderError, cancel_order};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Orders, by network address.
const CHECKOUT_NETWORK: RateRule = RateRule::new("checkout-network", 60, 60);
/// Orders, by the customer's address: it gets mail, and holds the time of others while it does not pay.
const CHECKOUT_EMAIL: RateRule = RateRule::new("checkout-email", 20, 60);

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum CheckOutError {
    /// There is nothing in the cart.
    #[error("Your cart is empty.")]
    Empty,
    /// Something in the form needs another look.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// Things of the cart cannot be ordered together.
    #[error("some of it cannot be ordered together")]
    Conflicts(Vec<CartConflict>),
    /// These things of the cart cannot be had, and why. Nothing was ordered.
    #[error("some of it cannot be had")]
    Refused(Vec<(Uuid, String)>),
    /// Too many orders.
    #[error("{0}")]
    TooMany(TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for CheckOutError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<RateError> for CheckOutError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Orders everything in the cart of `owner`, or nothing of it. The same form sent again leads to the order that it made.
/// The cart stays as it is until the order is paid.
///
/// # Errors
/// See [`CheckOutError`].
pub async fn check_out(
    app: &TimeTap,
    form: &CheckoutForm,
    owner: &CartOwner,
    network: &str,
) -> Result<(Placed, CartCookie), CheckOutError> {
    // Whoever sends the form once more, with an emptied cart perhaps, has ordered already.
    if let Some(placed) = find_placed(app, &form.idempotency_key).await? {
        return Ok((placed, CartCookie::Keep));
    }
    let cart = view_cart(app, owner, false).await?;
    if cart.lines.is_empty() {
        return Err(CheckOutError::Empty);
    }
    let customer = form
        .parse(&cart.lines, app.clock.now())
        .map_err(CheckOutError::Invalid)?;
    hit(app, CHECKOUT_NETWORK, &network_key(network)).await?;
    hit(app, CHECKOUT_EMAIL, &customer.email.key()).await?;
    // Before anything can go wrong: who attends need not be typed again.
    let (cart_id, cookie) = keep_participants(app, owner, &customer.attending).await?;
    let conflicts = conflicts_of(&cart.lines, |line| attending(&customer, line));
    if !conflicts.is_empty() {
        return Err(CheckOutError::Conflicts(conflicts));
    }
    if let Some(cart_id) = cart_id
        && let Some(paid) = call_off_waiting(app, cart_id, &form.idempotency_key).await?
    {
        return Ok((paid, cookie));
    }
    let draft = draft(form, owner, cart_id, customer, &cart.lines);
    match place_order(app, &draft).await {
        Ok(placed) => Ok((placed, cookie)),
        Err(PlaceOrderError::Invalid(errors)) => Err(CheckOutError::Invalid(errors)),
        Err(PlaceOrderError::Refused(refused)) => Err(CheckOutError::Refused(
            refused
                .into_iter()
                .filter_map(|(place, item)| {
                    let line = cart.lines.get(place)?;
                    Some((line.item.id, item.refusal.message(&line.ware.service.title)))
                })
                .collect(),
        )),
        Err(PlaceOrderError::Unexpected(error)) => Err(error.into()),
    }
}

/// Calls off what was ordered from this cart and waits for its payment: it holds the very times that are ordered anew. One that
/// was paid in the meantime stands, and is where the customer is led.
async fn call_off_waiting(app: &TimeTap, cart_id: Uuid, key: &str) -> Result<Option<Placed>, CheckOutError> {
    for order in list_waiting_orders(app.db.reader(), &[cart_id], app.clock.now()).await? {
        let capability = open_capability(app, &order)?;
        if is_made_by(&order, key) {
            // The same form, sent twice at once: the other one was faster.
            return Ok(Some(Placed {
                order_id: order.id,
                capability,
            }));
        }
        let actor = Actor::Customer {
            capability: Some(&capability),
            user_id: None,
        };
        match cancel_order(app, order.id, &actor).await {
            Ok(()) | Err(CancelOrderError::NotFound | CancelOrderError::Over) => {}
            Err(CancelOrderError::Unexpected(error)) => return Err(error.into()),
            Err(_) => {
                return Ok(Some(Placed {
                    order_id: order.id,
                    capability,
                }));
            }
        }
    }
    Ok(None)
}

fn attending(customer: &Customer, line: &CartLine) -> Vec<timetap_core::orders::Participant> {
    customer
        .attending
        .iter()
        .find(|(id, _)| *id == line.item.id)
        .map(|(_, participants)| participants.clone())
        .unwrap_or_default()
}

fn draft(
    form: &CheckoutForm,
    owner: &CartOwner,
    cart_id: Option<Uuid>,
    customer: Customer,
    lines: &[CartLine],
) -> OrderDraft {
    let items = lines
        .iter()
        .filter_map(|line| {
            let item = &line.item;
            let choice = match (item.starts_at, item.occurrence_id, item.template_id) {
                (Some(start), _, _) => Choice::At(start.timestamp()),
                (None, Some(id), _) => Choice::Occurrence(id),
                (None, None, id) => Choice::Template(id?),
            };
            Some(DraftItem {
                service_id: item.service_id,
                staff_id: item.staff_id,
                choice,
                participants: attending(&customer, line),
            })
        })
        .collect();
    OrderDraft {
        user_id: owner.user_id,
        cart_id,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        zone: customer.zone,
        address: customer.address,
        notes: customer.notes,
        idempotency_key: form.idempotency_key.clone(),
        items,
    }
}

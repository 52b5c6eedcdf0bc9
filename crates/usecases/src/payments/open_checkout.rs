//! Opens Stripe's payment page for an order, or confirms it where there is nothing to pay.

use jiff::{SignedDuration, Timestamp};
use timetap_core::orders::ServiceKind;
use timetap_providers::stripe::{NewLine, NewSession, StripeClient, StripeError};
use timetap_store::carts::empty_cart::empty_cart;
use timetap_store::entities::{order, order_item};
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::orders::list_items::list_items;
use timetap_store::payments::holds::extend_holds;
use timetap_store::{StoreError, UnixMillis};
use uuid::Uuid;

use super::book_items::book_items;
use super::note_facts::{Change, note_facts};
use super::tell::tell;
use crate::mail::OrderEvent;
use crate::orders::open_capability;
use crate::platform::failpoint::Failpoint;
use crate::platform::retry::wait_to_try;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The shortest life of a session, counted from when Stripe reads the request
/// (`docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at`), and a margin for the way there.
const SHORTEST: SignedDuration = SignedDuration::from_secs(30 * 60 + 15);
/// How long a new session lives.
const LIFE: SignedDuration = SignedDuration::from_mins(31);
/// How much longer everything is held: for the news of a payment made in the last moment.
const BEYOND: SignedDuration = SignedDuration::from_mins(5);
/// However often somebody begins anew, nothing is held for longer than this after it was ordered.
const LONGEST: SignedDuration = SignedDuration::from_hours(3);

/// How paying goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckoutStart {
    /// On this page of Stripe's.
    Pay {
        /// The page.
        url: String,
    },
    /// It is paid, or there was nothing to pay.
    Settled,
    /// It was called off, or the time to pay ran out.
    Closed,
}

/// Why there is no payment page.
#[derive(Debug, thiserror::Error)]
pub enum OpenCheckoutError {
    /// There is no such order.
    #[error("there is no such order")]
    NotFound,
    /// What was held may be somebody else's by now.
    #[error("The time to pay for this order ran out. Nothing was charged; please order again.")]
    TooLate,
    /// There is no Stripe.
    #[error("Paying is not set up here yet. Please tell who runs this site.")]
    NotConfigured,
    /// Stripe does not answer at the moment.
    #[error(
        "The payment page cannot be reached at the moment. Nothing was charged, and your places are still held: please try again."
    )]
    Unavailable,
    /// Stripe does not take this order, in its own code.
    #[error("This order cannot be paid online ({0}). Nothing was charged; please tell who runs this site.")]
    Refused(String),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for OpenCheckoutError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// What is to be asked of Stripe, as it stands in the database: asked twice, also at once, it is the same.
struct Attempt {
    order: order::Model,
    items: Vec<order_item::Model>,
    expires_at: Timestamp,
}

enum Begun {
    Over(CheckoutStart),
    Ask(Box<Attempt>),
}

/// Begins paying for the order, or goes on with it: the same page, as long as it is open. Who asks is the caller's to check.
///
/// # Errors
/// See [`OpenCheckoutError`].
pub async fn open_checkout(app: &TimeTap, order_id: Uuid) -> Result<CheckoutStart, OpenCheckoutError> {
    let mut tried = 0;
    loop {
        tried += 1;
        let attempt = match begin(app, order_id).await {
            Ok(Begun::Over(start)) => {
                app.signal.ring();
                return Ok(start);
            }
            Ok(Begun::Ask(attempt)) => attempt,
            Err(OpenCheckoutError::Unexpected(Unexpected::Store(error)))
                if error.is_transient() && wait_to_try(app, tried).await =>
            {
                continue;
            }
            Err(error) => return Err(error),
        };
        let stripe = app.stripe.as_ref().ok_or(OpenCheckoutError::NotConfigured)?;
        match ask(app, stripe, &attempt).await? {
            Ok(url) => return Ok(CheckoutStart::Pay { url }),
            // Somebody asks for the same page at this moment, or our key was spent: then under the next one.
            Err(StripeError::KeyInUse | StripeError::KeyUsedOtherwise) if wait_to_try(app, tried).await => {}
            Err(StripeError::Refused { code, param }) => {
                tracing::error!(order = %order_id, code, param, "checkout: Stripe refuses the order");
                return Err(OpenCheckoutError::Refused(code));
            }
            Err(error) => {
                tracing::warn!(order = %order_id, %error, "checkout: the payment page could not be opened");
                return Err(OpenCheckoutError::Unavailable);
            }
        }
    }
}

/// Decides in one transaction what is to be asked: the attempt's number, and until when everything is held.
async fn begin(app: &TimeTap, order_id: Uuid) -> Result<Begun, OpenCheckoutError> {
    let txn = app.db.begin().await?;
    let Some(mut order) = find_order_to_change(&txn, order_id).await? else {
        return Err(OpenCheckoutError::NotFound);
    };
    if order.paid_at.is_some() {
        return Ok(Begun::Over(CheckoutStart::Settled));
    }
    if order.closed_as.is_some() {
        return Ok(Begun::Over(CheckoutStart::Closed));
    }
    let now = app.clock.now();
    let held_until = order.hold_expires_at.map_or(now, UnixMillis::timestamp);
    if held_until <= now {
        return Err(OpenCheckoutError::TooLate);
    }
    let mut items = list_items(&txn, order_id).await?;
    if order.mode == "free" {
        if let Some(cart_id) = order.cart_id {
            empty_cart(&txn, cart_id, order.created_at.timestamp()).await?;
        }
        let booked = book_items(&txn, app, &order, &mut items, None).await?;
        note_facts(&txn, app, &mut order, &[Change::Confirmed]).await?;
        let mut news = Vec::new();
        news.extend((!booked.booked.is_empty()).then_some(OrderEvent::Confirmed));
        news.extend((!booked.lost.is_empty()).then_some(OrderEvent::Lost { item_ids: booked.lost }));
        tell(&txn, app, &order, &news).await?;
        txn.commit().await.map_err(StoreError::from)?;
        return Ok(Begun::Over(CheckoutStart::Settled));
    }
    if app.stripe.is_none() {
        return Err(OpenCheckoutError::NotConfigured);
    }
    let page_ends = held_until.saturating_sub(BEYOND).unwrap_or(held_until);
    if let (Some(_), Some(url)) = (&order.stripe_session_id, &order.stripe_session_url)
        && page_ends > now
    {
        return Ok(Begun::Over(CheckoutStart::Pay { url: url.clone() }));
    }
    let asked = order.attempt > 0 && order.stripe_session_id.is_none();
    if asked && page_ends.duration_since(now) >= SHORTEST {
        // An earlier request whose answer was lost, or another one at this moment: the same question has the same answer.
        return Ok(Begun::Ask(Box::new(Attempt {
            order,
            items,
            expires_at: page_ends,
        })));
    }
    if order.stripe_session_id.is_some() {
        // Its page is over; what was paid there in the last moment is looked at at the end of the hold.
        return Err(OpenCheckoutError::TooLate);
    }
    let expires_at = now.saturating_add(LIFE).unwrap_or(now);
    let until = expires_at.saturating_add(BEYOND).unwrap_or(expires_at);
    if until.duration_since(order.created_at.timestamp()) > LONGEST {
        return Err(OpenCheckoutError::TooLate);
    }
    order.attempt += 1;
    order.hold_expires_at = Some(until.into());
    for item in &items {
        extend_holds(&txn, item.id, until, now).await?;
    }
    note_facts(&txn, app, &mut order, &[Change::Asked]).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(Begun::Ask(Box::new(Attempt {
        order,
        items,
        expires_at,
    })))
}

/// Asks for the page and keeps its address.
async fn ask(
    app: &TimeTap,
    stripe: &StripeClient,
    attempt: &Attempt,
) -> Result<Result<String, StripeError>, OpenCheckoutError> {
    let order = &attempt.order;
    let token = open_capability(app, order)?;
    let lines = attempt.items.iter().map(|item| NewLine {
        name: item.title.clone(),
        unit_minor: item.unit_minor,
        quantity: u64::try_from(item.quantity).unwrap_or(1),
        weekly: item.kind == ServiceKind::Subscription.as_str(),
    });
    let new = NewSession {
        order_id: order.id.to_string(),
        order_number: order.number.clone(),
        currency: order.currency.clone(),
        lines: lines.collect(),
        email: order.customer_email.clone(),
        expires_at: attempt.expires_at,
        success_url: app
            .settings
            .link(&format!("/checkout/processing?order={}&token={token}", order.id)),
        cancel_url: app
            .settings
            .link(&format!("/orders/{}?token={token}&done=not_paid", order.id)),
    };
    let key = format!("order:{}:{}", order.id, order.attempt);
    Failpoint::BeforePaymentPage.reach().await;
    let session = match stripe.create_session(&new, &key).await {
        Ok(session) => session,
        Err(error) => {
            if error.is_kept() {
                spend_key(app, order).await?;
            }
            return Ok(Err(error));
        }
    };
    Failpoint::PaymentPageMade.reach().await;
    let Some(url) = session.url else {
        return Ok(Err(StripeError::BrokenAnswer));
    };
    let txn = app.db.begin().await?;
    let Some(mut row) = find_order_to_change(&txn, order.id).await? else {
        return Err(OpenCheckoutError::NotFound);
    };
    if row.attempt == order.attempt && row.stripe_session_id.is_none() {
        row.stripe_session_id = Some(session.id);
        row.stripe_session_url = Some(url.clone());
        note_facts(&txn, app, &mut row, &[Change::Asked]).await?;
        txn.commit().await.map_err(StoreError::from)?;
    }
    Ok(Ok(url))
}

/// An answer that Stripe keeps with its key is not asked for again: the next attempt has another key.
async fn spend_key(app: &TimeTap, order: &order::Model) -> Result<(), OpenCheckoutError> {
    let txn = app.db.begin().await?;
    if let Some(mut row) = find_order_to_change(&txn, order.id).await?
        && row.attempt == order.attempt
        && row.stripe_session_id.is_none()
    {
        row.attempt += 1;
        note_facts(&txn, app, &mut row, &[Change::Asked]).await?;
        txn.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

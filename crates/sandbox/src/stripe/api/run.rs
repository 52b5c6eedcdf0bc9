//! From the operation to the module that does it; then `expand`.

use serde_json::Value;

use super::{errors::StripeError, expand::expand, params::Params, request::Incoming};
use crate::stripe::{billing, catalog, checkout, events, objects::Kind, operation::Operation, payments, turn::Turn};

/// What an operation gives.
pub(crate) struct Done {
    pub object: Value,
    /// Whether the state changed.
    pub effect: bool,
}

/// Runs the operation.
pub(crate) fn run(
    turn: &mut Turn<'_>,
    operation: &Operation,
    incoming: &Incoming,
    params: &Params,
) -> Result<Done, StripeError> {
    let paths = params.texts("expand");
    let effect = matches!(
        operation,
        Operation::Create(_)
            | Operation::Update(..)
            | Operation::Expire(_)
            | Operation::Cancel(..)
            | Operation::Close(_)
    );
    let mut object = match operation {
        Operation::Create(kind) => create(turn, *kind, params)?,
        Operation::Get(kind, id) => {
            params.finish()?;
            turn.find(*kind, id)?
        }
        Operation::List(kind) => list(turn, *kind, params)?,
        Operation::Update(kind, id) => update(turn, *kind, id, params)?,
        Operation::LineItems(id) => checkout::list_line_items::list_line_items(turn, id, params)?,
        Operation::Expire(id) => checkout::expire::expire(turn, id, params)?,
        Operation::Cancel(Kind::Subscription, id) => billing::cancel_subscription::cancel(turn, id, params)?,
        Operation::Cancel(_, id) => payments::cancel_payment_intent::cancel(turn, id, params)?,
        Operation::Close(id) => payments::disputes::close(turn, id, params)?,
        Operation::Unknown => {
            let path = &incoming.path;
            return Err(StripeError::no_such_url(incoming.method.as_str(), path));
        }
    };
    expand(&turn.world.stripe, &mut object, &paths)?;
    Ok(Done { object, effect })
}

fn create(turn: &mut Turn<'_>, kind: Kind, params: &Params) -> Result<Value, StripeError> {
    match kind {
        Kind::Session => checkout::create::create(turn, params),
        Kind::PaymentIntent => payments::create_payment_intent::create(turn, params),
        Kind::Customer => catalog::customers::create(turn, params),
        Kind::Product => catalog::products::create(turn, params),
        Kind::Price => catalog::prices::create(turn, params),
        Kind::Coupon => catalog::coupons::create(turn, params),
        Kind::PromotionCode => catalog::promotion_codes::create(turn, params),
        _ => payments::create_refund::create(turn, params),
    }
}

fn update(turn: &mut Turn<'_>, kind: Kind, id: &str, params: &Params) -> Result<Value, StripeError> {
    match kind {
        Kind::Customer => catalog::customers::update(turn, id, params),
        Kind::Product => catalog::products::update(turn, id, params),
        Kind::Price => catalog::prices::update(turn, id, params),
        Kind::PromotionCode => catalog::promotion_codes::update(turn, id, params),
        _ => billing::update_subscription::update(turn, id, params),
    }
}

fn list(turn: &mut Turn<'_>, kind: Kind, params: &Params) -> Result<Value, StripeError> {
    match kind {
        Kind::Session => checkout::list::list(turn, params),
        Kind::PaymentIntent | Kind::Charge | Kind::BalanceTransaction | Kind::Refund | Kind::Dispute => {
            payments::list::list(turn, kind, params)
        }
        Kind::Subscription | Kind::Invoice | Kind::InvoicePayment => billing::list::list(turn, kind, params),
        Kind::Event => events::list_events(turn, params),
        _ => catalog::list::list(turn, kind, params),
    }
}

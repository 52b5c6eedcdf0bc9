//! `GET /v1/checkout/sessions/:id/line_items`.

use serde_json::Value;

use crate::stripe::{
    api::{errors::StripeError, list_objects::Page, params::Params},
    objects::Kind,
    turn::Turn,
};

/// The lines of a session, in their own order.
pub(crate) fn list_line_items(turn: &Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    turn.find(Kind::Session, id)?;
    let page = Page::read(params)?;
    params.finish()?;
    let checkout = turn.world.stripe.checkouts.get(id);
    let lines = checkout.into_iter().flat_map(|checkout| &checkout.line_items);
    page.cut(lines, "line_item", &format!("/v1/checkout/sessions/{id}/line_items"))
}

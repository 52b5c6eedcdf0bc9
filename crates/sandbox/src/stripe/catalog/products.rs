//! Products (`docs.stripe.com/api/products`).

use serde_json::{Value, json};

use super::metadata;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::PRODUCT,
    objects::{Kind, filled},
    turn::Turn,
};

/// `POST /v1/products`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let fields = read(params)?;
    let id = params.text("id")?;
    params.finish()?;
    if let Some(id) = id.as_deref().filter(|id| turn.world.stripe.objects.any(id).is_some()) {
        return Err(StripeError::invalid(format!("Product already exists: '{id}'"))
            .code("resource_already_exists")
            .at_work());
    }
    let product = make(turn, fields, id, true);
    turn.emit("product.created", &product);
    Ok(product)
}

/// Name, description and the rest of a new product.
pub(crate) fn read(params: &Params) -> Result<Value, StripeError> {
    params.accept(&["expand", "tax_code", "shippable", "unit_label", "url", "type", "active"]);
    Ok(json!({
        "name": params.required("name")?,
        "description": params.text("description")?,
        "images": params.texts("images"),
        "metadata": metadata::read(params, "metadata")?,
    }))
}

/// A new product; one made for a single session is not active.
pub(crate) fn make(turn: &mut Turn<'_>, fields: Value, id: Option<String>, active: bool) -> Value {
    let mut product = filled(PRODUCT, fields);
    product["id"] = json!(id.unwrap_or_else(|| turn.id("prod_", 14)));
    product["active"] = json!(active);
    product["created"] = json!(turn.seconds());
    product["updated"] = json!(turn.seconds());
    turn.insert(Kind::Product, &product);
    product
}

/// `POST /v1/products/:id`.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let before = turn.find(Kind::Product, id)?;
    params.accept(&["expand"]);
    let mut fields = json!({
        "metadata": metadata::merged(&before["metadata"], params, "metadata")?,
        "updated": turn.seconds(),
    });
    if let Some(name) = params.text("name")? {
        fields["name"] = json!(name);
    }
    if let Some(description) = params.raw("description") {
        fields["description"] = json!(Some(description).filter(|text| !text.is_empty()));
    }
    if let Some(active) = params.flag("active")? {
        fields["active"] = json!(active);
    }
    params.finish()?;
    let (product, previous) = turn.set(Kind::Product, id, fields);
    turn.emit_update("product.updated", &product, previous);
    Ok(product)
}

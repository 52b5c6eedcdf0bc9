//! Prices (`docs.stripe.com/api/prices`): so much per unit, once or every so many days, weeks, months or years.

use serde_json::{Value, json};

use super::{metadata, products};
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::PRICE,
    money::LARGEST,
    objects::{Kind, filled},
    turn::Turn,
};

/// A price as it is asked for, checked and not made yet.
pub(crate) struct AskedPrice {
    fields: Value,
    product: AskedProduct,
}

impl AskedPrice {
    /// Currency, amount and interval.
    pub(crate) fn fields(&self) -> &Value {
        &self.fields
    }
}

enum AskedProduct {
    Known(String),
    New(Value),
}

/// Currency, amount, product and interval, from `price_data` or from a new price.
pub(crate) fn read(turn: &Turn<'_>, params: &Params) -> Result<AskedPrice, StripeError> {
    let currency = params.required("currency")?.to_ascii_lowercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let message = format!("Invalid currency: {currency}.");
        return Err(StripeError::invalid(message).param(params.name("currency")));
    }
    let amount = match (params.int_from("unit_amount", 0)?, params.text("unit_amount_decimal")?) {
        (Some(amount), None) => amount,
        (None, Some(text)) => text.parse::<i64>().ok().filter(|amount| *amount >= 0).ok_or_else(|| {
            StripeError::invalid(format!("Invalid decimal: {text}. The sandbox takes whole minor units."))
                .param(params.name("unit_amount_decimal"))
        })?,
        (Some(_), Some(_)) => {
            return Err(StripeError::invalid(
                "You may only specify one of these parameters: unit_amount, unit_amount_decimal.",
            ));
        }
        (None, None) => return Err(StripeError::missing(&params.name("unit_amount"))),
    };
    if amount > LARGEST {
        return Err(StripeError::invalid("Amount must be no more than 999,999.99")
            .code("amount_too_large")
            .param(params.name("unit_amount")));
    }
    let product = match (params.text("product")?, params.child("product_data")) {
        (Some(id), None) => match turn.world.stripe.objects.get(Kind::Product, &id) {
            Some(_) => AskedProduct::Known(id),
            None => return Err(StripeError::no_such_at(Kind::Product, &id, &params.name("product"))),
        },
        (None, Some(data)) => AskedProduct::New(products::read(&data)?),
        _ => {
            return Err(StripeError::invalid(format!(
                "You must specify either `product` or `product_data` for {}.",
                params.name("product")
            ))
            .code("parameter_missing")
            .param(params.name("product")));
        }
    };
    let behavior = params.choice("tax_behavior", &["exclusive", "inclusive", "unspecified"])?;
    let recurring = match params.child("recurring") {
        None => Value::Null,
        Some(recurring) => {
            recurring.accept(&["usage_type"]);
            let interval = recurring.choice("interval", &["day", "week", "month", "year"])?;
            let interval = interval.ok_or_else(|| StripeError::missing(&recurring.name("interval")))?;
            json!({
                "interval": interval,
                "interval_count": recurring.int_from("interval_count", 1)?.unwrap_or(1),
                "meter": null,
                "trial_period_days": null,
                "usage_type": "licensed",
            })
        }
    };
    let kind = if recurring.is_null() { "one_time" } else { "recurring" };
    Ok(AskedPrice {
        fields: json!({
            "currency": currency,
            "unit_amount": amount,
            "unit_amount_decimal": amount.to_string(),
            "recurring": recurring,
            "tax_behavior": behavior.unwrap_or_else(|| "unspecified".to_owned()),
            "type": kind,
        }),
        product,
    })
}

/// Makes the price, and its product where that is new; one made for a single session is not active.
pub(crate) fn make(turn: &mut Turn<'_>, asked: AskedPrice, active: bool) -> Value {
    let product = match asked.product {
        AskedProduct::Known(id) => id,
        AskedProduct::New(fields) => {
            let product = products::make(turn, fields, None, active);
            product["id"].as_str().unwrap_or_default().to_owned()
        }
    };
    let mut price = filled(PRICE, asked.fields);
    price["id"] = json!(turn.id("price_1", 23));
    price["active"] = json!(active);
    price["created"] = json!(turn.seconds());
    price["product"] = json!(product);
    turn.insert(Kind::Price, &price);
    price
}

/// `POST /v1/prices`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&["expand", "billing_scheme", "active"]);
    let mut asked = read(turn, params)?;
    asked.fields["metadata"] = metadata::read(params, "metadata")?;
    asked.fields["nickname"] = json!(params.text("nickname")?);
    asked.fields["lookup_key"] = json!(params.text("lookup_key")?);
    params.finish()?;
    let price = make(turn, asked, true);
    turn.emit("price.created", &price);
    Ok(price)
}

/// `POST /v1/prices/:id`.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let before = turn.find(Kind::Price, id)?;
    params.accept(&["expand"]);
    let mut fields = json!({ "metadata": metadata::merged(&before["metadata"], params, "metadata")? });
    if let Some(active) = params.flag("active")? {
        fields["active"] = json!(active);
    }
    if let Some(nickname) = params.text("nickname")? {
        fields["nickname"] = json!(nickname);
    }
    params.finish()?;
    let (price, previous) = turn.set(Kind::Price, id, fields);
    turn.emit_update("price.updated", &price, previous);
    Ok(price)
}

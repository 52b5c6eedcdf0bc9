//! `line_items`: existing prices by id, or prices described in place; checked first, made when all is checked.

use serde_json::{Value, json};

use crate::stripe::{
    api::{errors::StripeError, params::Params},
    catalog::{
        metadata,
        prices::{self, AskedPrice},
    },
    objects::{Kind, number, text},
    turn::Turn,
};

/// Stripe's limits for payments and for subscriptions.
const MOST_ONE_TIME: usize = 100;
const MOST_RECURRING: usize = 20;
const LARGEST_QUANTITY: i64 = 999_999;

enum Asked {
    Known(Value),
    New(AskedPrice),
}

/// A line as it is asked for.
pub(crate) struct AskedLine {
    price: Asked,
    quantity: i64,
    metadata: Value,
}

/// Reads all lines.
pub(crate) fn read(turn: &Turn<'_>, params: &Params) -> Result<Vec<AskedLine>, StripeError> {
    let mut lines = Vec::new();
    for line in params.list("line_items") {
        let price = match (line.text("price")?, line.child("price_data")) {
            (Some(id), None) => {
                let found = turn.world.stripe.objects.get(Kind::Price, &id).cloned();
                let param = line.name("price");
                let price = found.ok_or_else(|| StripeError::no_such_at(Kind::Price, &id, &param))?;
                if price["active"] != true {
                    return Err(StripeError::invalid(format!(
                        "The price specified is inactive. This field only accepts active prices: {id}"
                    ))
                    .param(param));
                }
                Asked::Known(price)
            }
            (None, Some(data)) => Asked::New(prices::read(turn, &data)?),
            (Some(_), Some(_)) => {
                return Err(StripeError::invalid(
                    "You may only specify one of these parameters: price, price_data.",
                ));
            }
            (None, None) => return Err(StripeError::missing(&line.name("price"))),
        };
        let quantity = line.int_from("quantity", 1)?;
        let quantity = quantity.ok_or_else(|| StripeError::missing(&line.name("quantity")))?;
        if quantity > LARGEST_QUANTITY {
            let message = format!("This value must be less than or equal to {LARGEST_QUANTITY}.");
            return Err(StripeError::invalid(message)
                .code("parameter_invalid_integer")
                .param(line.name("quantity")));
        }
        let metadata = metadata::read(&line, "metadata")?;
        lines.push(AskedLine {
            price,
            quantity,
            metadata,
        });
    }
    if lines.is_empty() {
        return Err(StripeError::missing("line_items"));
    }
    Ok(lines)
}

/// Checks the lines against the mode and each other; gives their currency.
pub(crate) fn check(lines: &[AskedLine], mode: &str) -> Result<String, StripeError> {
    let fields: Vec<_> = lines.iter().map(AskedLine::fields).collect();
    let recurring: Vec<_> = fields.iter().filter(|price| !price["recurring"].is_null()).collect();
    if mode == "payment" && !recurring.is_empty() {
        return Err(StripeError::invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only \
             one-time prices.",
        )
        .param("line_items"));
    }
    if mode == "subscription" && recurring.is_empty() {
        return Err(StripeError::invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
        )
        .param("line_items"));
    }
    let rhythm = |price: &&Value| {
        (
            price["recurring"]["interval"].clone(),
            price["recurring"]["interval_count"].clone(),
        )
    };
    if let Some(first) = recurring.first()
        && recurring.iter().any(|price| rhythm(price) != rhythm(first))
    {
        return Err(StripeError::invalid("All recurring prices must have the same interval.").param("line_items"));
    }
    if lines.len() > MOST_ONE_TIME || recurring.len() > MOST_RECURRING {
        return Err(StripeError::invalid(format!(
            "A session can have at most {MOST_ONE_TIME} line items, and {MOST_RECURRING} with recurring prices."
        ))
        .param("line_items"));
    }
    let currency = text(fields[0], "currency").to_owned();
    if fields.iter().any(|price| text(price, "currency") != currency) {
        return Err(StripeError::invalid("All line items must have the same currency.").param("line_items"));
    }
    Ok(currency)
}

impl AskedLine {
    fn fields(&self) -> &Value {
        match &self.price {
            Asked::Known(price) => price,
            Asked::New(asked) => asked.fields(),
        }
    }
}

/// What all lines come to, before any discount.
pub(crate) fn subtotal(lines: &[AskedLine]) -> i64 {
    lines
        .iter()
        .map(|line| number(line.fields(), "unit_amount").saturating_mul(line.quantity))
        .fold(0, i64::saturating_add)
}

/// The lines as Stripe shows them, before any discount.
pub(crate) fn make(turn: &mut Turn<'_>, lines: Vec<AskedLine>) -> Vec<Value> {
    let mut made = Vec::new();
    for line in lines {
        let price = match line.price {
            Asked::Known(price) => price,
            Asked::New(asked) => prices::make(turn, asked, false),
        };
        let product = turn.object(Kind::Product, text(&price, "product"));
        let subtotal = number(&price, "unit_amount").saturating_mul(line.quantity);
        made.push(json!({
            "id": turn.id("li_1", 23),
            "object": "item",
            "adjustable_quantity": null,
            "amount_discount": 0,
            "amount_subtotal": subtotal,
            "amount_tax": 0,
            "amount_total": subtotal,
            "currency": price["currency"],
            "description": product["name"],
            "metadata": line.metadata,
            "price": price,
            "quantity": line.quantity,
        }));
    }
    made
}

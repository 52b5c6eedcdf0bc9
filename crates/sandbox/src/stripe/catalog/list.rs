//! Lists of customers, products, prices, coupons and promotion codes, with their filters.

use serde_json::{Value, json};

use crate::stripe::{
    api::{errors::StripeError, list_objects::list_objects, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// GET on the address of one of these kinds.
pub(crate) fn list(turn: &Turn<'_>, kind: Kind, params: &Params) -> Result<Value, StripeError> {
    let (texts, flags): (&[&str], &[&str]) = match kind {
        Kind::Customer => (&["email"], &[]),
        Kind::Product => (&[], &["active", "shippable"]),
        Kind::Price => (&["currency", "product", "type"], &["active"]),
        Kind::PromotionCode => (&["code", "customer"], &["active"]),
        _ => (&[], &[]),
    };
    let mut wanted: Vec<(&str, Value)> = Vec::new();
    for name in texts {
        if let Some(value) = params.text(name)? {
            wanted.push((name, json!(value)));
        }
    }
    for name in flags {
        if let Some(value) = params.flag(name)? {
            wanted.push((name, json!(value)));
        }
    }
    let ids = if kind == Kind::Product {
        params.texts("ids")
    } else {
        Vec::new()
    };
    let keys = if kind == Kind::Price {
        params.texts("lookup_keys")
    } else {
        Vec::new()
    };
    let coupon = if kind == Kind::PromotionCode {
        params.text("coupon")?
    } else {
        None
    };
    list_objects(&turn.world.stripe.objects, kind, params, |value| {
        wanted.iter().all(|(name, wanted)| value[*name] == *wanted)
            && (ids.is_empty() || ids.iter().any(|id| text(value, "id") == id))
            && (keys.is_empty() || keys.iter().any(|key| text(value, "lookup_key") == key))
            && coupon
                .as_deref()
                .is_none_or(|coupon| text(&value["promotion"], "coupon") == coupon)
    })
}

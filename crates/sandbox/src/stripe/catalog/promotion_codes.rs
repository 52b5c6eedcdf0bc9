//! Promotion codes (`docs.stripe.com/api/promotion_codes`): what a customer types to get a coupon.

use serde_json::{Value, json};

use super::{coupons, metadata};
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::PROMOTION_CODE,
    objects::{Kind, filled, text},
    turn::Turn,
};

/// `POST /v1/promotion_codes`. The coupon stands in `promotion[coupon]`, before 2025-09 in `coupon`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&["expand"]);
    let coupon = match params.child("promotion") {
        Some(promotion) => {
            promotion.choice("type", &["coupon"])?;
            promotion.required("coupon")?
        }
        None => params
            .text("coupon")?
            .ok_or_else(|| StripeError::missing("promotion[coupon]"))?,
    };
    if turn.world.stripe.objects.get(Kind::Coupon, &coupon).is_none() {
        return Err(StripeError::no_such_at(Kind::Coupon, &coupon, "promotion[coupon]"));
    }
    let code = params.text("code")?.unwrap_or_else(|| turn.id("", 8).to_uppercase());
    let fields = json!({
        "active": params.flag("active")?.unwrap_or(true),
        "code": code,
        "expires_at": params.int("expires_at")?,
        "max_redemptions": params.int_from("max_redemptions", 1)?,
        "metadata": metadata::read(params, "metadata")?,
        "promotion": { "coupon": coupon, "type": "coupon" },
    });
    params.finish()?;
    if by_code(turn, &code).is_some() {
        let message = "An active promotion code with the same code already exists.";
        return Err(StripeError::invalid(message).param("code").at_work());
    }
    let mut promotion = filled(PROMOTION_CODE, fields);
    promotion["id"] = json!(turn.id("promo_1", 23));
    promotion["created"] = json!(turn.seconds());
    turn.insert(Kind::PromotionCode, &promotion);
    turn.emit("promotion_code.created", &promotion);
    Ok(promotion)
}

/// `POST /v1/promotion_codes/:id`.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let before = turn.find(Kind::PromotionCode, id)?;
    params.accept(&["expand"]);
    let mut fields = json!({ "metadata": metadata::merged(&before["metadata"], params, "metadata")? });
    if let Some(active) = params.flag("active")? {
        fields["active"] = json!(active);
    }
    params.finish()?;
    let (promotion, previous) = turn.set(Kind::PromotionCode, id, fields);
    turn.emit_update("promotion_code.updated", &promotion, previous);
    Ok(promotion)
}

/// The code that can be used now, in any case.
pub(crate) fn by_code(turn: &Turn<'_>, code: &str) -> Option<Value> {
    let found = turn.world.stripe.objects.of(Kind::PromotionCode);
    let mut found = found.filter(|promotion| text(promotion, "code").eq_ignore_ascii_case(code));
    found.find(|promotion| usable(turn, promotion)).cloned()
}

/// Whether code and coupon can still be used.
pub(crate) fn usable(turn: &Turn<'_>, promotion: &Value) -> bool {
    let over = promotion["expires_at"]
        .as_i64()
        .is_some_and(|end| end <= turn.seconds());
    let coupon = turn.object(Kind::Coupon, text(&promotion["promotion"], "coupon"));
    promotion["active"] == true && !over && coupons::usable(&coupon, turn.seconds())
}

//! Coupons (`docs.stripe.com/api/coupons`): so much, or so many percent, off.

use serde_json::{Value, json};

use super::metadata;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::COUPON,
    objects::{Kind, filled, number, text},
    turn::Turn,
};

/// `POST /v1/coupons`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&["expand"]);
    let percent = match params.text("percent_off")? {
        None => None,
        Some(text) => {
            let percent = text
                .parse::<f64>()
                .ok()
                .filter(|percent| *percent > 0.0 && *percent <= 100.0);
            Some(percent.ok_or_else(|| {
                StripeError::invalid("Invalid percent_off: must be larger than 0 and at most 100.").param("percent_off")
            })?)
        }
    };
    let amount = params.int_from("amount_off", 1)?;
    let currency = params.text("currency")?.map(|currency| currency.to_ascii_lowercase());
    match (percent, amount) {
        (Some(_), Some(_)) => {
            return Err(StripeError::invalid(
                "You may only specify one of these parameters: amount_off, percent_off.",
            ));
        }
        (None, None) => return Err(StripeError::missing("percent_off")),
        (None, Some(_)) if currency.is_none() => return Err(StripeError::missing("currency")),
        _ => {}
    }
    let duration = params.choice("duration", &["forever", "once", "repeating"])?;
    let duration = duration.unwrap_or_else(|| "once".to_owned());
    let months = params.int_from("duration_in_months", 1)?;
    if duration == "repeating" && months.is_none() {
        return Err(StripeError::missing("duration_in_months"));
    }
    let id = params.text("id")?;
    let fields = json!({
        "amount_off": amount,
        "currency": currency,
        "duration": duration,
        "duration_in_months": months,
        "max_redemptions": params.int_from("max_redemptions", 1)?,
        "metadata": metadata::read(params, "metadata")?,
        "name": params.text("name")?,
        "percent_off": percent,
        "redeem_by": params.int("redeem_by")?,
    });
    params.finish()?;
    if let Some(id) = id.as_deref().filter(|id| turn.world.stripe.objects.any(id).is_some()) {
        return Err(StripeError::invalid(format!("Coupon already exists: '{id}'"))
            .code("resource_already_exists")
            .at_work());
    }
    let mut coupon = filled(COUPON, fields);
    coupon["id"] = json!(id.unwrap_or_else(|| turn.id("", 8)));
    coupon["created"] = json!(turn.seconds());
    turn.insert(Kind::Coupon, &coupon);
    turn.emit("coupon.created", &coupon);
    Ok(coupon)
}

/// Whether the coupon can still be used.
pub(crate) fn usable(coupon: &Value, now: i64) -> bool {
    let used_up = coupon["max_redemptions"]
        .as_i64()
        .is_some_and(|most| number(coupon, "times_redeemed") >= most);
    let over = coupon["redeem_by"].as_i64().is_some_and(|end| end < now);
    coupon["valid"] == true && !used_up && !over
}

/// Counts a use.
pub(crate) fn redeem(turn: &mut Turn<'_>, coupon: &str, promotion_code: Option<&str>) {
    let used = number(&turn.object(Kind::Coupon, coupon), "times_redeemed") + 1;
    turn.set(Kind::Coupon, coupon, json!({ "times_redeemed": used }));
    let now = turn.seconds();
    let valid = usable(&turn.object(Kind::Coupon, coupon), now);
    turn.set(Kind::Coupon, coupon, json!({ "valid": valid }));
    if let Some(code) = promotion_code {
        let object = turn.object(Kind::PromotionCode, code);
        let used = number(&object, "times_redeemed") + 1;
        let spent = object["max_redemptions"].as_i64().is_some_and(|most| used >= most);
        let active = object["active"] == true && !spent;
        let fields = json!({ "times_redeemed": used, "active": active });
        turn.set(Kind::PromotionCode, text(&object, "id"), fields);
    }
}

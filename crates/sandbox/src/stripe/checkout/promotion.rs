//! Coupons and promotion codes on a session: those it is made with, and the one typed on the page.

use serde_json::Value;

use super::{memory::Discount, totals};
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    catalog::{coupons, promotion_codes},
    objects::{Kind, text},
    turn::Turn,
};

/// `discounts`, of which a session can have one.
pub(crate) fn read(turn: &Turn<'_>, params: &Params) -> Result<Option<Discount>, StripeError> {
    let mut asked = params.list("discounts").into_iter();
    let Some(first) = asked.next() else { return Ok(None) };
    if asked.next().is_some() {
        return Err(StripeError::invalid("You can only apply one discount to a session.").param("discounts"));
    }
    match (first.text("coupon")?, first.text("promotion_code")?) {
        (Some(coupon), None) => {
            let param = first.name("coupon");
            let found = turn.world.stripe.objects.get(Kind::Coupon, &coupon);
            let object = found.ok_or_else(|| StripeError::no_such_at(Kind::Coupon, &coupon, &param))?;
            if !coupons::usable(object, turn.seconds()) {
                return Err(
                    StripeError::invalid(format!("Coupon {coupon} is expired and cannot be applied."))
                        .code("coupon_expired")
                        .param(param),
                );
            }
            Ok(Some(Discount {
                coupon,
                promotion_code: None,
            }))
        }
        (None, Some(code)) => {
            let param = first.name("promotion_code");
            let found = turn.world.stripe.objects.get(Kind::PromotionCode, &code);
            let promotion = found.ok_or_else(|| StripeError::no_such_at(Kind::PromotionCode, &code, &param))?;
            if !promotion_codes::usable(turn, promotion) {
                return Err(StripeError::invalid("This promotion code cannot be redeemed.").param(param));
            }
            Ok(Some(of_promotion(promotion)))
        }
        _ => Err(
            StripeError::invalid("You must specify exactly one of these parameters: coupon, promotion_code.")
                .param("discounts"),
        ),
    }
}

/// A fixed amount off is off its own currency only.
pub(crate) fn check_currency(turn: &Turn<'_>, discount: &Discount, currency: &str) -> Result<(), StripeError> {
    let coupon = turn.object(Kind::Coupon, &discount.coupon);
    if coupon["amount_off"].is_null() || text(&coupon, "currency") == currency {
        return Ok(());
    }
    Err(StripeError::invalid("The coupon's currency is not the session's currency.").param("discounts"))
}

fn of_promotion(promotion: &Value) -> Discount {
    Discount {
        coupon: text(&promotion["promotion"], "coupon").to_owned(),
        promotion_code: Some(text(promotion, "id").to_owned()),
    }
}

/// The code typed on the page; an empty one takes the discount away. The session's page must allow codes.
pub(crate) fn type_code(turn: &mut Turn<'_>, session: &str, code: &str) -> Result<(), StripeError> {
    let object = turn.find(Kind::Session, session)?;
    if object["allow_promotion_codes"] != true {
        return Err(StripeError::invalid("This session takes no promotion codes."));
    }
    let discount = match code.trim() {
        "" => None,
        code => {
            let promotion = promotion_codes::by_code(turn, code);
            let promotion = promotion.ok_or_else(|| StripeError::invalid("This code is invalid."))?;
            let discount = of_promotion(&promotion);
            check_currency(turn, &discount, text(&object, "currency"))?;
            Some(discount)
        }
    };
    let mut checkout = turn.state().checkouts.remove(session).unwrap_or_default();
    let fields = totals::apply(turn, &mut checkout, discount);
    turn.state().checkouts.insert(session.to_owned(), checkout);
    turn.set(Kind::Session, session, fields);
    Ok(())
}

//! What a session comes to: its lines, less the discount, spread over them.

use serde_json::{Value, json};

use super::memory::{Checkout, Discount};
use crate::stripe::{
    money::percent_of,
    objects::{Kind, number},
    turn::Turn,
};

/// Takes the discount off the lines and gives the session's fields for it.
pub(crate) fn apply(turn: &Turn<'_>, checkout: &mut Checkout, discount: Option<Discount>) -> Value {
    let coupon = discount
        .as_ref()
        .map(|discount| turn.object(Kind::Coupon, &discount.coupon));
    let subtotal: i64 = checkout
        .line_items
        .iter()
        .map(|line| number(line, "amount_subtotal"))
        .sum();
    let off = coupon.as_ref().map_or(0, |coupon| amount_off(coupon, subtotal));
    spread(&mut checkout.line_items, off, subtotal);
    let shown = discount.iter().map(|discount| {
        // A code is shown as the code; its coupon only where there is none.
        let coupon = if discount.promotion_code.is_some() {
            None
        } else {
            Some(&discount.coupon)
        };
        json!({ "coupon": coupon, "promotion_code": discount.promotion_code })
    });
    let fields = json!({
        "amount_subtotal": subtotal,
        "amount_total": subtotal - off,
        "discounts": shown.collect::<Vec<_>>(),
        "total_details": { "amount_discount": off, "amount_shipping": 0, "amount_tax": 0 },
    });
    checkout.discount = discount;
    fields
}

/// What a coupon takes off an amount.
pub(crate) fn amount_off(coupon: &Value, amount: i64) -> i64 {
    let off = match (coupon["amount_off"].as_i64(), coupon["percent_off"].as_f64()) {
        (Some(off), _) => off,
        (None, Some(percent)) => percent_of(amount, percent),
        (None, None) => 0,
    };
    off.clamp(0, amount)
}

/// Every line takes its share; the last takes what rounding left.
fn spread(lines: &mut [Value], off: i64, subtotal: i64) {
    let count = lines.len();
    let mut left = off;
    for (at, line) in lines.iter_mut().enumerate() {
        let own = number(line, "amount_subtotal");
        let share = if at + 1 == count {
            left
        } else {
            own.saturating_mul(off)
                .checked_div(subtotal)
                .unwrap_or_default()
                .min(left)
        };
        left -= share;
        line["amount_discount"] = json!(share);
        line["amount_total"] = json!(own - share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_discount_add_up_to_it() {
        let mut lines: Vec<_> = [333, 333, 334]
            .map(|amount| json!({ "amount_subtotal": amount }))
            .into();
        spread(&mut lines, 100, 1000);
        let shares: Vec<_> = lines.iter().map(|line| number(line, "amount_discount")).collect();
        assert_eq!(shares, [33, 33, 34]);
        assert_eq!(number(&lines[2], "amount_total"), 300);
        assert_eq!(amount_off(&json!({ "amount_off": 2000 }), 1000), 1000);
        assert_eq!(amount_off(&json!({ "percent_off": 12.5 }), 1000), 125);
    }
}

//! Whether what was paid is what was asked for.

use timetap_providers::stripe::objects::Session;

use super::fetch_truth::SeenPayment;

/// Whether `seen` is the amount and the currency that the order asks for. It may be less only by what Stripe itself calls a
/// discount: the promotion code that somebody typed on its page.
pub(super) fn is_as_asked((asked, currency): (i64, &str), session: &Session, seen: &SeenPayment) -> bool {
    let off = session.discount();
    (0..=asked).contains(&off)
        && session.amount_subtotal == Some(asked)
        && session.amount_total == Some(asked - off)
        && session.amount_total == Some(seen.amount)
        && seen.currency == currency
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::the_price((5_000, 5_000, 0), (5_000, "EUR"), true)]
    #[case::less_a_discount((5_000, 4_000, 1_000), (4_000, "EUR"), true)]
    #[case::nothing_is_left((5_000, 0, 5_000), (0, "EUR"), true)]
    #[case::less_without_a_reason((5_000, 4_000, 0), (4_000, "EUR"), false)]
    #[case::less_than_the_discount_explains((5_000, 3_000, 1_000), (3_000, "EUR"), false)]
    #[case::a_discount_that_adds((5_000, 6_000, -1_000), (6_000, "EUR"), false)]
    #[case::less_came_than_was_due((5_000, 5_000, 0), (4_999, "EUR"), false)]
    #[case::another_order((4_000, 4_000, 0), (4_000, "EUR"), false)]
    #[case::other_money((5_000, 5_000, 0), (5_000, "USD"), false)]
    fn of_fifty_euros(
        #[case] (subtotal, total, off): (i64, i64, i64),
        #[case] (amount, currency): (i64, &str),
        #[case] expected: bool,
    ) {
        let session = json!({
            "id": "cs_1", "status": "complete", "payment_status": "paid", "mode": "payment",
            "amount_subtotal": subtotal, "amount_total": total, "total_details": { "amount_discount": off },
        });
        let session: Session = serde_json::from_value(session).unwrap();
        let seen = SeenPayment {
            provider_id: "cs_1".to_owned(),
            session_id: Some("cs_1".to_owned()),
            kind: "checkout",
            status: "succeeded",
            amount,
            currency: currency.to_owned(),
            intent: None,
            back: None,
            period: None,
            failure: None,
        };
        assert_eq!(is_as_asked((5_000, "EUR"), &session, &seen), expected);
    }
}

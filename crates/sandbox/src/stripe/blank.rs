//! The whole objects with all their fields, before anything is put in. Fields and defaults follow Stripe's OpenAPI
//! description (`github.com/stripe/openapi`, `openapi/fixtures3.json`).

pub(crate) const CHECKOUT_SESSION: &str = include_str!("blank/checkout_session.json");
pub(crate) const PAYMENT_INTENT: &str = include_str!("blank/payment_intent.json");
pub(crate) const CHARGE: &str = include_str!("blank/charge.json");
pub(crate) const BALANCE_TRANSACTION: &str = include_str!("blank/balance_transaction.json");
pub(crate) const PAYMENT_METHOD: &str = include_str!("blank/payment_method.json");
pub(crate) const CUSTOMER: &str = include_str!("blank/customer.json");
pub(crate) const PRODUCT: &str = include_str!("blank/product.json");
pub(crate) const PRICE: &str = include_str!("blank/price.json");
pub(crate) const COUPON: &str = include_str!("blank/coupon.json");
pub(crate) const PROMOTION_CODE: &str = include_str!("blank/promotion_code.json");
pub(crate) const REFUND: &str = include_str!("blank/refund.json");
pub(crate) const DISPUTE: &str = include_str!("blank/dispute.json");
pub(crate) const SUBSCRIPTION: &str = include_str!("blank/subscription.json");
pub(crate) const SUBSCRIPTION_ITEM: &str = include_str!("blank/subscription_item.json");
pub(crate) const PLAN: &str = include_str!("blank/plan.json");
pub(crate) const INVOICE: &str = include_str!("blank/invoice.json");
pub(crate) const INVOICE_LINE: &str = include_str!("blank/invoice_line.json");
pub(crate) const INVOICE_PAYMENT: &str = include_str!("blank/invoice_payment.json");

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_blank_is_an_object_that_names_itself() {
        for blank in [
            CHECKOUT_SESSION,
            PAYMENT_INTENT,
            CHARGE,
            BALANCE_TRANSACTION,
            PAYMENT_METHOD,
            CUSTOMER,
            PRODUCT,
            PRICE,
            COUPON,
            PROMOTION_CODE,
            REFUND,
            DISPUTE,
            SUBSCRIPTION,
            SUBSCRIPTION_ITEM,
            PLAN,
            INVOICE,
            INVOICE_LINE,
            INVOICE_PAYMENT,
        ] {
            let value: Value = serde_json::from_str(blank).unwrap();
            assert!(value["object"].is_string() && value["id"] == "", "{value}");
        }
    }
}

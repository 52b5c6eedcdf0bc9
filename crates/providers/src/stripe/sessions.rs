//! Checkout Sessions: Stripe's page on which an order is paid (docs.stripe.com/api/checkout/sessions).

use std::collections::HashMap;

use jiff::Timestamp;
use stripe_checkout::CheckoutSessionMode;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAllowedPaymentMethodTypes, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionLineItemsPriceDataRecurring,
    CreateCheckoutSessionLineItemsPriceDataRecurringInterval, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionSubscriptionData, ExpireCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_client_core::StripeRequest;
use stripe_types::Currency;

use super::client::StripeClient;
use super::error::StripeError;
use super::objects::Session;

/// What is to be paid on a session's page.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The order, which comes back with everything that Stripe tells.
    pub order_id: String,
    /// Its number for people.
    pub order_number: String,
    /// Of all lines.
    pub currency: String,
    /// What is bought.
    pub lines: Vec<NewLine>,
    /// Who pays.
    pub email: String,
    /// From half an hour to a day ahead.
    pub expires_at: Timestamp,
    /// Where people go when they have paid.
    pub success_url: String,
    /// Where they go when they turn back.
    pub cancel_url: String,
}

/// One thing that is bought.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// What it is called.
    pub name: String,
    /// The price of one, in minor units.
    pub unit_minor: i64,
    /// How many.
    pub quantity: u64,
    /// Whether it is paid again every week.
    pub weekly: bool,
}

impl StripeClient {
    /// Makes a session. Under one `key` there is one.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn create_session(&self, new: &NewSession, key: &str) -> Result<Session, StripeError> {
        let refused = |param: &str| StripeError::Refused {
            code: "unusable".to_owned(),
            param: param.to_owned(),
        };
        let currency: Currency = new
            .currency
            .to_ascii_lowercase()
            .parse()
            .map_err(|_| refused("currency"))?;
        let lines: Vec<_> = new.lines.iter().map(|line| line_item(line, &currency)).collect();
        let metadata = HashMap::from([
            ("order_id".to_owned(), new.order_id.clone()),
            ("order_number".to_owned(), new.order_number.clone()),
        ]);
        let subscribes = new.lines.iter().any(|line| line.weekly);
        let request = CreateCheckoutSession::new()
            .line_items(lines)
            .client_reference_id(new.order_id.as_str())
            .metadata(metadata.clone())
            .customer_email(new.email.as_str())
            .allow_promotion_codes(true)
            .expires_at(new.expires_at.as_second())
            .success_url(new.success_url.as_str())
            .cancel_url(new.cancel_url.as_str());
        let request = if subscribes {
            let mut data = CreateCheckoutSessionSubscriptionData::new();
            data.metadata = Some(metadata);
            // What tells at once whether it pays: of a debit that takes days, the first week would be held for days, and each
            // later one would look unpaid until then.
            let at_once = [
                CreateCheckoutSessionAllowedPaymentMethodTypes::Card,
                CreateCheckoutSessionAllowedPaymentMethodTypes::Link,
            ];
            request
                .mode(CheckoutSessionMode::Subscription)
                .allowed_payment_method_types(at_once)
                .subscription_data(data)
        } else {
            let mut data = CreateCheckoutSessionPaymentIntentData::new();
            data.metadata = Some(metadata);
            request.mode(CheckoutSessionMode::Payment).payment_intent_data(data)
        };
        self.send("create_session", request.build(), Some(key)).await
    }

    /// A session as it is now, with its payment and charge whole.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_session(&self, id: &str) -> Result<Session, StripeError> {
        let request = RetrieveCheckoutSession::new(id).expand(vec!["payment_intent.latest_charge".to_owned()]);
        self.send("retrieve_session", request.build(), None).await
    }

    /// Ends an open session, so that nobody can pay any more.
    ///
    /// # Errors
    /// See [`StripeError`]; [`StripeError::Refused`] where it is not open.
    pub async fn expire_session(&self, id: &str) -> Result<Session, StripeError> {
        self.send("expire_session", ExpireCheckoutSession::new(id).build(), None)
            .await
    }
}

fn line_item(line: &NewLine, currency: &Currency) -> CreateCheckoutSessionLineItems {
    let mut data = CreateCheckoutSessionLineItemsPriceData::new(currency.clone());
    data.unit_amount = Some(line.unit_minor);
    data.product_data = Some(ProductData::new(line.name.as_str()));
    data.recurring = line.weekly.then(|| {
        CreateCheckoutSessionLineItemsPriceDataRecurring::new(
            CreateCheckoutSessionLineItemsPriceDataRecurringInterval::Week,
        )
    });
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(data);
    item.quantity = Some(line.quantity);
    item
}

//! Payments, what went back of them, and who disputes them.

use std::collections::HashMap;

use stripe_client_core::StripeRequest;
use stripe_core::charge::RetrieveCharge;
use stripe_core::dispute::{ListDispute, RetrieveDispute};
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};

use super::client::StripeClient;
use super::error::StripeError;
use super::objects::{Charge, Dispute, Intent, List, Refund};

/// The longest page of a list. No payment is given back in more parts than an order has items.
const PAGE: i64 = 100;

impl StripeClient {
    /// A payment as it is now, with its charge whole.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_intent(&self, id: &str) -> Result<Intent, StripeError> {
        let request = RetrievePaymentIntent::new(id).expand(vec!["latest_charge".to_owned()]);
        self.send("retrieve_intent", request.build(), None).await
    }

    /// A charge as it is now.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_charge(&self, id: &str) -> Result<Charge, StripeError> {
        self.send("retrieve_charge", RetrieveCharge::new(id).build(), None)
            .await
    }

    /// Gives `amount` of a payment back; `refund_id` is written into it. Under one `key` there is one refund.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn create_refund(
        &self,
        intent: &str,
        amount: i64,
        refund_id: &str,
        key: &str,
    ) -> Result<Refund, StripeError> {
        let request = CreateRefund::new()
            .payment_intent(intent)
            .amount(amount)
            .metadata(HashMap::from([("refund_id".to_owned(), refund_id.to_owned())]));
        self.send("create_refund", request.build(), Some(key)).await
    }

    /// A refund as it is now.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_refund(&self, id: &str) -> Result<Refund, StripeError> {
        self.send("retrieve_refund", RetrieveRefund::new(id).build(), None)
            .await
    }

    /// All refunds of a payment.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn list_refunds(&self, intent: &str) -> Result<Vec<Refund>, StripeError> {
        let request = ListRefund::new().payment_intent(intent).limit(PAGE);
        let list: List<Refund> = self.send("list_refunds", request.build(), None).await?;
        Ok(list.data)
    }

    /// A dispute as it is now.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_dispute(&self, id: &str) -> Result<Dispute, StripeError> {
        self.send("retrieve_dispute", RetrieveDispute::new(id).build(), None)
            .await
    }

    /// All disputes of a payment.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn list_disputes(&self, intent: &str) -> Result<Vec<Dispute>, StripeError> {
        let request = ListDispute::new().payment_intent(intent).limit(PAGE);
        let list: List<Dispute> = self.send("list_disputes", request.build(), None).await?;
        Ok(list.data)
    }
}

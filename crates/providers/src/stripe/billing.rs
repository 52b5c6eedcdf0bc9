//! Subscriptions and their bills.

use stripe_billing::invoice::{ListInvoice, RetrieveInvoice};
use stripe_billing::subscription::{CancelSubscription, RetrieveSubscription, UpdateSubscription};
use stripe_client_core::StripeRequest;

use super::client::StripeClient;
use super::error::StripeError;
use super::objects::{Invoice, List, Subscription};

/// So many of the newest bills are looked at: two years of weeks. Older ones were seen long ago.
const NEWEST: i64 = 100;

impl StripeClient {
    /// A subscription as it is now.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_subscription(&self, id: &str) -> Result<Subscription, StripeError> {
        self.send("retrieve_subscription", RetrieveSubscription::new(id).build(), None)
            .await
    }

    /// Ends a subscription at once.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn cancel_subscription(&self, id: &str) -> Result<Subscription, StripeError> {
        self.send("cancel_subscription", CancelSubscription::new(id).build(), None)
            .await
    }

    /// Lets a subscription end when what is paid for is over.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn end_subscription(&self, id: &str) -> Result<Subscription, StripeError> {
        let request = UpdateSubscription::new(id).cancel_at_period_end(true);
        self.send("end_subscription", request.build(), None).await
    }

    /// A bill as it is now.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn retrieve_invoice(&self, id: &str) -> Result<Invoice, StripeError> {
        self.send("retrieve_invoice", RetrieveInvoice::new(id).build(), None)
            .await
    }

    /// The newest bills of a subscription, with what paid them.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn list_invoices(&self, subscription: &str) -> Result<Vec<Invoice>, StripeError> {
        let request = ListInvoice::new()
            .subscription(subscription)
            .expand(vec!["data.payments".to_owned()])
            .limit(NEWEST);
        let list: List<Invoice> = self.send("list_invoices", request.build(), None).await?;
        Ok(list.data)
    }
}

//! What Stripe has told lately, for whoever missed it (docs.stripe.com/api/events/list: the last thirty days).

use jiff::Timestamp;
use serde::Deserialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::client::StripeClient;
use super::error::StripeError;
use super::event_envelope::EventEnvelope;

/// The longest page.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Page {
    data: Vec<serde_json::Value>,
    has_more: bool,
}

impl StripeClient {
    /// A page of events since an instant, the newest first, from after the event of id `after` on; and whether there are
    /// more. What cannot be read as an event is left out.
    ///
    /// # Errors
    /// See [`StripeError`].
    pub async fn list_events(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<(Vec<EventEnvelope>, bool), StripeError> {
        let mut request = RequestBuilder::new(StripeMethod::Get, "/events");
        let mut query = format!("limit={PAGE}&created[gte]={}", since.as_second());
        if let Some(after) = after {
            query.push_str("&starting_after=");
            query.push_str(after);
        }
        request.query = Some(query);
        let page: Page = self.send("list_events", request, None).await?;
        let events = page.data.iter().filter_map(|event| {
            let bytes = serde_json::to_vec(event).ok()?;
            EventEnvelope::read(&bytes).ok()
        });
        Ok((events.collect(), page.has_more))
    }
}

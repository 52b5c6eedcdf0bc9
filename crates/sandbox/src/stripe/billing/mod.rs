//! Subscriptions and their invoices (`docs.stripe.com/billing/subscriptions/overview`), on a clock that can be moved.

pub(crate) mod cancel_subscription;
pub(crate) mod invoice;
pub(crate) mod list;
pub(crate) mod memory;
pub(crate) mod pay_invoice;
pub(crate) mod period;
pub(crate) mod renew;
pub(crate) mod start;
pub(crate) mod update_subscription;

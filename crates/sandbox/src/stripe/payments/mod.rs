//! Money that moves: payment intents and their charges, refunds, disputes.

pub(crate) mod cancel_payment_intent;
pub(crate) mod charge;
pub(crate) mod create_payment_intent;
pub(crate) mod create_refund;
pub(crate) mod declines;
pub(crate) mod disputes;
pub(crate) mod list;
pub(crate) mod payment_method;
pub(crate) mod settle_refund;

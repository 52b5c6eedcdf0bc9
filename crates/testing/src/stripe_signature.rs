//! Signs messages as Stripe does.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that Stripe sends with `body` at the second `at` to an endpoint of this signing secret
/// (docs.stripe.com/webhooks/signatures, "Verify webhook signatures manually").
///
/// # Panics
/// Never: HMAC takes keys of any length.
pub fn stripe_signature(secret: &str, body: &str, at: i64) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(at.to_string()).chain_update(b".").chain_update(body);
    format!("t={at},v1={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

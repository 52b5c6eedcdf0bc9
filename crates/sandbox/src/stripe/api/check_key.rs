//! Who may call: whoever holds the secret key (`docs.stripe.com/api/authentication`).

use subtle::ConstantTimeEq;

use super::{errors::StripeError, request::Incoming};

/// Refuses a request without the sandbox's secret key.
pub(crate) fn check_key(incoming: &Incoming, secret: &str) -> Result<(), StripeError> {
    let refuse = |message: String| Err(StripeError::new(401, "invalid_request_error", message));
    let Some(key) = incoming.key().filter(|key| !key.is_empty()) else {
        return refuse(
            "You did not provide an API key. Provide it in the Authorization header, using Bearer auth (e.g. \
             'Authorization: Bearer YOUR_SECRET_KEY')."
                .to_owned(),
        );
    };
    if bool::from(key.as_bytes().ct_eq(secret.as_bytes())) {
        return Ok(());
    }
    // Only the ends are shown, as at Stripe: a key in a log is a key lost.
    let last: String = key
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let first: String = key.chars().take(8).collect();
    let shown = if key.len() > 16 {
        format!("{first}****{last}")
    } else {
        "****".to_owned()
    };
    refuse(format!("Invalid API Key provided: {shown}"))
}

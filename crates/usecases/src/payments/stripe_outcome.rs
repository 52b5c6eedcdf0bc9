//! What a refusal of Stripe's means for the job that met it.

use timetap_providers::stripe::StripeError;

use super::look_at_payment::LookError;
use crate::jobs::JobOutcome;
use crate::platform::unexpected::Unexpected;

/// The outcome, with words for the operator.
pub(super) fn outcome_of(error: &StripeError) -> JobOutcome {
    let message = match error {
        StripeError::Key { .. } => "Stripe does not accept stripe_secret_key.".to_owned(),
        StripeError::Refused { code, param } => format!("Stripe refused the request: {code} {param}").trim().to_owned(),
        StripeError::NotFound => "Stripe knows no such object in this account.".to_owned(),
        StripeError::KeyUsedOtherwise => "Stripe knows the request's key from another request.".to_owned(),
        StripeError::KeyInUse => "The same request is being worked on at Stripe.".to_owned(),
        StripeError::RateLimited { .. } => "Stripe asked for fewer requests.".to_owned(),
        StripeError::Unavailable { status, .. } => format!("Stripe is unavailable (status {status})."),
        StripeError::Timeout => "Stripe did not answer in time.".to_owned(),
        StripeError::Unreachable => "Stripe cannot be reached.".to_owned(),
        StripeError::BrokenAnswer => "Stripe's answer was lost or cannot be read.".to_owned(),
    };
    // What was kept under an idempotency key is asked for under another one, so that trying again makes sense.
    if error.is_transient() || *error == StripeError::KeyUsedOtherwise {
        JobOutcome::Backoff {
            code: error.code().to_owned(),
            message,
            retry_after: error.retry_after(),
        }
    } else {
        JobOutcome::dead(error.code(), message)
    }
}

/// The outcome of a look at an order.
pub(super) fn outcome_of_look(error: LookError) -> Result<JobOutcome, Unexpected> {
    match error {
        LookError::NotFound => Ok(JobOutcome::Done),
        LookError::Stripe(error) => Ok(outcome_of(&error)),
        LookError::Unexpected(error) => Err(error),
    }
}

/// Work for Stripe that nobody can do, because there is no Stripe.
pub(super) fn not_configured() -> JobOutcome {
    JobOutcome::backoff("stripe_not_configured", "stripe_secret_key is not set.")
}

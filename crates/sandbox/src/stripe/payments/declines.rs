//! Why a card is declined: the codes of `docs.stripe.com/declines/codes` that the sandbox plays.

use crate::stripe::api::errors::StripeError;

/// A reason, with the error code, the decline code and the words it comes with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decline {
    pub name: &'static str,
    pub code: &'static str,
    pub issuer_code: Option<&'static str>,
    pub message: &'static str,
}

pub(crate) const DECLINES: [Decline; 8] = [
    Decline {
        name: "generic_decline",
        code: "card_declined",
        issuer_code: Some("generic_decline"),
        message: "Your card was declined.",
    },
    Decline {
        name: "insufficient_funds",
        code: "card_declined",
        issuer_code: Some("insufficient_funds"),
        message: "Your card has insufficient funds.",
    },
    Decline {
        name: "lost_card",
        code: "card_declined",
        issuer_code: Some("lost_card"),
        message: "Your card was declined.",
    },
    Decline {
        name: "stolen_card",
        code: "card_declined",
        issuer_code: Some("stolen_card"),
        message: "Your card was declined.",
    },
    Decline {
        name: "expired_card",
        code: "expired_card",
        issuer_code: None,
        message: "Your card has expired.",
    },
    Decline {
        name: "incorrect_cvc",
        code: "incorrect_cvc",
        issuer_code: None,
        message: "Your card's security code is incorrect.",
    },
    Decline {
        name: "processing_error",
        code: "processing_error",
        issuer_code: None,
        message: "An error occurred while processing your card. Try again in a little bit.",
    },
    Decline {
        name: "fraudulent",
        code: "card_declined",
        issuer_code: Some("fraudulent"),
        message: "Your card was declined.",
    },
];

/// What failed authentication is called.
pub(crate) const NOT_AUTHENTICATED: Decline = Decline {
    name: "authentication_failed",
    code: "payment_intent_authentication_failure",
    issuer_code: None,
    message: "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
};

/// What a bank debit that bounced is called.
pub(crate) const BOUNCED: Decline = Decline {
    name: "debit_failed",
    code: "payment_intent_payment_attempt_failed",
    issuer_code: None,
    message: "The payment failed.",
};

/// The decline of that name.
pub(crate) fn find(name: &str) -> Result<Decline, StripeError> {
    DECLINES
        .iter()
        .find(|decline| decline.name == name)
        .copied()
        .ok_or_else(|| {
            let known: Vec<_> = DECLINES.iter().map(|decline| decline.name).collect();
            StripeError::invalid(format!("Unknown decline \"{name}\". Use one of: {}.", known.join(", ")))
        })
}

//! Lets the forms of a page lead to the payment page, which stands on another site.

use http::{HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use timetap_usecases::TimeTap;

use crate::shell::content_security_policy;

/// A form that is answered with the way to Stripe is stopped by browsers unless the page's policy names it. Only pages with
/// such a form say so.
pub fn allow_payment_pages(app: &TimeTap) {
    let (Some(stripe), Some(nonce)) = (&app.stripe, use_nonce()) else {
        return;
    };
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
        return;
    };
    let policy = content_security_policy(nonce.as_inner(), &stripe.payment_pages());
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

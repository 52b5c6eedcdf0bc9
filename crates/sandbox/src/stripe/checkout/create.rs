//! `POST /v1/checkout/sessions` (`docs.stripe.com/api/checkout/sessions/create`).

use serde_json::{Value, json};
use url::Url;

use super::{memory::Checkout, promotion, read_line_items, totals};
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::CHECKOUT_SESSION,
    catalog::metadata,
    due::Due,
    money::{LARGEST, minimum, shown},
    objects::{Kind, filled},
    payments::payment_method::delayed_method,
    turn::Turn,
};

const SHORTEST: i64 = 30 * 60;
const LONGEST: i64 = 24 * 60 * 60;
const LONGEST_REFERENCE: usize = 200;

/// Parameters that change nothing that the sandbox shows or does.
const WITHOUT_EFFECT: [&str; 14] = [
    "billing_address_collection",
    "branding_settings",
    "consent_collection",
    "custom_text",
    "customer_update",
    "integration_identifier",
    "locale",
    "name_collection",
    "payment_method_collection",
    "payment_method_options",
    "phone_number_collection",
    "saved_payment_method_options",
    "submit_type",
    "wallet_options",
];

/// Makes a session.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&WITHOUT_EFFECT);
    let mode = params.choice("mode", &["payment", "subscription"])?;
    let mode = mode.ok_or_else(|| StripeError::missing("mode"))?;
    params.choice("ui_mode", &["hosted", "hosted_page"])?;
    for switch in [
        "automatic_tax",
        "invoice_creation",
        "adaptive_pricing",
        "after_expiration[recovery]",
    ] {
        refuse_switched_on(params, switch)?;
    }
    let success_url = read_url(params, "success_url")?.ok_or_else(|| StripeError::missing("success_url"))?;
    let cancel_url = read_url(params, "cancel_url")?;
    let reference = params.text("client_reference_id")?;
    if reference
        .as_ref()
        .is_some_and(|reference| reference.chars().count() > LONGEST_REFERENCE)
    {
        let message = format!("Invalid string: must be at most {LONGEST_REFERENCE} characters.");
        return Err(StripeError::invalid(message).param("client_reference_id"));
    }
    let expires_at = read_expiry(turn, params)?;
    let (customer, email) = read_customer(turn, params)?;
    let creation = params.choice("customer_creation", &["always", "if_required"])?;
    if mode == "subscription" && creation.is_some() {
        return Err(
            StripeError::invalid("`customer_creation` can only be used in `payment` mode.").param("customer_creation"),
        );
    }
    let codes = params.flag("allow_promotion_codes")?;
    let discount = promotion::read(turn, params)?;
    if codes.is_some() && discount.is_some() {
        return Err(StripeError::invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
        ));
    }
    let intent_data = read_intent_data(params, &mode)?;
    let subscription_data = read_subscription_data(params, &mode)?;
    let session_metadata = metadata::read(params, "metadata")?;
    let asked_currency = params.text("currency")?;
    let types = params.texts("payment_method_types");
    let allowed = params.texts("allowed_payment_method_types");
    let lines = read_line_items::read(turn, params)?;
    let currency = read_line_items::check(&lines, &mode)?;
    if asked_currency.is_some_and(|asked| asked.to_ascii_lowercase() != currency) {
        return Err(StripeError::invalid("The line items are not in this currency.").param("currency"));
    }
    let subtotal = read_line_items::subtotal(&lines);
    let off = match &discount {
        Some(discount) => {
            promotion::check_currency(turn, discount, &currency)?;
            totals::amount_off(&turn.object(Kind::Coupon, &discount.coupon), subtotal)
        }
        None => 0,
    };
    check_total(subtotal - off, &currency)?;
    params.finish()?;
    let types = if types.is_empty() {
        let mut usual = usual_types(&currency);
        usual.retain(|kind| allowed.is_empty() || allowed.contains(kind));
        usual
    } else {
        types
    };
    if types.is_empty() {
        let error = StripeError::invalid("None of the allowed payment method types can be used here.");
        return Err(error.param("allowed_payment_method_types"));
    }

    let mut checkout = Checkout {
        line_items: read_line_items::make(turn, lines),
        intent_data,
        subscription_data,
        ..Checkout::default()
    };
    let amounts = totals::apply(turn, &mut checkout, discount);
    let id = turn.id("cs_test_a1", 58);
    let creation = creation.or_else(|| (mode == "payment").then(|| "if_required".to_owned()));
    let mut session = filled(CHECKOUT_SESSION, amounts);
    let fields = json!({
        "id": id,
        "allow_promotion_codes": codes,
        "cancel_url": cancel_url,
        "client_reference_id": reference,
        "created": turn.seconds(),
        "currency": currency,
        "customer": customer,
        "customer_creation": if customer.is_some() { None } else { creation },
        "customer_details": email.as_ref().map(|email| details_of(email, None)),
        "customer_email": email,
        "expires_at": expires_at,
        "metadata": session_metadata,
        "mode": mode,
        "payment_method_collection": if mode == "payment" { "if_required" } else { "always" },
        "payment_method_types": types,
        "success_url": success_url,
        "url": format!("{}/stripe/c/pay/{id}", turn.base_url),
    });
    if let (Value::Object(session), Value::Object(fields)) = (&mut session, fields) {
        session.extend(fields);
    }
    turn.insert(Kind::Session, &session);
    turn.state().checkouts.insert(id.clone(), checkout);
    // Sessions live on the sandbox's clock: moving Stripe's clock later brings their end nearer by as much.
    let ahead = turn.world.stripe.ahead;
    turn.state().due.add(expires_at + ahead, Due::ExpireSession(id));
    turn.effect("session.created", &session, reference.as_deref().unwrap_or_default());
    Ok(session)
}

/// `customer_details` of a payer.
pub(crate) fn details_of(email: &str, name: Option<&str>) -> Value {
    json!({
        "address": name.map(|_| json!({
            "city": null, "country": "US", "line1": null, "line2": null, "postal_code": null, "state": null,
        })),
        "business_name": null,
        "email": email,
        "individual_name": name,
        "name": name,
        "phone": null,
        "tax_exempt": "none",
        "tax_ids": [],
    })
}

/// Cards, and where the currency has one, a debit that settles later.
fn usual_types(currency: &str) -> Vec<String> {
    let types = ["card"].into_iter().chain(delayed_method(currency));
    types.map(str::to_owned).collect()
}

fn refuse_switched_on(params: &Params, name: &str) -> Result<(), StripeError> {
    let Some(child) = params.child(name) else { return Ok(()) };
    if child.flag("enabled")? == Some(true) {
        let message = format!("The sandbox does not play {}.", child.name("enabled"));
        return Err(StripeError::invalid(message).param(child.name("enabled")));
    }
    Ok(())
}

fn read_url(params: &Params, name: &str) -> Result<Option<String>, StripeError> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let web = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if web {
        return Ok(Some(text));
    }
    Err(StripeError::invalid("Not a valid URL").code("url_invalid").param(name))
}

/// Between half an hour and a day from now; a day when absent.
fn read_expiry(turn: &Turn<'_>, params: &Params) -> Result<i64, StripeError> {
    let now = turn.seconds();
    let Some(at) = params.int("expires_at")? else {
        return Ok(now + LONGEST);
    };
    let refuse = |message: &str| Err(StripeError::invalid(message).param("expires_at"));
    if at < now + SHORTEST {
        return refuse("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.");
    }
    if at > now + LONGEST {
        return refuse("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.");
    }
    Ok(at)
}

fn read_customer(turn: &Turn<'_>, params: &Params) -> Result<(Option<String>, Option<String>), StripeError> {
    let (customer, email) = (params.text("customer")?, params.text("customer_email")?);
    if customer.is_some() && email.is_some() {
        return Err(StripeError::invalid(
            "You may only specify one of these parameters: customer, customer_email.",
        ));
    }
    if let Some(id) = &customer
        && turn.world.stripe.objects.get(Kind::Customer, id).is_none()
    {
        return Err(StripeError::no_such_at(Kind::Customer, id, "customer"));
    }
    if let Some(email) = email.as_deref().filter(|email| !email.contains('@')) {
        return Err(StripeError::invalid(format!("Invalid email address: {email}"))
            .code("email_invalid")
            .param("customer_email"));
    }
    Ok((customer, email))
}

fn read_intent_data(params: &Params, mode: &str) -> Result<Value, StripeError> {
    let Some(data) = params.child("payment_intent_data") else {
        return Ok(json!({ "metadata": {} }));
    };
    if mode != "payment" {
        let message = "You can not pass `payment_intent_data` in `subscription` mode.";
        return Err(StripeError::invalid(message).param("payment_intent_data"));
    }
    data.choice("capture_method", &["automatic", "automatic_async"])?;
    Ok(json!({
        "description": data.text("description")?,
        "metadata": metadata::read(&data, "metadata")?,
        "receipt_email": data.text("receipt_email")?,
        "setup_future_usage": data.choice("setup_future_usage", &["off_session", "on_session"])?,
        "statement_descriptor": data.text("statement_descriptor")?,
        "statement_descriptor_suffix": data.text("statement_descriptor_suffix")?,
    }))
}

fn read_subscription_data(params: &Params, mode: &str) -> Result<Value, StripeError> {
    let Some(data) = params.child("subscription_data") else {
        return Ok(json!({ "metadata": {} }));
    };
    if mode != "subscription" {
        let message = "You can not pass `subscription_data` in `payment` mode.";
        return Err(StripeError::invalid(message).param("subscription_data"));
    }
    data.accept(&["billing_mode", "proration_behavior", "trial_settings"]);
    Ok(json!({
        "description": data.text("description")?,
        "metadata": metadata::read(&data, "metadata")?,
    }))
}

/// Nothing at all is fine; a little is too little.
fn check_total(total: i64, currency: &str) -> Result<(), StripeError> {
    let least = minimum(currency);
    if total != 0 && total < least {
        return Err(StripeError::invalid(format!(
            "The Checkout Session's total amount due must add up to at least {}.",
            shown(least, currency)
        ))
        .code("amount_too_small"));
    }
    if total > LARGEST {
        return Err(StripeError::invalid(format!(
            "The Checkout Session's total amount must be no more than {}.",
            shown(LARGEST, currency)
        ))
        .code("amount_too_large"));
    }
    Ok(())
}

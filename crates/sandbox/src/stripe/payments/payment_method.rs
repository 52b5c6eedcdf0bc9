//! What is paid with: a test card, or a bank account that settles later.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::stripe::{
    blank::PAYMENT_METHOD,
    objects::{Kind, filled},
    turn::Turn,
};

/// Who pays, as typed on the payment page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Payer {
    pub email: String,
    pub name: Option<String>,
}

impl Payer {
    pub(crate) fn billing_details(&self) -> Value {
        let address = json!({
            "city": null, "country": "US", "line1": null, "line2": null, "postal_code": null, "state": null,
        });
        json!({ "address": address, "email": self.email, "name": self.name, "phone": null, "tax_id": null })
    }
}

/// The debit that settles later in this currency.
pub(crate) fn delayed_method(currency: &str) -> Option<&'static str> {
    match currency {
        "eur" => Some("sepa_debit"),
        "usd" => Some("us_bank_account"),
        "gbp" => Some("bacs_debit"),
        "aud" => Some("au_becs_debit"),
        "cad" => Some("acss_debit"),
        _ => None,
    }
}

/// A new payment method, of a customer or of nobody.
pub(crate) fn make(turn: &mut Turn<'_>, kind: &str, payer: &Payer, customer: Option<&str>) -> Value {
    let mut method = filled(
        PAYMENT_METHOD,
        json!({
            "id": turn.id("pm_1", 23),
            "billing_details": payer.billing_details(),
            "created": turn.seconds(),
            "customer": customer,
            "type": kind,
        }),
    );
    method[kind] = if kind == "card" {
        json!({
            "brand": "visa",
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US",
            "display_brand": "visa",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "SandboxCard42424",
            "funding": "credit",
            "generated_from": null,
            "last4": "4242",
            "networks": { "available": ["visa"], "preferred": null },
            "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        })
    } else {
        bank_details(kind)
    };
    turn.insert(Kind::PaymentMethod, &method);
    if customer.is_some() {
        turn.emit("payment_method.attached", &method);
    }
    method
}

fn bank_details(kind: &str) -> Value {
    match kind {
        "us_bank_account" => json!({
            "account_holder_type": "individual", "account_type": "checking", "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": null, "fingerprint": "SandboxBank67890", "last4": "6789",
            "networks": { "preferred": "ach", "supported": ["ach"] }, "routing_number": "110000000",
            "status_details": {},
        }),
        "sepa_debit" => json!({
            "bank_code": "37040044", "branch_code": null, "country": "DE", "fingerprint": "SandboxBank3000",
            "generated_from": { "charge": null, "setup_attempt": null }, "last4": "3000",
        }),
        "bacs_debit" => json!({ "fingerprint": "SandboxBank12345", "last4": "2345", "sort_code": "108800" }),
        "au_becs_debit" => json!({ "bsb_number": "000000", "fingerprint": "SandboxBank3456", "last4": "3456" }),
        _ => json!({
            "bank_name": "STRIPE TEST BANK", "fingerprint": "SandboxBank6789", "institution_number": "000",
            "last4": "6789", "transit_number": "11000",
        }),
    }
}

/// `payment_method_details` of a charge with the method.
pub(crate) fn details(method: &Value, amount: i64, authenticated: bool) -> Value {
    let kind = method["type"].as_str().unwrap_or("card");
    if kind != "card" {
        // What stands in a charge about a debit: the same few fields, and the mandate that there is none of here.
        let mut bank = method[kind].clone();
        if let Some(bank) = bank.as_object_mut() {
            for only_in_methods in [
                "financial_connections_account",
                "networks",
                "status_details",
                "generated_from",
            ] {
                bank.remove(only_in_methods);
            }
            bank.insert("mandate".to_owned(), Value::Null);
        }
        let mut details = json!({ "type": kind });
        details[kind] = bank;
        return details;
    }
    let secure = authenticated.then(|| {
        json!({
            "authentication_flow": "challenge", "electronic_commerce_indicator": "05", "exemption_indicator": null,
            "result": "authenticated", "result_reason": null,
            "transaction_id": "00000000-0000-4000-8000-000000000000", "version": "2.2.0",
        })
    });
    json!({
        "card": {
            "amount_authorized": amount,
            "authorization_code": null,
            "brand": "visa",
            "checks": method["card"]["checks"],
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "extended_authorization": { "status": "disabled" },
            "fingerprint": "SandboxCard42424",
            "funding": "credit",
            "incremental_authorization": { "status": "unavailable" },
            "installments": null,
            "last4": "4242",
            "mandate": null,
            "multicapture": { "status": "unavailable" },
            "network": "visa",
            "network_token": { "used": false },
            "network_transaction_id": "104102978678771",
            "overcapture": { "maximum_amount_capturable": amount, "status": "unavailable" },
            "regulated_status": "unregulated",
            "three_d_secure": secure,
            "wallet": null,
        },
        "type": "card",
    })
}

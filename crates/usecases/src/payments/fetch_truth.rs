//! Asks Stripe how everything about one order stands. What it told by itself is a hint that something has changed; only what
//! it answers here is believed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use timetap_core::orders::Dispute;
use timetap_providers::stripe::objects::{Intent, Invoice, Refund, Session, Subscription};
use timetap_providers::stripe::{StripeClient, StripeError};
use timetap_store::entities::{order, payment, refund};

/// How everything about one order stands at Stripe.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    /// The sessions that were looked at, the order's own first.
    pub sessions: Vec<Session>,
    /// The payments, in the order in which they came.
    pub payments: Vec<SeenPayment>,
    /// The subscription that it began.
    pub subscription: Option<Subscription>,
}

/// A payment as it stands at Stripe.
#[derive(Clone, Debug)]
pub(super) struct SeenPayment {
    /// The session's id, or the invoice's.
    pub provider_id: String,
    /// The session in which it was made; nothing for later invoices.
    pub session_id: Option<String>,
    /// `checkout` or `invoice`.
    pub kind: &'static str,
    /// `processing`, `succeeded` or `failed`.
    pub status: &'static str,
    /// In minor units.
    pub amount: i64,
    /// In capitals.
    pub currency: String,
    /// The payment intent, where there was anything to pay.
    pub intent: Option<String>,
    /// What went back of it, where that was looked at.
    pub back: Option<Back>,
    /// What an invoice pays for.
    pub period: Option<(Timestamp, Timestamp)>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// What went back of a payment, and who wants it back.
#[derive(Clone, Debug, Default)]
pub(super) struct Back {
    /// How much, in minor units.
    pub refunded: i64,
    /// How.
    pub refunds: Vec<Refund>,
    /// How the disputes about it stand: the worst of them.
    pub dispute: Option<Dispute>,
}

/// What is known already and may need a second look.
pub(super) struct Known<'a> {
    /// The order.
    pub order: &'a order::Model,
    /// Its payments.
    pub payments: &'a [payment::Model],
    /// Its refunds.
    pub refunds: &'a [refund::Model],
}

/// What an event pointed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    /// A session that may be another one than the order's own.
    pub session: Option<String>,
    /// A payment intent of which something may have gone back.
    pub intent: Option<String>,
}

/// Asks everything.
pub(super) async fn fetch_truth(stripe: &StripeClient, known: &Known<'_>, hints: &Hints) -> Result<Truth, StripeError> {
    let mut truth = Truth::default();
    let own = known.order.stripe_session_id.clone();
    let paid = known.payments.iter().filter(|payment| payment.kind == "checkout");
    let paid = paid.map(|payment| payment.provider_id.clone());
    let ids: Vec<String> = own.into_iter().chain(paid).chain(hints.session.clone()).collect();
    for id in &ids {
        if truth.sessions.iter().any(|seen| seen.id == *id) {
            continue;
        }
        let session = stripe.retrieve_session(id).await?;
        // Somebody else's session, named by mistake, is none of this order's.
        if session.client_reference_id.as_deref() == Some(known.order.id.to_string().as_str()) {
            truth.sessions.push(session);
        }
    }
    let sessions = truth.sessions.clone();
    for session in &sessions {
        if session.status.as_deref() != Some("complete") {
            continue;
        }
        if session.mode == "subscription" {
            subscribed(stripe, known, hints, session, &mut truth).await?;
        } else {
            truth.payments.push(checkout(stripe, session).await?);
        }
    }
    Ok(truth)
}

/// The payment of a session that is complete.
async fn checkout(stripe: &StripeClient, session: &Session) -> Result<SeenPayment, StripeError> {
    let intent = match &session.payment_intent {
        None => None,
        Some(intent) => match intent.whole() {
            Some(whole) => Some(whole.clone()),
            None => Some(stripe.retrieve_intent(intent.id()).await?),
        },
    };
    let status = match &intent {
        _ if session.is_paid() => "succeeded",
        Some(intent) if intent.status == "processing" => "processing",
        Some(intent) if matches!(intent.status.as_str(), "requires_payment_method" | "canceled") => "failed",
        _ => "processing",
    };
    let failure = intent.as_ref().and_then(|intent| intent.last_payment_error.as_ref());
    let back = match &intent {
        Some(intent) if status == "succeeded" => Some(given_back(stripe, intent).await?),
        _ => None,
    };
    Ok(SeenPayment {
        provider_id: session.id.clone(),
        session_id: Some(session.id.clone()),
        kind: "checkout",
        status,
        amount: match &intent {
            Some(intent) if status == "succeeded" => intent.amount_received,
            _ => session.amount_total.unwrap_or_default(),
        },
        currency: session.currency.clone().unwrap_or_default().to_ascii_uppercase(),
        failure: failure.and_then(|error| error.code.clone()),
        intent: intent.map(|intent| intent.id),
        back,
        period: None,
    })
}

/// What went back of a payment that succeeded.
async fn given_back(stripe: &StripeClient, intent: &Intent) -> Result<Back, StripeError> {
    let Some(charge) = &intent.latest_charge else {
        return Ok(Back::default());
    };
    let charge = match charge.whole() {
        Some(whole) => whole.clone(),
        None => stripe.retrieve_charge(charge.id()).await?,
    };
    let dispute = if charge.disputed {
        worst(
            stripe
                .list_disputes(&intent.id)
                .await?
                .iter()
                .map(|one| one.status.as_str()),
        )
    } else {
        None
    };
    Ok(Back {
        refunded: charge.amount_refunded,
        // Also where nothing counts as given back: a refund may have failed.
        refunds: stripe.list_refunds(&intent.id).await?,
        dispute,
    })
}

/// Of several disputes the one that matters (`docs.stripe.com/api/disputes/object#dispute_object-status`).
fn worst<'a>(statuses: impl Iterator<Item = &'a str>) -> Option<Dispute> {
    let states = statuses.map(|status| match status {
        "won" | "warning_closed" | "prevented" => Dispute::Won,
        "lost" => Dispute::Lost,
        _ => Dispute::Open,
    });
    states.max_by_key(|state| match state {
        Dispute::Won => 0,
        Dispute::Lost => 1,
        Dispute::Open => 2,
    })
}

/// The subscription of a session that is complete, and its bills.
async fn subscribed(
    stripe: &StripeClient,
    known: &Known<'_>,
    hints: &Hints,
    session: &Session,
    truth: &mut Truth,
) -> Result<(), StripeError> {
    let Some(subscription) = &session.subscription else {
        return Ok(());
    };
    let mut invoices = stripe.list_invoices(subscription.id()).await?;
    // The oldest first, as they came.
    invoices.reverse();
    let first = session.invoice.as_ref().map(|invoice| invoice.id().to_owned());
    let looked_at: BTreeSet<&str> = hints
        .intent
        .as_deref()
        .into_iter()
        .chain(known.refunds.iter().filter_map(|refund| {
            let payment = known
                .payments
                .iter()
                .find(|payment| Some(payment.id) == refund.payment_id)?;
            payment.payment_intent_id.as_deref()
        }))
        .collect();
    for invoice in &invoices {
        let Some(mut seen) = bill(invoice) else { continue };
        if first.as_deref() == Some(invoice.id.as_str()) {
            seen.session_id = Some(session.id.clone());
        }
        if let Some(intent) = seen.intent.as_deref().filter(|intent| looked_at.contains(intent)) {
            let intent = stripe.retrieve_intent(intent).await?;
            seen.back = Some(given_back(stripe, &intent).await?);
        }
        truth.payments.push(seen);
    }
    // The order's own comes first, and the first one counts.
    if truth.subscription.is_none() {
        truth.subscription = Some(stripe.retrieve_subscription(subscription.id()).await?);
    }
    Ok(())
}

/// A bill as a payment; nothing where nobody has tried to pay it yet.
fn bill(invoice: &Invoice) -> Option<SeenPayment> {
    let status = match invoice.status.as_deref() {
        Some("paid") => "succeeded",
        Some("open" | "uncollectible" | "void") if invoice.attempt_count > 0 => "failed",
        _ => return None,
    };
    Some(SeenPayment {
        provider_id: invoice.id.clone(),
        session_id: None,
        kind: "invoice",
        status,
        // Of one that could not be paid nothing was: what matters then is what it asks for.
        amount: if status == "succeeded" {
            invoice.amount_paid
        } else {
            invoice.amount_due
        },
        currency: invoice.currency.to_ascii_uppercase(),
        intent: invoice.payment_intent().map(str::to_owned),
        back: None,
        period: invoice.period(),
        failure: None,
    })
}

//! What was just done with an order, or was not.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_usecases::orders::OrderView;

use crate::components::Tone;
use crate::components::notice::Notice;

/// What was just done, or not, from the codes in the address; nothing of what does not hold any more.
pub fn said(view: &OrderView, code: &str, item: &str, now: Timestamp) -> Option<impl IntoView + use<>> {
    let payable = view.can_be_paid(now) && !view.is_processing();
    let (tone, sentence) = match code {
        "not_paid" | "try_again" | "cannot_pay" if !payable => return None,
        "not_paid" => (Tone::Neutral, "You came back without paying. Nothing was charged."),
        "try_again" => (
            Tone::Warning,
            "The payment page cannot be reached at the moment. Nothing was charged, and everything is still held for you.",
        ),
        "cannot_pay" => (
            Tone::Warning,
            "This cannot be paid online at the moment. Nothing was charged; please tell who runs this site.",
        ),
        "cancelled" => (Tone::Success, cancelled(view, item)),
        _ => return None,
    };
    Some(view! { <Notice tone=tone>{sentence}</Notice> })
}

/// What becomes of an item that was cancelled, and of its money.
fn cancelled(view: &OrderView, item: &str) -> &'static str {
    let found = view.items.iter().find(|known| known.item.id.to_string() == item);
    let back = view
        .refunds
        .iter()
        .any(|refund| refund.order_item_id.is_some_and(|id| id.to_string() == item) && refund.status != "failed");
    match found {
        Some(found) if found.item.template_id.is_some() => "It ends when what is paid for is over.",
        _ if back => "Cancelled. What you get back is on its way.",
        _ => "Cancelled.",
    }
}

//! What is said of an order, its things and its money.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use timetap_core::money::Money;
use timetap_core::orders::OrderStatus;
use timetap_core::times::{format_date_long, format_time, format_weekday, zone_label};
use timetap_store::UnixMillis;
use timetap_store::entities::subscription;
use timetap_usecases::orders::{OrderSide, OrderView};

use crate::components::Tone;
use crate::components::icon::Icon;

/// The first sentence of its page.
pub fn heading(view: &OrderView, now: Timestamp) -> String {
    let count = |status: &str| view.items.iter().filter(|item| item.item.status == status).count();
    match view.status {
        _ if view.side != OrderSide::Customer => format!("Order {}", view.order.number),
        OrderStatus::AwaitingPayment if view.is_processing() => "Your bank is working on it".to_owned(),
        OrderStatus::AwaitingPayment if view.can_be_paid(now) => "Held for you, not paid yet".to_owned(),
        OrderStatus::Expired if view.has_failed() => "The payment did not go through".to_owned(),
        OrderStatus::AwaitingPayment | OrderStatus::Draft | OrderStatus::Expired => {
            "The time to pay ran out".to_owned()
        }
        OrderStatus::Cancelled => "You called this order off".to_owned(),
        _ if count("booked") == 0 && count("lost") > 0 => "This could not be booked".to_owned(),
        _ if count("booked") == 0 => "This order is cancelled".to_owned(),
        _ => match see_you(view, now) {
            Some(day) => format!("Booked. See you {day}."),
            None => "This order is done".to_owned(),
        },
    }
}

/// "today", "on Tuesday", "on Monday 14 December".
fn see_you(view: &OrderView, now: Timestamp) -> Option<String> {
    let zone = &view.zone;
    let start = view
        .items
        .iter()
        .filter(|item| item.item.status == "booked")
        .flat_map(|item| &item.spans)
        .map(|span| span.start)
        .filter(|start| *start > now)
        .min()?;
    if zone.to_datetime(start).date() == zone.to_datetime(now).date() {
        return Some("today".to_owned());
    }
    let soon = now
        .checked_add(SignedDuration::from_hours(6 * 24))
        .is_ok_and(|limit| start < limit);
    Some(if soon {
        format!("on {}", format_weekday(start, zone))
    } else {
        let date = format_date_long(start, zone);
        format!("on {}", date.rsplit_once(' ').map_or(date.as_str(), |(day, _)| day))
    })
}

/// The sentence under the heading, where one is needed.
pub fn explanation(view: &OrderView, now: Timestamp) -> Option<String> {
    let email = &view.order.customer_email;
    let lost = view.items.iter().filter(|item| item.item.status == "lost").count();
    match view.status {
        _ if view.side != OrderSide::Customer => None,
        OrderStatus::AwaitingPayment if view.is_processing() => Some(format!(
            "Some ways to pay take a few days. Everything stays held for you, and we write to {email} as soon as the money is here."
        )),
        OrderStatus::AwaitingPayment if view.can_be_paid(now) => None,
        // The hold goes on for a little, and where Stripe does not answer until it does: a payment may be on its way here.
        OrderStatus::AwaitingPayment => Some(format!(
            "If you paid in the last moment, this page shows it soon, and an e-mail to {email} says so. Otherwise nothing is \
             charged, and what was held for you becomes free again."
        )),
        OrderStatus::Draft | OrderStatus::Expired => Some(
            "Nothing was charged, and what was held for you is free again. What you chose is still in your cart."
                .to_owned(),
        ),
        OrderStatus::Cancelled => Some("Nothing was charged, and what was held for you is free again.".to_owned()),
        OrderStatus::Disputed => Some("Your bank is looking at this payment.".to_owned()),
        _ if lost > 0 => Some(
            // Somebody else was faster than a late payment, its date was called off, or it was another amount.
            "When your payment arrived, it could not be booked. You get back what you paid for it.".to_owned(),
        ),
        _ => Some(format!("The confirmation goes to {email}.")),
    }
}

/// How a weekly subscription stands, and whether it needs somebody's hand.
pub fn subscription_words(subscription: &subscription::Model, zone: &TimeZone) -> Option<(String, bool)> {
    let day = |at: UnixMillis| format_date_long(at.timestamp(), zone);
    let until = subscription.paid_until.map(day);
    Some(match (subscription.status.as_str(), until) {
        ("cancelled", _) => (format!("It ended on {}.", day(subscription.ended_at?)), false),
        ("past_due", _) => (
            "The last payment did not go through. It is tried again in the next days; until it is paid, no further dates \
             are booked."
                .to_owned(),
            true,
        ),
        (_, Some(until)) if subscription.cancel_at_period_end => {
            (format!("It ends on {until}. What is paid for still takes place."), false)
        }
        ("active", Some(until)) => (
            format!("Paid until {until}. It goes on week by week until you end it."),
            false,
        ),
        _ => return None,
    })
}

/// A thing's state: word, tone, icon. Nothing where it goes without saying.
pub fn item_state(status: &str) -> Option<(&'static str, Tone, Icon)> {
    Some(match status {
        "booked" => ("Booked", Tone::Success, Icon::Check),
        "held" => ("Held for you", Tone::Neutral, Icon::Clock),
        "lost" => ("Could not be booked", Tone::Warning, Icon::Alert),
        "cancelled" => ("Cancelled", Tone::Neutral, Icon::Cross),
        _ => return None,
    })
}

/// The order's state as a chip.
pub fn order_state(status: OrderStatus) -> (Tone, Icon) {
    match status {
        OrderStatus::Paid => (Tone::Success, Icon::Check),
        OrderStatus::AwaitingPayment | OrderStatus::Draft => (Tone::Neutral, Icon::Clock),
        OrderStatus::Disputed => (Tone::Warning, Icon::Alert),
        _ => (Tone::Neutral, Icon::Info),
    }
}

/// "14:32 (Europe/Madrid, GMT+1)".
pub fn until_when(view: &OrderView, until: Timestamp) -> String {
    format!("{} ({})", format_time(until, &view.zone), zone_label(&view.zone, until))
}

/// "28 minutes left".
pub fn time_left(until: Timestamp, now: Timestamp) -> String {
    match until.duration_since(now).as_mins() {
        ..=0 => "less than a minute left".to_owned(),
        1 => "1 minute left".to_owned(),
        many => format!("{many} minutes left"),
    }
}

/// What goes back of what was paid when the customer cancels now.
pub fn refund_words(back: Money, paid: Money) -> String {
    match back.minor {
        _ if paid.minor == 0 => "There was nothing to pay, so nothing goes back.".to_owned(),
        0 => "It is too late to get money back for this.".to_owned(),
        minor if minor < paid.minor => format!("It is close to the beginning, so you get back {back} of it."),
        _ => format!("You get back {back}."),
    }
}

//! Mails about an order: to its customer, and to the staff of what was booked with it.

use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use timetap_store::accounts::list_admins::list_admins;
use timetap_store::entities::order;
use timetap_store::messages::insert_message::{NewMessage, insert_messages};
use timetap_store::orders::list_appointments::list_appointments;
use uuid::Uuid;

use super::owe_booking_mails::{BookingEvent, after_grace, owe_mails_to, waits_for_link};
use crate::jobs::{Job, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What happened to an order that its people should read about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum OrderEvent {
    /// It is paid, or free, and its items are booked: the appointments are in the database. Waits a few seconds for Meet
    /// links and goes without those that are not there. Each of the staff gets a notice per appointment.
    Confirmed,
    /// The time to pay ran out.
    Expired,
    /// The payment failed after all, as a bank debit can days later.
    PaymentFailed,
    /// It was paid, but these could not be had any more; their money goes back. Their rows of `refunds` are there.
    Lost {
        /// The items.
        item_ids: Vec<Uuid>,
    },
    /// Money went back. What went back for an item that was lost is told with that.
    Refunded {
        /// The row of `refunds`.
        refund_id: Uuid,
    },
    /// Money that was to go back did not: Stripe or the bank did not take it. Who runs the installation is told too, since
    /// they have to give it back by another way.
    RefundFailed {
        /// The row of `refunds`.
        refund_id: Uuid,
    },
    /// The next period of a subscription is paid.
    SubscriptionRenewed {
        /// The row of `payments`.
        payment_id: Uuid,
    },
    /// The next period of a subscription could not be paid.
    SubscriptionFailed {
        /// The row of `payments`.
        payment_id: Uuid,
    },
    /// A subscription ended, or will at the end of what is paid.
    SubscriptionEnded {
        /// The row of `subscriptions`.
        subscription_id: Uuid,
    },
}

impl OrderEvent {
    /// The kind as it stands in `messages.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Confirmed => "order_confirmed",
            Self::Expired => "order_expired",
            Self::PaymentFailed => "order_payment_failed",
            Self::Lost { .. } => "order_lost",
            Self::Refunded { .. } => "order_refunded",
            Self::RefundFailed { .. } => "order_refund_failed",
            Self::SubscriptionRenewed { .. } => "subscription_renewed",
            Self::SubscriptionFailed { .. } => "subscription_failed",
            Self::SubscriptionEnded { .. } => "subscription_ended",
        }
    }

    /// What the mail is about within its kind: the same is told once.
    fn about(&self, order: &order::Model) -> Uuid {
        match self {
            Self::Confirmed | Self::Expired | Self::PaymentFailed => order.id,
            // The same items are lost once; one that is lost later is news.
            Self::Lost { item_ids } => item_ids.iter().min().copied().unwrap_or(order.id),
            Self::Refunded { refund_id } | Self::RefundFailed { refund_id } => *refund_id,
            Self::SubscriptionRenewed { payment_id } | Self::SubscriptionFailed { payment_id } => *payment_id,
            Self::SubscriptionEnded { subscription_id } => *subscription_id,
        }
    }
}

/// Owes the mails about `event`, on the open transaction `on`, after everything that they speak of is in it. `order` is the
/// one after the change. Owing the same twice owes it once.
///
/// # Errors
/// The database refuses, or a mail cannot be sealed.
pub async fn owe_order_mails(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    event: &OrderEvent,
) -> Result<(), Unexpected> {
    let mut when = When::Now;
    if *event == OrderEvent::Confirmed {
        for appointment in list_appointments(on, order.id).await? {
            // The later weeks of a subscription were said with the first.
            if appointment.run != 0 || appointment.status != "scheduled" {
                continue;
            }
            if waits_for_link(&appointment) {
                when = after_grace(app);
            }
            owe_mails_to(on, app, &appointment, &BookingEvent::Booked, &["host"]).await?;
        }
    }
    let mut mails = vec![make_mail(app, order, event, "customer", &order.customer_email)?];
    if matches!(event, OrderEvent::RefundFailed { .. }) {
        for admin in list_admins(on).await? {
            mails.push(make_mail(app, order, event, "host", &admin.email)?);
        }
    }
    let owed = insert_messages(on, &mails, app.clock.now()).await?;
    let jobs: Vec<Job> = owed
        .into_iter()
        .map(|message_id| Job::SendMessage { message_id })
        .collect();
    enqueue_jobs(on, app, &jobs, when).await
}

fn make_mail(
    app: &TimeTap,
    order: &order::Model,
    event: &OrderEvent,
    audience: &'static str,
    recipient: &str,
) -> Result<NewMessage, Unexpected> {
    let id = app.entropy.uuid(app.clock.now());
    let plain = serde_json::to_string(event).map_err(|error| Unexpected::Internal(error.to_string()))?;
    let payload = app
        .keys
        .seal(&SecretString::from(plain), "messages.payload_sealed", id, &app.entropy)?;
    let (kind, about) = (event.kind(), event.about(order));
    // Of those who offer there may be several.
    let whom = match audience {
        "customer" => audience.to_owned(),
        _ => format!("{audience}:{recipient}"),
    };
    Ok(NewMessage {
        id,
        dedupe_key: format!("{kind}:{about}:{whom}"),
        message_id: app
            .settings
            .message_id(&format!("{kind}-{audience}"), about, recipient, 0),
        kind,
        appointment_id: None,
        order_id: Some(order.id),
        user_id: None,
        recipient: recipient.to_owned(),
        audience,
        payload_sealed: Some(payload),
    })
}

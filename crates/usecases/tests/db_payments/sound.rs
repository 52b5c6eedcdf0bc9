//! What must be true of every order once nothing is left to be done.

use jiff::SignedDuration;
use sea_orm::EntityTrait;
use timetap_providers::http::{Timeouts, build_client};
use timetap_store::entities::{appointment, order, order_item, payment, refund};

use super::support::Till;

impl Till {
    /// What must be true of every order once nothing is left to be done: paid means booked or given back, each thing once, and
    /// Stripe has the same figures.
    pub async fn sound(&self) {
        let orders = order::Entity::find().all(self.app().db.reader()).await.unwrap();
        for order in orders {
            self.sound_order(&order).await;
        }
        let twice = "SELECT count(*) FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.id < b.id \
                     WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
        assert_eq!(self.count(twice).await, 0, "overlapping time");
    }

    pub async fn sound_order(&self, order: &order::Model) {
        let (items, refunds) = (self.items(order.id).await, self.refunds(order.id).await);
        let payments = self.payments(order.id).await;
        let said = format!("{order:#?} {items:#?} {refunds:#?} {payments:#?}");
        let paid: i64 = payments
            .iter()
            .filter(|payment| payment.status == "succeeded")
            .map(|payment| payment.amount_minor)
            .sum();
        assert_eq!(order.paid_minor, paid, "{said}");
        for payment in &payments {
            let Some(intent) = &payment.payment_intent_id else {
                continue;
            };
            let intent = self.stripe().stripe_object(intent).unwrap();
            let charge = self
                .stripe()
                .stripe_object(intent["latest_charge"].as_str().unwrap_or_default());
            let there = charge.map_or(0, |charge| charge["amount_refunded"].as_i64().unwrap());
            assert_eq!(payment.refunded_minor, there, "{said}");
        }
        self.sound_refunds(&payments, &refunds, &said);
        let worth = match &order.stripe_session_id {
            Some(session) if order.paid_at.is_some() => self.worth(session).await,
            _ => Vec::new(),
        };
        for (place, item) in items.iter().enumerate() {
            let appointments = self.appointments(order.id).await;
            let of_item: Vec<_> = appointments
                .into_iter()
                .filter(|appointment| appointment.order_item_id == Some(item.id))
                .collect();
            let live = of_item.iter().filter(|one| one.status == "scheduled").count();
            let worth = worth.get(place).copied().unwrap_or_default();
            let back = Back::of(order, item, &payments, &refunds);
            match (order.paid_at.is_some(), item.status.as_str()) {
                (true, "booked") => {
                    assert!(live == 1 || item.kind == "subscription", "{live} appointments: {said}");
                    if matches!(item.kind.as_str(), "session" | "party") {
                        let firm = format!(
                            "SELECT count(*) FROM claims WHERE kind = 'firm' AND appointment_id IS NOT NULL \
                             AND order_item_id = {}",
                            self.literal(item.id)
                        );
                        let needs = 1 + i64::from(item.room_id.is_some());
                        assert_eq!(self.count(&firm).await, needs, "booked without its time: {said}");
                    }
                    // Of a subscription single weeks may have been called off.
                    let weeks = item.kind == "subscription" && back.own.iter().all(|one| one.reason == "cancelled");
                    assert!(
                        back.whole.is_empty() && (back.own.is_empty() || weeks),
                        "booked and given back: {said}"
                    );
                }
                (true, "lost" | "cancelled") => {
                    assert!(live == 0 || item.kind == "subscription", "{said}");
                    if let [whole] = back.whole[..] {
                        assert!(back.own.is_empty(), "given back twice: {said}");
                        assert_eq!(Some(whole.amount_minor), back.paid, "not all of it went back: {said}");
                    } else if item.kind != "subscription" || item.status == "lost" {
                        assert!(back.whole.is_empty(), "given back twice: {said}");
                        back.sound(item, of_item.first(), worth, &said);
                    }
                }
                (false, "held" | "released") => assert!(live == 0 && back.own.is_empty(), "{said}"),
                _ => panic!("an item stands as it never may: {said}"),
            }
        }
        let ended = matches!(order.status.as_str(), "refunded" | "expired" | "cancelled");
        if ended {
            for item in &items {
                let sql = format!(
                    "SELECT count(*) FROM claims WHERE order_item_id = {}",
                    self.literal(item.id)
                );
                assert_eq!(self.count(&sql).await, 0, "holds of what is over: {said}");
            }
        }
    }
}

impl Till {
    /// What each thing of a paid order was worth: what Stripe's page asked for it, discounts taken off.
    async fn worth(&self, session: &str) -> Vec<i64> {
        let http = build_client(Timeouts::default()).unwrap();
        let lines = format!(
            "{}v1/checkout/sessions/{session}/line_items",
            self.program.sandbox.stripe_url()
        );
        let answer = http.get(lines).bearer_auth("sk_test_sandbox").send().await.unwrap();
        let answer: serde_json::Value = answer.error_for_status().unwrap().json().await.unwrap();
        let lines = answer["data"].as_array().unwrap();
        lines
            .iter()
            .map(|line| line["amount_total"].as_i64().unwrap())
            .collect()
    }

    /// What went back at Stripe is what was written down, one row for each, and of no payment more than came.
    fn sound_refunds(&self, payments: &[payment::Model], refunds: &[refund::Model], said: &str) {
        let there = self.stripe().stripe_objects("refund");
        for payment in payments {
            let of_it = refunds.iter().filter(|row| row.payment_id == Some(payment.id));
            let going: i64 = of_it
                .filter(|row| row.status != "failed")
                .map(|row| row.amount_minor)
                .sum();
            assert!(going <= payment.amount_minor, "more goes back than came: {said}");
            let Some(intent) = &payment.payment_intent_id else {
                continue;
            };
            for made in there.iter().filter(|made| made["payment_intent"] == *intent.as_str()) {
                let rows: Vec<_> = refunds
                    .iter()
                    .filter(|row| row.provider_id.as_deref() == made["id"].as_str())
                    .collect();
                assert_eq!(rows.len(), 1, "{made:#?} {said}");
                assert_eq!(made["amount"].as_i64(), Some(rows[0].amount_minor), "{said}");
                let ours = rows[0].reason != "outside";
                let named = made["metadata"]["refund_id"] == *rows[0].id.to_string().as_str();
                assert!(named || !ours, "{made:#?} {said}");
            }
        }
    }
}

/// What goes back of an item, or of everything with it.
struct Back<'a> {
    /// For this item.
    own: Vec<&'a refund::Model>,
    /// For all of the order.
    whole: Vec<&'a refund::Model>,
    /// With what the order was paid.
    paid: Option<i64>,
    /// What of that went back for other reasons.
    elsewhere: i64,
}

impl<'a> Back<'a> {
    fn of(
        order: &order::Model,
        item: &order_item::Model,
        payments: &[payment::Model],
        refunds: &'a [refund::Model],
    ) -> Self {
        let payment = payments.iter().find(|row| {
            let asked = order.stripe_session_id.as_ref() == Some(&row.provider_id);
            row.status == "succeeded" && (asked || row.kind == "invoice")
        });
        let of_payment = |row: &&refund::Model| row.payment_id == payment.map(|payment| payment.id);
        let is_ours = |row: &&refund::Model| matches!(row.reason.as_str(), "lost" | "cancelled");
        let own: Vec<_> = refunds
            .iter()
            .filter(|row| row.order_item_id == Some(item.id))
            .collect();
        let whole = refunds
            .iter()
            .filter(|row| row.order_item_id.is_none() && is_ours(row) && of_payment(row));
        let elsewhere = refunds
            .iter()
            .filter(|row| row.order_item_id != Some(item.id) && row.status != "failed" && of_payment(row));
        Self {
            whole: whole.collect(),
            paid: payment.map(|payment| payment.amount_minor),
            elsewhere: elsewhere.map(|row| row.amount_minor).sum(),
            own,
        }
    }

    /// What is lost, or cancelled by the host, goes back whole; what the customer cancels, by the rules under which it was
    /// bought.
    fn sound(&self, item: &order_item::Model, cancelled: Option<&appointment::Model>, worth: i64, said: &str) {
        let reason = if item.status == "lost" { "lost" } else { "cancelled" };
        let by_customer = match cancelled {
            Some(appointment) if item.status == "cancelled" => {
                (appointment.cancelled_by.as_deref() == Some("customer")).then_some(appointment)
            }
            _ => None,
        };
        let owed = match by_customer {
            None => worth,
            Some(appointment) => {
                let (starts, at) = (
                    appointment.starts_at.timestamp(),
                    appointment.cancelled_at.unwrap().timestamp(),
                );
                let in_time = SignedDuration::from_mins(item.refund_until_minutes.unwrap());
                match starts.duration_since(at) {
                    left if left <= SignedDuration::ZERO => 0,
                    left if left >= in_time => worth,
                    _ => worth * item.late_refund_percent.unwrap() / 100,
                }
            }
        };
        // Of what has gone back by hand already, nothing goes back again.
        let left = (self.paid.unwrap_or_default() - self.elsewhere).max(0);
        let amount: i64 = self.own.iter().map(|row| row.amount_minor).sum();
        // Stripe rounds the discount line by line, and we share out what was paid.
        let near = |owed: i64| (amount - owed).abs() <= 2;
        assert!(
            self.own.len() <= 1 && (near(owed) || near(owed.min(left))),
            "{} of {owed} goes back for a thing that is {}: {said}",
            amount,
            item.status
        );
        assert!(self.own.iter().all(|row| row.reason == reason), "{said}");
    }
}

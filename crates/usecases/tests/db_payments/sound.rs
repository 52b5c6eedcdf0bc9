//! What must be true of every order once nothing is left to be done.

use sea_orm::EntityTrait;
use timetap_store::entities::order;

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
        for item in &items {
            let mut live = 0;
            for appointment in self.appointments(order.id).await {
                let of_item = appointment.order_item_id == Some(item.id) && appointment.status == "scheduled";
                live += i64::from(of_item);
            }
            let back: Vec<_> = refunds
                .iter()
                .filter(|refund| refund.order_item_id == Some(item.id))
                .collect();
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
                    assert!(
                        back.iter().all(|refund| refund.reason != "lost"),
                        "booked and given back: {said}"
                    );
                }
                (true, "lost" | "cancelled") => {
                    assert!(live == 0 || item.kind == "subscription", "{said}");
                    let whole = refunds.iter().any(|refund| refund.order_item_id.is_none());
                    let free = item.unit_minor == 0 || paid == 0;
                    assert!(
                        item.status == "cancelled" || back.len() == 1 || whole || free,
                        "neither booked nor given back: {said}"
                    );
                }
                (false, "held" | "released") => assert!(live == 0 && back.is_empty(), "{said}"),
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

//! A shop with a Stripe: buying, paying, telling the program about it, and what must be true in the end.

use std::sync::Mutex;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use serde_json::Value;
use sha2::Sha256;
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{Control, FaultKind, FaultRule, PayWith, SessionOutcome};
use timetap_store::UnixMillis;
use timetap_store::entities::{appointment, cart, cart_item, order, order_item, payment, refund, subscription};
use timetap_testing::{Engine, ProgramOptions, STRIPE_SIGNING_SECRET, ShopScene, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{DraftItem, Placed, place_order};
use timetap_usecases::payments::{CheckoutStart, ReceiveError, open_checkout, receive_event};
use uuid::Uuid;

pub struct Till {
    pub program: TestProgram,
    pub scene: ShopScene,
    /// How many of Stripe's events were told already.
    told: Mutex<usize>,
}

impl Till {
    pub async fn open(engine: Engine) -> Self {
        let options = ProgramOptions {
            stripe: true,
            ..ProgramOptions::default()
        };
        let program = TestProgram::start_with(engine, options).await;
        let scene = ShopScene::new();
        scene.insert(&program.app).await;
        Self {
            program,
            scene,
            told: Mutex::new(0),
        }
    }

    pub fn app(&self) -> &TimeTap {
        &self.program.app
    }

    pub fn stripe(&self) -> &Control {
        self.program.sandbox.control()
    }

    pub async fn place(&self, items: Vec<DraftItem>) -> Placed {
        place_order(self.app(), &self.scene.draft(self.app(), items))
            .await
            .unwrap()
    }

    /// Orders, and opens the payment page; its session.
    pub async fn check_out(&self, items: Vec<DraftItem>) -> (Placed, String) {
        let placed = self.place(items).await;
        let session = self.session_of(placed.order_id).await;
        (placed, session)
    }

    pub async fn session_of(&self, order_id: Uuid) -> String {
        let start = open_checkout(self.app(), order_id).await.unwrap();
        assert!(matches!(start, CheckoutStart::Pay { .. }), "{start:?}");
        self.order(order_id).await.stripe_session_id.unwrap()
    }

    /// Pays by card, as Dora does.
    pub fn pay(&self, session: &str) {
        let paid = self.pay_with(session, &PayWith::Card);
        assert_eq!(paid, SessionOutcome::Complete);
    }

    pub fn pay_with(&self, session: &str, with: &PayWith) -> SessionOutcome {
        self.stripe()
            .pay_session(session, "dora@example.com", Some("Dora Sanz"), with)
            .unwrap()
    }

    /// Types a promotion code on the payment page, of a coupon with these fields.
    pub async fn type_code(&self, session: &str, code: &str, coupon: &[(&str, &str)]) {
        let http = build_client(Timeouts::default()).unwrap();
        let api = self.program.sandbox.stripe_url();
        let make = async |path: &str, fields: &[(&str, &str)]| {
            let request = http.post(format!("{api}v1/{path}")).bearer_auth("sk_test_sandbox");
            let answer = request.form(fields).send().await.unwrap().error_for_status().unwrap();
            answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
        };
        let coupon = make("coupons", coupon).await;
        let fields = [
            ("promotion[type]", "coupon"),
            ("promotion[coupon]", coupon.as_str()),
            ("code", code),
        ];
        make("promotion_codes", &fields).await;
        let page = format!("{api}c/pay/{session}");
        let form = [("action", "promotion"), ("promotion_code", code)];
        http.post(page)
            .form(&form)
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap();
    }

    /// Orders, pays, and lets everything happen.
    pub async fn buy(&self, items: Vec<DraftItem>) -> Placed {
        let (placed, session) = self.check_out(items).await;
        self.pay(&session);
        self.settle().await;
        placed
    }

    /// A cart with this service in it.
    pub async fn fill_cart(&self, service_id: Uuid) -> Uuid {
        let (app, now) = (self.app(), UnixMillis::from(self.app().clock.now()));
        let row = cart::Model {
            id: app.entropy.uuid(now.timestamp()),
            token_hash: Some(app.entropy.token()),
            user_id: None,
            created_at: now,
            updated_at: now,
        };
        let id = row.id;
        row.into_active_model().insert(app.db.writer()).await.unwrap();
        self.put_in(id, service_id).await;
        id
    }

    /// Puts this service into a cart.
    pub async fn put_in(&self, cart_id: Uuid, service_id: Uuid) {
        let (app, now) = (self.app(), UnixMillis::from(self.app().clock.now()));
        let row = cart_item::Model {
            id: app.entropy.uuid(now.timestamp()),
            cart_id,
            service_id,
            staff_id: None,
            occurrence_id: None,
            template_id: None,
            starts_at: None,
            quantity: 1,
            participants_sealed: None,
            created_at: now,
            updated_at: now,
        };
        row.into_active_model().insert(app.db.writer()).await.unwrap();
    }

    /// Events of Stripe's that were not told yet.
    pub fn untold(&self) -> Vec<Value> {
        let mut told = self.told.lock().unwrap();
        let new = self.stripe().stripe_objects_after("event", *told);
        *told += new.len();
        new
    }

    /// Tells the program about an event, signed as Stripe does.
    pub async fn tell(&self, event: &Value) -> Result<bool, ReceiveError> {
        let body = event.to_string();
        let signature = sign(&body, self.app().clock.now().as_second());
        receive_event(self.app(), &signature, body.as_bytes()).await
    }

    /// Tells all that was not told, does all that is due, and again, until nothing happens any more.
    pub async fn settle(&self) {
        for _ in 0..20 {
            let events = self.untold();
            for event in &events {
                self.tell(event).await.unwrap();
            }
            let done = run_due_jobs(self.app()).await.unwrap();
            if events.is_empty() && done == 0 {
                return;
            }
        }
        panic!("it never ends");
    }

    /// Moves the clock, Stripe's too.
    pub fn wait(&self, minutes: i64) {
        assert!(self.app().clock.advance(SignedDuration::from_mins(minutes)));
    }

    pub fn fail(&self, what: &str, kind: FaultKind) {
        self.stripe().add_fault(FaultRule::new(kind).on(what).times(1)).unwrap();
    }

    pub fn effects(&self, kind: &str) -> usize {
        self.stripe().stripe_effects(Some(kind)).len()
    }

    pub async fn order(&self, id: Uuid) -> order::Model {
        order::Entity::find_by_id(id)
            .one(self.app().db.reader())
            .await
            .unwrap()
            .unwrap()
    }

    pub async fn items(&self, order_id: Uuid) -> Vec<order_item::Model> {
        timetap_store::orders::list_items::list_items(self.app().db.reader(), order_id)
            .await
            .unwrap()
    }

    pub async fn states(&self, order_id: Uuid) -> Vec<String> {
        let items = self.items(order_id).await;
        items.into_iter().map(|item| item.status).collect()
    }

    pub async fn payments(&self, order_id: Uuid) -> Vec<payment::Model> {
        timetap_store::payments::find_payment::list_payments(self.app().db.reader(), order_id)
            .await
            .unwrap()
    }

    pub async fn refunds(&self, order_id: Uuid) -> Vec<refund::Model> {
        timetap_store::payments::refunds::list_refunds(self.app().db.reader(), order_id)
            .await
            .unwrap()
    }

    pub async fn subscriptions(&self) -> Vec<subscription::Model> {
        subscription::Entity::find().all(self.app().db.reader()).await.unwrap()
    }

    pub async fn appointments(&self, order_id: Uuid) -> Vec<appointment::Model> {
        let mut all = Vec::new();
        for item in self.items(order_id).await {
            let of_item =
                timetap_store::payments::subscriptions::list_item_appointments(self.app().db.reader(), item.id);
            all.extend(of_item.await.unwrap());
        }
        all
    }

    /// An id as it stands in a statement.
    pub fn id(&self, id: Uuid) -> String {
        match self.app().db.engine() {
            Engine::Sqlite => format!("x'{}'", id.simple()),
            Engine::Postgres => format!("'{id}'"),
        }
    }

    /// What `sql` counts.
    pub async fn count(&self, sql: &str) -> i64 {
        let on = self.app().db.reader();
        let statement = Statement::from_string(on.get_database_backend(), sql);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Changes rows behind the program's back.
    pub async fn sql(&self, sql: &str) {
        let on = self.app().db.writer();
        on.execute_raw(Statement::from_string(on.get_database_backend(), sql))
            .await
            .unwrap();
    }

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
                            self.id(item.id)
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
                let sql = format!("SELECT count(*) FROM claims WHERE order_item_id = {}", self.id(item.id));
                assert_eq!(self.count(&sql).await, 0, "holds of what is over: {said}");
            }
        }
    }
}

/// The customer, by the token of their link.
pub fn customer(placed: &Placed) -> Actor<'_> {
    Actor::Customer {
        capability: Some(&placed.capability),
        user_id: None,
    }
}

/// The header that Stripe sends with a body.
pub fn sign(body: &str, at: i64) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(STRIPE_SIGNING_SECRET.as_bytes()).unwrap();
    let mac = mac.chain_update(at.to_string()).chain_update(b".").chain_update(body);
    format!("t={at},v1={}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

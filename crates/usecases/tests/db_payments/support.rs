//! A shop with a Stripe: buying, paying, telling the program about it, and looking what came of it.

use std::ops::Deref;
use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::Value;
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{Control, FaultKind, FaultRule, PayWith, SessionOutcome, WebhookEndpoint};
use timetap_store::UnixMillis;
use timetap_store::entities::{appointment, cart, cart_item, payment, refund, subscription};
use timetap_testing::{Engine, OpenShop, ProgramOptions, STRIPE_SIGNING_SECRET, ShopScene};
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{DraftItem, Placed};
use timetap_usecases::payments::{CheckoutStart, ReceiveError, open_checkout, receive_event};
use uuid::Uuid;

/// In minutes.
pub const DAY: i64 = 24 * 60;

/// The shop with its till: what the program knows of Stripe, and Stripe itself.
pub struct Till {
    shop: OpenShop,
    /// How many of Stripe's events were told already.
    told: Mutex<usize>,
}

impl Deref for Till {
    type Target = OpenShop;

    fn deref(&self) -> &OpenShop {
        &self.shop
    }
}

impl Till {
    pub async fn open(engine: Engine) -> Self {
        Self::open_with(engine, |_| {}).await
    }

    /// A shop that is a little different.
    pub async fn open_with(engine: Engine, change: impl FnOnce(&mut ShopScene)) -> Self {
        let mut scene = ShopScene::new();
        change(&mut scene);
        let options = ProgramOptions {
            stripe: true,
            ..ProgramOptions::default()
        };
        Self {
            shop: OpenShop::open_as(engine, scene, options).await,
            told: Mutex::new(0),
        }
    }

    pub fn stripe(&self) -> &Control {
        self.program.sandbox.control()
    }

    pub async fn place(&self, items: Vec<DraftItem>) -> Placed {
        self.shop.place(items).await.unwrap()
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

    /// Moves every clock on by days, a day at a time, and lets everything happen that Stripe tells.
    pub async fn days(&self, count: i64) {
        for _ in 0..count {
            self.wait(DAY);
            self.stripe().advance_stripe_clock(Duration::ZERO);
            self.settle().await;
        }
    }

    pub fn fail(&self, what: &str, kind: FaultKind) {
        self.stripe().add_fault(FaultRule::new(kind).on(what).times(1)).unwrap();
    }

    pub fn effects(&self, kind: &str) -> usize {
        self.stripe().stripe_effects(Some(kind)).len()
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

    /// The appointments that were not cancelled.
    pub async fn standing(&self, order_id: Uuid) -> Vec<appointment::Model> {
        let mut all = self.appointments(order_id).await;
        all.retain(|one| one.status == "scheduled");
        all
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
    WebhookEndpoint::new("", STRIPE_SIGNING_SECRET).sign(at, body)
}

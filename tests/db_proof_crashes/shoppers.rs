//! Customers who buy over HTTP and pay at Stripe: most of them simply, some declined first, too late, or not at all. They do
//! not give up either: a form whose connection broke is sent again as it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::SET_COOKIE;
use reqwest::{Client, Method, StatusCode, Url};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{Control, PayWith, SessionOutcome};
use timetap_store::entities::{claim, job, message, order, order_item};
use timetap_store::{Database, UnixMillis};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::customers::{Answer, PATIENCE, Times, insist, network, working_hours};
use crate::support::reading::between;

/// What a customer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// Pays, and comes back to the page that waits.
    Pays,
    /// Pays for two things, and cancels the first of them once it is confirmed.
    CancelsOne,
    /// Pays when the time to pay is over and somebody else has bought what was held.
    PaysTooLate,
    /// Is declined, pays with another card, and comes back.
    DeclinedFirst,
    /// Pays, and is never seen again.
    Leaves,
    /// Calls the order off instead of paying.
    CallsOff,
    /// Is never seen again, until the time to pay is over.
    Abandons,
    /// Pays for a time every week.
    Subscribes,
    /// Pays for two children at a camp.
    SendsChildren,
    /// Pays for a party in a room.
    Celebrates,
    /// Has an account with a calendar, and pays.
    HasAccount,
    /// Pays by a debit that takes its time and arrives.
    DebitArrives,
    /// The same, and it fails in the end.
    DebitFails,
}

/// Who comes after whom.
const STORIES: [Story; 14] = [
    Story::Pays,
    Story::CancelsOne,
    Story::SendsChildren,
    Story::PaysTooLate,
    Story::Leaves,
    Story::Celebrates,
    Story::Abandons,
    Story::DebitArrives,
    Story::Subscribes,
    Story::HasAccount,
    Story::DeclinedFirst,
    Story::DebitFails,
    Story::CallsOff,
    Story::Leaves,
];

/// An order, and what its customer did.
#[derive(Clone, Debug)]
pub struct Bought {
    pub email: String,
    pub story: Story,
    pub order: Uuid,
    /// The payment page's session.
    pub session: String,
}

/// All customers of a shop, each with times of their own.
pub struct Shoppers {
    shop: Shop,
    times: Times,
    /// So far ahead that a debit may take its time.
    late: Times,
    /// Two hours each, of another host.
    long: Times,
    number: usize,
    under_way: JoinSet<Vec<Bought>>,
    pub bought: Vec<Bought>,
}

impl Shoppers {
    pub fn of(shop: Shop) -> Self {
        Self {
            shop,
            times: working_hours(3, 220),
            late: working_hours(220, 300),
            long: Box::new(working_hours(3, 300).step_by(2)),
            number: 0,
            under_way: JoinSet::new(),
            bought: Vec::new(),
        }
    }

    /// Sends `many` customers on their way, each with a story of their own.
    pub fn send(&mut self, many: usize) {
        for _ in 0..many {
            let story = STORIES[self.number % STORIES.len()];
            self.send_one(story);
        }
    }

    /// Sends a customer on their way.
    pub fn send_one(&mut self, story: Story) {
        self.number += 1;
        let (times, things) = match story {
            Story::CancelsOne => (&mut self.times, 2),
            Story::Subscribes | Story::SendsChildren => (&mut self.times, 0),
            Story::Celebrates => (&mut self.long, 1),
            Story::DebitArrives | Story::DebitFails => (&mut self.late, 1),
            _ => (&mut self.times, 1),
        };
        let times: Vec<String> = times.by_ref().take(things).collect();
        assert_eq!(times.len(), things, "nothing is free any more");
        let (shop, number) = (self.shop.clone(), self.number);
        self.under_way
            .spawn(async move { live(shop, story, number, times).await });
    }

    /// Waits until all of them have done what they came for.
    pub async fn until_answered(&mut self) {
        while let Some(bought) = self.under_way.join_next().await {
            self.bought.extend(bought.unwrap());
        }
    }
}

/// Where they buy.
#[derive(Clone)]
pub struct Shop {
    pub http: Client,
    /// `http://` and the address.
    pub base: String,
    pub stripe: Control,
    pub db: Database,
    /// The path of the service with times to choose.
    pub sessions: &'static str,
    /// The path of the parties of another host.
    pub parties: &'static str,
    /// The path of the service with weekly times, and its one time.
    pub weekly: (&'static str, Uuid),
    /// The path of the camp, and its one date.
    pub camp: (&'static str, Uuid),
    /// The session's cookie of a customer with an account, and whose turn it is to be that customer.
    pub member: String,
    pub member_turn: Arc<tokio::sync::Mutex<()>>,
}

async fn live(shop: Shop, story: Story, number: usize, times: Vec<String>) -> Vec<Bought> {
    let (mut customer, turn) = if story == Story::HasAccount {
        let (customer, turn) = Customer::with_account(&shop, number).await;
        (customer, Some(turn))
    } else {
        (Customer::new(&shop, number, "shopper"), None)
    };
    let checkout = customer.check_out(story, &times).await;
    let mut bought = vec![customer.bought(story, &checkout)];
    match story {
        Story::Pays | Story::Subscribes | Story::SendsChildren | Story::Celebrates | Story::HasAccount => {
            customer.pay(&checkout);
            customer.come_back(&checkout).await;
            if turn.is_some() {
                shop.until_confirmed(checkout.order).await;
            }
        }
        Story::DeclinedFirst => {
            let declined = PayWith::Declined("insufficient_funds".to_owned());
            let outcome = shop
                .stripe
                .pay_session(&checkout.session, &customer.email, None, &declined);
            assert!(matches!(outcome, Ok(SessionOutcome::Declined(_))), "{outcome:?}");
            customer.pay(&checkout);
            customer.come_back(&checkout).await;
        }
        Story::DebitArrives | Story::DebitFails => {
            let succeeds = story == Story::DebitArrives;
            customer.pay_with(&checkout, &PayWith::Delayed { succeeds });
            customer.come_back(&checkout).await;
            shop.stripe.settle_session(&checkout.session, succeeds).unwrap();
        }
        Story::Leaves => customer.pay(&checkout),
        Story::CancelsOne => {
            customer.pay(&checkout);
            customer.come_back(&checkout).await;
            customer.cancel_first(&checkout).await;
        }
        Story::PaysTooLate => {
            shop.let_time_run_out(checkout.order, false).await;
            let mut other = Customer::new(&shop, number, "faster");
            let others = other.check_out(Story::Pays, &times).await;
            other.pay(&others);
            other.come_back(&others).await;
            bought.push(other.bought(Story::Pays, &others));
            customer.pay(&checkout);
            customer.come_back(&checkout).await;
        }
        Story::CallsOff => {
            let path = format!("/orders/{}?token={}", checkout.order, checkout.token);
            let answer = customer.post(&path, &[("call_off", "yes")]).await;
            answer.location();
        }
        Story::Abandons => shop.let_time_run_out(checkout.order, true).await,
    }
    bought
}

impl Shop {
    /// The time to pay for an order is over, as by the clock; `noticed` when the job at its end is due as well.
    async fn let_time_run_out(&self, order: Uuid, noticed: bool) {
        let on = self.db.writer();
        let over = UnixMillis::from(Clock::system().now() - jiff::SignedDuration::from_secs(1));
        let items = order_item::Entity::find().filter(order_item::Column::OrderId.eq(order));
        let items: Vec<Uuid> = items.all(on).await.unwrap().iter().map(|item| item.id).collect();
        claim::Entity::update_many()
            .col_expr(claim::Column::ExpiresAt, Expr::value(over.0))
            .filter(claim::Column::OrderItemId.is_in(items))
            .exec(on)
            .await
            .unwrap();
        order::Entity::update_many()
            .col_expr(order::Column::HoldExpiresAt, Expr::value(over.0))
            .filter(order::Column::Id.eq(order))
            .exec(on)
            .await
            .unwrap();
        if noticed {
            job::Entity::update_many()
                .col_expr(job::Column::RunAt, Expr::value(over.0))
                .filter(job::Column::SubjectId.eq(order))
                .filter(job::Column::Kind.eq("close_order"))
                .exec(on)
                .await
                .unwrap();
        }
    }

    /// Waits until the mail that confirms an order is noted as sent.
    async fn until_confirmed(&self, order: Uuid) {
        let begun = Instant::now();
        loop {
            let confirmed = message::Entity::find()
                .filter(message::Column::OrderId.eq(order))
                .filter(message::Column::Kind.eq("order_confirmed"))
                .filter(message::Column::State.eq("sent"));
            if confirmed.one(self.db.reader()).await.unwrap().is_some() {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "the order {order} is never confirmed");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A payment page, and the way back from it.
struct Checkout {
    session: String,
    order: Uuid,
    token: String,
}

struct Customer<'a> {
    shop: &'a Shop,
    email: String,
    network: String,
    cookie: String,
}

impl<'a> Customer<'a> {
    fn new(shop: &'a Shop, number: usize, name: &str) -> Self {
        Self {
            shop,
            email: format!("{name}{number}@example.com"),
            network: network(number),
            cookie: String::new(),
        }
    }

    /// The same with the account's session. Carts belong to accounts, so that one after the other goes shopping with it.
    async fn with_account(shop: &'a Shop, number: usize) -> (Self, tokio::sync::OwnedMutexGuard<()>) {
        let turn = shop.member_turn.clone().lock_owned().await;
        let customer = Self {
            cookie: shop.member.clone(),
            ..Self::new(shop, number, "shopper")
        };
        (customer, turn)
    }

    fn bought(&self, story: Story, checkout: &Checkout) -> Bought {
        Bought {
            email: self.email.clone(),
            story,
            order: checkout.order,
            session: checkout.session.clone(),
        }
    }

    async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Answer {
        insist(path, || {
            let url = format!("{}{path}", self.shop.base);
            let request = self.shop.http.request(method.clone(), url);
            let request = request.header("Sec-Fetch-Site", "same-origin");
            let request = request
                .header("X-Forwarded-For", &self.network)
                .header("Cookie", &self.cookie);
            if method == Method::POST {
                request.form(form)
            } else {
                request
            }
        })
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[]).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, form).await
    }

    async fn put_in_cart(&mut self, path: &str, form: &[(&str, &str)]) {
        let answer = self.post(path, form).await;
        assert_eq!(answer.location(), "/cart?done=added");
        if let Some(cookie) = answer.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            cookie.clone_into(&mut self.cookie);
        }
    }

    /// From an empty cart to the payment page.
    async fn check_out(&mut self, story: Story, times: &[String]) -> Checkout {
        for time in times {
            let start: Timestamp = time.parse().unwrap();
            let start = start.as_millisecond().to_string();
            let path = if story == Story::Celebrates {
                self.shop.parties
            } else {
                self.shop.sessions
            };
            self.put_in_cart(path, &[("start", &start)]).await;
        }
        let key = Entropy::system().token();
        let mut form = vec![
            ("name".to_owned(), "Dora Sanz".to_owned()),
            ("email".to_owned(), self.email.clone()),
            ("time_zone".to_owned(), "Europe/Madrid".to_owned()),
            ("idempotency_key".to_owned(), key),
        ];
        let dated = match story {
            Story::Subscribes => Some((self.shop.weekly, "1")),
            Story::SendsChildren => Some((self.shop.camp, "2")),
            _ => None,
        };
        if let Some(((path, date), quantity)) = dated {
            self.put_in_cart(path, &[("date", &date.to_string()), ("quantity", quantity)])
                .await;
            let page = self.get("/checkout").await.body;
            let fields = between(&page, "name=\"p-", "\"");
            let names = fields.iter().filter(|field| field.ends_with("-name"));
            for (child, name) in ["Mia", "Leo"].iter().zip(names) {
                form.push((format!("p-{name}"), format!("{child} Sanz")));
                form.push((format!("p-{}-age", name.trim_end_matches("-name")), "8".to_owned()));
            }
        }
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut to = self.post("/checkout", &form).await.location().to_owned();
        let begun = Instant::now();
        // The page of an order that cannot be paid right now has a button for that.
        while let Some((page, _)) = to.split_once("&done=try_again") {
            assert!(begun.elapsed() < PATIENCE, "{page}: no payment page");
            let next = self.post(page, &[("pay", "yes")]).await;
            next.location().clone_into(&mut to);
        }
        let page: Url = to.parse().unwrap_or_else(|_| panic!("{to} is no payment page"));
        let session = page.path_segments().unwrap().next_back().unwrap().to_owned();
        let object = self.shop.stripe.stripe_object(&session).unwrap();
        let back: Url = object["success_url"].as_str().unwrap().parse().unwrap();
        let part = |name: &str| {
            let mut parts = back.query_pairs();
            parts.find(|(key, _)| key == name).unwrap().1.into_owned()
        };
        Checkout {
            session,
            order: part("order").parse().unwrap(),
            token: part("token"),
        }
    }

    fn pay(&self, checkout: &Checkout) {
        self.pay_with(checkout, &PayWith::Card);
    }

    fn pay_with(&self, checkout: &Checkout, with: &PayWith) {
        let (session, name) = (&checkout.session, Some("Dora Sanz"));
        let outcome = self.shop.stripe.pay_session(session, &self.email, name, with);
        assert_eq!(outcome.unwrap(), SessionOutcome::Complete);
    }

    /// To the page that waits, as the browser is sent there by Stripe.
    async fn come_back(&self, checkout: &Checkout) {
        let (order, token) = (checkout.order, &checkout.token);
        let answer = self
            .get(&format!("/checkout/processing?order={order}&token={token}"))
            .await;
        let fine = matches!(
            answer.status,
            StatusCode::OK | StatusCode::FOUND | StatusCode::SEE_OTHER
        );
        assert!(fine, "{}: {}", answer.status, answer.body);
    }

    /// Cancels the first thing of the order by the link on its page, which the mail leads to. What such a mail says depends on
    /// what is booked, and one of which nobody knows whether it arrived is sent again: so it has arrived first.
    async fn cancel_first(&self, checkout: &Checkout) {
        self.shop.until_confirmed(checkout.order).await;
        let (order, token) = (checkout.order, &checkout.token);
        let page = self.get(&format!("/orders/{order}?token={token}")).await.body;
        let links = between(&page, &format!("href=\"/orders/{order}/cancel?item="), "&");
        let path = format!("/orders/{order}/cancel?item={}&token={token}", links[0]);
        self.post(&path, &[("message", "")]).await.location();
    }
}

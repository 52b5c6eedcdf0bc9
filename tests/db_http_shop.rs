//! The cart over HTTP: its cookie, its pages, and that pages which are kept for others know nothing of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, SET_COOKIE};
use rstest::rstest;
use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_sandbox::PayWith;
use timetap_store::entities::{cart, service};
use timetap_testing::Engine;

use support::Server;
use support::browser::{Browser, location};
use support::google_stage::Stage;
use support::reading::{between, free_times, hidden};

/// The host's service costs something from now on.
async fn with_a_price(server: &Server) -> (String, Vec<String>) {
    let host = Browser::host(server, "anna").await;
    drop(host);
    let found = free_times(server, "anna", "Europe/Madrid").await;
    let db = &server.database.db;
    let sql = "UPDATE services SET price_minor = 4000";
    db.writer().execute_unprepared(sql).await.unwrap();
    assert!(!service::Entity::find().all(db.reader()).await.unwrap().is_empty());
    found
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_guests_cart_is_a_cookie_that_only_they_have(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let (path, times) = with_a_price(&server).await;
    let start = between(&times[0], "slot=", "&")[0].to_owned();
    let mut guest = Browser {
        server: &server,
        cookie: String::new(),
    };
    let page = guest.page(&times[0]).await;
    assert!(page.contains("Add to cart") && page.contains("€40.00"));
    assert!(!page.contains("Your name"), "who pays is asked at the checkout");
    let put = guest.post(&path, &[("start", &*start)]).await;
    assert_eq!(
        (put.status(), location(&put).as_str()),
        (StatusCode::SEE_OTHER, "/cart?done=added")
    );
    let cookie = put.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    guest.cookie = cookie.split(';').next().unwrap().to_owned();
    // Nothing is booked by that.
    let appointments = timetap_store::entities::appointment::Entity::find()
        .all(server.database.db.reader())
        .await
        .unwrap();
    assert!(appointments.is_empty());

    // The number stands on their pages, and on nobody else's: neither of those that are kept, nor of those made anew.
    let counted = |page: &str| page.contains("data-cart-count=\"1\"");
    for page in ["/anna", &times[1], "/cart"] {
        assert!(counted(&guest.page(page).await), "{page}");
    }
    let stranger = Browser {
        server: &server,
        cookie: String::new(),
    };
    let other = Browser {
        server: &server,
        cookie: format!("timetap_cart={}", "x".repeat(43)),
    };
    for _ in 0..2 {
        for browser in [&stranger, &other] {
            assert!(!counted(&browser.page("/anna").await));
            assert!(browser.page("/cart").await.contains("There is nothing in your cart."));
        }
    }
    let answer = guest.get_from("/cart", "same-origin").await;
    assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");

    // Signing in takes it along, and the cookie is forgotten.
    let account = Browser::sign_in(&server, "carla", "customer").await;
    drop(account);
    let fields = [("email", "carla@example.org"), ("password", support::browser::PASSWORD)];
    let answer = guest.post("/sign-in", &fields).await;
    let cookies: Vec<&str> = answer
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert!(
        cookies
            .iter()
            .any(|cookie| cookie.starts_with("timetap_cart=; Path=/; Max-Age=0")),
        "{cookies:?}"
    );
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("timetap_session="))
        .unwrap();
    let account = Browser {
        server: &server,
        cookie: session.split(';').next().unwrap().to_owned(),
    };
    assert!(counted(&account.page("/anna").await));
    assert!(guest.page("/cart").await.contains("There is nothing in your cart."));
    let carts = cart::Entity::find().all(server.database.db.reader()).await.unwrap();
    assert_eq!(carts.len(), 1);
    assert!(carts[0].user_id.is_some());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_checkout_loses_nothing_and_orders_once(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let (path, times) = with_a_price(&server).await;
    let start = between(&times[0], "slot=", "&")[0].to_owned();
    let mut guest = Browser {
        server: &server,
        cookie: String::new(),
    };
    let empty = guest.get_from("/checkout", "same-origin").await;
    assert_eq!(location(&empty), "/cart");
    let put = guest.post(&path, &[("start", &*start)]).await;
    guest.cookie = put.headers()[SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = guest.page("/checkout").await;
    let key = hidden(&page, "idempotency_key");
    let fields = |email: &'static str| {
        [
            ("name", "<b>Dora</b> & Co"),
            ("email", email),
            ("notes", "Ring \"twice\""),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", Box::leak(key.clone().into_boxed_str()) as &str),
        ]
    };
    let again = guest.post("/checkout", &fields("dora")).await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = again.text().await.unwrap();
    assert!(again.contains("value=\"&lt;b&gt;Dora&lt;/b&gt; &amp; Co\"") && again.contains("Ring"));
    // From elsewhere nobody orders.
    let foreign = guest
        .post_from("/checkout", &fields("dora@example.com"), "cross-site")
        .await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let first = location(&guest.post("/checkout", &fields("dora@example.com")).await);
    let second = location(&guest.post("/checkout", &fields("dora@example.com")).await);
    assert!(first.starts_with("/orders/"), "{first}");
    assert_eq!(first, second);
    let orders = timetap_store::entities::order::Entity::find()
        .all(server.database.db.reader())
        .await
        .unwrap();
    assert_eq!(orders.len(), 1);
    let page = guest.page(&first).await;
    assert!(page.contains("Held for you, not paid yet") && page.contains(&orders[0].number));
    assert!(!page.contains("<b>Dora"), "what people type is text");
    // Another form calls the first order off, which holds the very time that is wanted.
    let form = guest.page("/checkout").await;
    let other = hidden(&form, "idempotency_key");
    let mut anew = fields("dora@example.com");
    anew[4].1 = &other;
    let third = location(&guest.post("/checkout", &anew).await);
    assert!(third.starts_with("/orders/") && third != first, "{third}");
    assert!(guest.page(&first).await.contains("You called this order off"));
    // Calling it off by its own page frees the time, and the cart still has it.
    let address = third.split("&done").next().unwrap();
    let called_off = guest.post(address, &[("call_off", "yes")]).await;
    assert_eq!(called_off.status(), StatusCode::SEE_OTHER);
    assert!(guest.page("/cart").await.contains("Go to the checkout"));
}

/// Where a customer waits for the news of their payment.
#[derive(Clone, Copy, Debug)]
enum Door {
    /// The page to which the payment leads back.
    Page,
    /// What that page asks for while it is open.
    Progress,
}

#[rstest]
#[tokio::test]
async fn a_payment_of_which_no_news_come_is_found_by_the_page_that_waits(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(Door::Page, Door::Progress)] door: Door,
) {
    // Nobody else looks for it either.
    let stage = Stage::start_with(engine, &["serve", "--no-worker"]).await;
    let (server, stripe) = (&stage.server, stage.google.control());
    stripe.hold_stripe_webhooks();
    let (path, times) = with_a_price(server).await;
    let (guest, pay_at) = Browser::order_as_guest(server, &path, between(&times[0], "slot=", "&")[0]).await;
    let session = pay_at.rsplit('/').next().unwrap();
    let leads_back = stripe.stripe_object(session).unwrap()["success_url"].clone();
    let waits_at = leads_back
        .as_str()
        .unwrap()
        .strip_prefix(&server.url(""))
        .unwrap()
        .to_owned();
    let order = || async {
        let all = timetap_store::entities::order::Entity::find();
        all.one(server.database.db.reader()).await.unwrap().unwrap()
    };

    // Not paid yet: both say that they wait.
    assert!(guest.page(&waits_at).await.contains("They are held for you."));
    let (query, id) = (waits_at.split_once('?').unwrap().1, order().await.id);
    let token = between(&format!("{query}&"), "token=", "&")[0].to_owned();
    let progress = format!("/orders/{id}/progress?token={token}");
    assert!(guest.page(&progress).await.contains("\"appointments\":\"waiting\""));
    assert_eq!(order().await.status, "awaiting_payment");

    stripe
        .pay_session(session, "dora@example.com", None, &PayWith::Card)
        .unwrap();
    match door {
        Door::Page => {
            let page = guest.page(&waits_at).await;
            assert!(page.contains("It is paid.") && page.contains("Everything is booked."));
        }
        Door::Progress => {
            let json = guest.page(&progress).await;
            assert!(
                json.contains("\"payment\":\"done\",\"appointments\":\"done\""),
                "{json}"
            );
        }
    }
    assert_eq!(order().await.status, "paid");
    // Only then is the cart empty.
    assert!(guest.page("/cart").await.contains("There is nothing in your cart."));
}

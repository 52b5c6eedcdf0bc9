//! The story, and where its secrets may stand.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use timetap_sandbox::{FaultKind, FaultRule, MailFilter, PayWith, StripeOptions};
use timetap_testing::{Engine, STRIPE_SIGNING_SECRET};
use timetap_usecases::Keyring;
use uuid::Uuid;

use super::needles::Needle;
use super::places::Places;
use super::support::visitor::{Visitor, between};
use super::support::whole_program::{CLIENT_SECRET, FIRST_KEY, SMTP_PASSWORD, WholeProgram};

const ADA: &str = "ada@sandbox.test";
const HOST: &str = "anna@example.org";
const GUEST: &str = "guest.one@example.com";
const OTHER: &str = "guest.two@example.com";
const CUSTOMER: &str = "cora@example.net";
const BUYER: &str = "bea@example.org";
const NOTES: &str = "Please ring at the second door";
const PRIVATE_NOTES: &str = "She is afraid of big dogs and of thunder";
const HOST_PASSWORD: &str = "a grove of olive trees";
const FIRST_PASSWORD: &str = "seven calm green herons";
const SECOND_PASSWORD: &str = "nine quiet marble stairs";
const THIRD_PASSWORD: &str = "four bright copper kettles";
const WRONG_PASSWORD: &str = "not the right one at all";

/// The secrets of the story so far.
#[derive(Default)]
struct Planted(BTreeSet<Needle>);

impl Planted {
    fn text(&mut self, name: &'static str, secret: &str) {
        self.0.insert(Needle::text(name, secret));
    }

    fn cookies(&mut self, visitor: &Visitor) {
        for value in visitor.cookies().values() {
            self.text("a session's token", value);
        }
    }

    /// What is sealed in the database right now, opened as the program opens it. Of payloads, their one-time links count.
    async fn sealed(&mut self, program: &WholeProgram) {
        let key: [u8; 32] = data_encoding::HEXLOWER
            .decode(FIRST_KEY.as_bytes())
            .unwrap()
            .try_into()
            .unwrap();
        let keys = Keyring::new(vec![("first".to_owned(), key)]).unwrap();
        let on = program.database.db.writer();
        for (name, place, owner) in [
            ("an access token", "calendar_connections.access_token_sealed", "id"),
            ("a refresh token", "calendar_connections.refresh_token_sealed", "id"),
            ("a PKCE verifier", "oauth_attempts.verifier_sealed", "login_session_id"),
        ] {
            let (table, column) = place.split_once('.').unwrap();
            let sql = format!("SELECT {owner} AS owner, {column} AS sealed FROM {table} WHERE {column} IS NOT NULL");
            for row in on
                .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
                .await
                .unwrap()
            {
                let (owner, sealed): (Uuid, String) =
                    (row.try_get("", "owner").unwrap(), row.try_get("", "sealed").unwrap());
                self.text(name, keys.open(&sealed, place, owner).unwrap().expose_secret());
            }
        }
    }
}

async fn until(what: &str, check: impl Fn() -> bool) {
    let begun = Instant::now();
    while !check() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The token of the one-time link that begins with `path` in a mail to `to`.
async fn mailed_token(program: &WholeProgram, to: &str, path: &str) -> String {
    let find = || {
        let mails = program.sandbox.control().mails(&MailFilter::to(to));
        let links = mails.into_iter().flat_map(|mail| mail.content.links);
        links
            .into_iter()
            .find_map(|link| Some(link.split_once(path)?.1.to_owned()))
    };
    until(&format!("a mail to {to} with {path}"), || find().is_some()).await;
    find().unwrap()
}

fn mails_to(program: &WholeProgram, to: &str) -> usize {
    program.sandbox.control().mails(&MailFilter::to(to)).len()
}

/// The token of a booking's link.
fn capability(link: &str) -> &str {
    between(link, "token=", "&")[0]
}

/// Everything that people do with TimeTap, with its failures. Gives back who did it, and the secrets.
async fn live(program: &WholeProgram, places: &mut Places) -> (Vec<(&'static str, Visitor)>, Planted) {
    let mut planted = Planted::default();
    planted.text("the client secret", CLIENT_SECRET);
    planted.text("the mail server's password", SMTP_PASSWORD);
    planted.text("Stripe's secret key", &StripeOptions::default().secret_key);
    planted.text("the webhooks' signing secret", STRIPE_SIGNING_SECRET);
    planted.text("a key in digits", FIRST_KEY);
    planted.0.insert(Needle::bytes(
        "a key",
        &data_encoding::HEXLOWER.decode(FIRST_KEY.as_bytes()).unwrap(),
    ));
    for password in [
        HOST_PASSWORD,
        FIRST_PASSWORD,
        SECOND_PASSWORD,
        THIRD_PASSWORD,
        WRONG_PASSWORD,
    ] {
        planted.text("a password", password);
    }
    let control = program.sandbox.control();

    // The first administrator is a host, too.
    let host = program.visitor("198.51.100.1");
    let said = program.said();
    let setup = between(&said, "/setup?token=", "\n")[0].trim();
    planted.text("the set-up link's token", setup);
    let path = format!("/setup?token={setup}");
    host.page(&path).await;
    host.post(
        &path,
        &[("name", "Anna"), ("email", "nowhere"), ("password", HOST_PASSWORD)],
    )
    .await;
    host.post(&path, &[("name", "Anna"), ("email", HOST), ("password", HOST_PASSWORD)])
        .await
        .location();
    planted.cookies(&host);
    let profile = [
        ("display_name", "Anna Lind"),
        ("slug", "anna"),
        ("time_zone", "Europe/Madrid"),
        ("about", ""),
    ];
    host.post("/host/profile", &profile).await.location();
    let back = host.connect_google(ADA).await;
    planted.text(
        "an authorisation code",
        &super::support::visitor::unescape(between(&back, "code=", "&")[0]),
    );
    planted.text("an OAuth state", between(&back, "state=", "&")[0]);
    host.get(&back).await.location();
    planted.sealed(program).await;

    // A customer signs up, mistypes, forgets, changes.
    let customer = program.visitor("198.51.100.2");
    customer
        .post(
            "/sign-up",
            &[("name", "Cora"), ("email", "cora"), ("password", FIRST_PASSWORD)],
        )
        .await;
    let form = [
        ("wish", "book"),
        ("name", "Cora"),
        ("email", CUSTOMER),
        ("password", FIRST_PASSWORD),
    ];
    customer.post("/sign-up", &form).await.location();
    let verify = mailed_token(program, CUSTOMER, "/verify-email?token=").await;
    planted.text("a verification link's token", &verify);
    customer.page(&format!("/verify-email?token={verify}")).await;
    customer
        .post(&format!("/verify-email?token={verify}"), &[])
        .await
        .location();
    customer.sign_in(CUSTOMER, WRONG_PASSWORD).await;
    customer.sign_in(CUSTOMER, FIRST_PASSWORD).await.location();
    planted.cookies(&customer);
    let change = |current: &'static str, new: &'static str| {
        [
            ("form", "password"),
            ("current_password", current),
            ("new_password", new),
        ]
    };
    customer
        .post("/account", &change(WRONG_PASSWORD, SECOND_PASSWORD))
        .await;
    customer
        .post("/account", &change(FIRST_PASSWORD, SECOND_PASSWORD))
        .await
        .location();
    planted.cookies(&customer);
    customer.post("/sign-out", &[]).await.location();
    customer
        .post("/forgot-password", &[("email", CUSTOMER)])
        .await
        .location();
    let reset = mailed_token(program, CUSTOMER, "/reset-password?token=").await;
    planted.text("a reset link's token", &reset);
    let path = format!("/reset-password?token={reset}");
    customer.page(&path).await;
    customer.post(&path, &[("password", "short")]).await;
    customer.post(&path, &[("password", THIRD_PASSWORD)]).await.location();
    customer.post(&path, &[("password", THIRD_PASSWORD)]).await;
    customer.sign_in(CUSTOMER, THIRD_PASSWORD).await.location();
    planted.cookies(&customer);

    // Guests book, move and cancel; Google fails in between.
    let (one, two) = (program.visitor("203.0.113.1"), program.visitor("203.0.113.2"));
    let service = format!(
        "/anna/{}",
        between(&one.page("/anna").await.body, "href=\"/anna/", "\"")[0]
    );
    let slots = one.free_times(&service, 0).await;
    one.book(&slots[0], &[("name", "Gus"), ("email", "nowhere")]).await;
    let first = one
        .book(&slots[0], &[("name", "Gus"), ("email", GUEST)])
        .await
        .location();
    planted.text("the first guest's link", capability(&first));
    one.page(&first).await;
    let (page, token) = (first.split('?').next().unwrap(), capability(&first));
    for part in ["/status", "/invite.ics", "/reschedule", "/cancel"] {
        one.page(&format!("{page}{part}?token={token}")).await;
    }
    control.expire_access_tokens(None);
    until("the first guest's confirmation", || mails_to(program, GUEST) > 0).await;
    let choice = one.page(&format!("{page}/reschedule?token={token}")).await;
    let later = between(choice.links("tt-slot").last().unwrap(), "slot=", "#")[0].to_owned();
    let path = format!("{page}/reschedule?token={token}");
    one.post(&path, &[("start", &later), ("message", "A later train")])
        .await
        .location();
    planted.sealed(program).await;

    until("the first guest's event", || control.events(ADA).unwrap().len() == 1).await;
    places.add_calendar(program, ADA);
    let out_of_order = FaultKind::Status {
        status: 503,
        reason: None,
        retry_after: None,
    };
    let out_of_order = control.add_fault(FaultRule::new(out_of_order)).unwrap();
    let second = two
        .book(&slots[2], &[("name", "Tess"), ("email", OTHER)])
        .await
        .location();
    planted.text("the second guest's link", capability(&second));
    // Somebody else's link opens nothing, and is not repeated.
    let (page, token) = (second.split('?').next().unwrap(), capability(&second));
    let stranger = program.visitor("203.0.113.3");
    stranger.get(page).await;
    stranger.get(&format!("{page}?token={token}x")).await;
    until("the second guest's confirmation", || mails_to(program, OTHER) > 0).await;
    control
        .add_fault(FaultRule::new(FaultKind::SmtpDown).on("smtp").times(2))
        .unwrap();
    two.post(&format!("{page}/cancel?token={token}"), &[("message", "Ill")])
        .await
        .location();
    control.remove_fault(out_of_order).unwrap();
    let third = customer
        .book(&slots[3], &[("name", "Cora"), ("email", CUSTOMER)])
        .await
        .location();
    planted.text("the customer's link", capability(&third));
    customer.page(&third).await;
    until("the customer's event", || control.events(ADA).unwrap().len() == 2).await;
    // Cancelled before it went out, the confirmation would never be sent.
    let page = third.split('?').next().unwrap();
    mailed_token(program, CUSTOMER, &format!("{page}?token=")).await;
    places.add_calendar(program, ADA);
    customer.page("/account/bookings").await;
    customer.page("/account").await;

    // The host looks at everything, moves, cancels, and reconnects after a withdrawn grant.
    let booking = format!("/host{}", first.split('?').next().unwrap());
    for path in [
        "/host",
        "/host/bookings",
        "/host/integrations",
        "/account",
        "/admin/jobs",
        "/admin/people",
        &booking,
    ] {
        host.page(path).await;
    }
    let file = format!("{}/invite.ics", first.split('?').next().unwrap());
    host.page(&file).await;
    host.page(&format!("{booking}/cancel")).await;
    host.post(&format!("{booking}/cancel"), &[("message", "I am ill")])
        .await
        .location();
    control.revoke_grant(Some(ADA));
    control.expire_access_tokens(None);
    let third = format!("/host{}", third.split('?').next().unwrap());
    host.post(&format!("{third}/cancel"), &[("message", "I am still ill")])
        .await
        .location();
    until("the mail about reconnecting", || {
        let mails = control.mails(&MailFilter::to(HOST));
        mails.iter().any(|mail| mail.content.subject.contains("econnect"))
    })
    .await;
    let back = host.connect_google(ADA).await;
    planted.text(
        "an authorisation code",
        &super::support::visitor::unescape(between(&back, "code=", "&")[0]),
    );
    planted.text("an OAuth state", between(&back, "state=", "&")[0]);
    planted.sealed(program).await;
    host.page("/host/integrations").await;
    let buyer = shop(program, &host, &mut planted).await;
    let mails = [(GUEST, 3), (OTHER, 2), (CUSTOMER, 4)];
    until("all mails", || {
        mails.iter().all(|(to, number)| mails_to(program, to) >= *number)
    })
    .await;
    (
        vec![
            ("host", host),
            ("customer", customer),
            ("first guest", one),
            ("second guest", two),
            ("stranger", stranger),
            ("buyer", buyer),
        ],
        planted,
    )
}

/// Somebody without an account buys: fills a cart, mistypes, pays when Stripe is back, looks, cancels, and orders again without
/// paying. Others try the links.
async fn shop(program: &WholeProgram, host: &Visitor, planted: &mut Planted) -> Visitor {
    let control = program.sandbox.control();
    let service = [
        ("title", "Paid lesson"),
        ("kind", "session"),
        ("price", "40"),
        ("duration_minutes", "60"),
        ("location_kind", "google_meet"),
        ("refund_until_hours", "24"),
        ("active", "on"),
    ];
    host.post("/host/services/new", &service).await.location();
    let buyer = program.visitor("203.0.113.9");
    let slots = buyer.free_times("/anna/paid-lesson", 2).await;
    let start = |slot: &str| between(&format!("{}#", slot.split('#').next().unwrap()), "slot=", "#")[0].to_owned();
    let put = async |slot: &str| {
        let start = start(slot).split('&').next().unwrap().to_owned();
        buyer.post("/anna/paid-lesson", &[("start", &*start)]).await.location();
    };
    put(&slots[0]).await;
    let cart = buyer.cookies().values().next().unwrap().clone();
    planted.text("a guest's cart", &cart);
    buyer.page("/cart").await;
    let check_out = async |email: &str| {
        let form = buyer.page("/checkout").await;
        let (item, key) = (
            between(&form.body, "name=\"p-", "-1-name")[0],
            form.field("idempotency_key"),
        );
        let child = format!("p-{item}-1-notes");
        let name = format!("p-{item}-1-name");
        let fields = [
            ("name", "Bea"),
            ("email", email),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*key),
            ("notes", NOTES),
            (&*name, "Child"),
            (&*child, PRIVATE_NOTES),
        ];
        buyer.post("/checkout", &fields).await
    };
    planted.text("what few should know of a participant", PRIVATE_NOTES);
    check_out("nowhere").await;
    // Stripe is away: the order stands, and its page says so.
    control.unplug_stripe();
    let order = check_out(BUYER).await.location();
    assert!(order.contains("done=try_again"), "{order}");
    control.plug_stripe();
    let token = capability(&order).to_owned();
    planted.text("the buyer's link", &token);
    let page = order.split('?').next().unwrap().to_owned();
    let address = format!("{page}?token={token}");
    let pay_at = buyer.post(&address, &[]).await.location();
    planted.text("a payment page", &pay_at);
    let session = pay_at.rsplit('/').next().unwrap();
    let id = page.rsplit('/').next().unwrap();
    buyer
        .page(&format!("/checkout/processing?order={id}&token={token}"))
        .await;
    for stranger in [program.visitor("203.0.113.10"), program.visitor("203.0.113.11")] {
        stranger.get(&page).await;
        stranger.get(&format!("{page}?token={token}x")).await;
    }
    control.pay_session(session, BUYER, None, &PayWith::Card).unwrap();
    mailed_token(program, BUYER, &format!("{page}?token=")).await;
    for part in ["", "/progress", "/invites.ics", "/calendar-status"] {
        buyer.page(&format!("{page}{part}?token={token}")).await;
        host.get(&format!("{page}{part}")).await;
    }
    host.page("/host/bookings").await;
    let seen = buyer.page(&address).await;
    let item = between(&seen.body, "item=", "\"")[0]
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let cancel = format!("{page}/cancel?item={item}&token={token}");
    buyer.page(&cancel).await;
    let mails = mails_to(program, BUYER);
    buyer.post(&cancel, &[("message", "Ill")]).await.location();
    until("the mail about the cancelled lesson", || {
        mails_to(program, BUYER) > mails
    })
    .await;
    // A second order, called off by its own page.
    put(&slots[1]).await;
    planted.text("a guest's cart", buyer.cookies().values().next().unwrap());
    let second = check_out(BUYER).await.location();
    planted.text("a payment page", &second);
    let waiting = buyer.page("/cart").await;
    let token = between(&waiting.body, "?token=", "\"")[0]
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    planted.text("the buyer's other link", &token);
    let page = between(&waiting.body, "/orders/", "?")[0];
    buyer
        .post(&format!("/orders/{page}?token={token}"), &[("call_off", "yes")])
        .await
        .location();
    // Somebody who only says that they are Stripe.
    stranger_says_they_are_stripe(program).await;
    host.page("/admin/jobs").await;
    host.page("/host").await;
    buyer
}

async fn stranger_says_they_are_stripe(program: &WholeProgram) {
    let stranger = program.visitor("203.0.113.12");
    let answer = stranger
        .post("/api/stripe/webhooks", &[("type", "checkout.session.completed")])
        .await;
    assert_eq!(answer.status, 400);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_stand_where_they_must_and_nowhere_else(#[case] engine: Engine) {
    let mut program = WholeProgram::start_with_stripe_and(engine, &[("TIMETAP_LOG", "trace")]).await;
    let mut places = Places::default();
    let (visitors, planted) = live(&program, &mut places).await;
    // While the program runs, SQLite's log of writes ahead holds what the file does not, and afterwards the reverse.
    places.add_database(&program).await;
    program.stop().await;
    places.add_database(&program).await;
    places.add("log", program.log().as_bytes());
    places.add("standard output", program.said().as_bytes());
    for (who, visitor) in &visitors {
        places.add_visitor(who, visitor);
    }
    places.add_mails(&program);
    places.add_calendar(&program, ADA);
    places.add_site();
    let (logged, all) = (program.log().len(), places.size());
    assert!(
        logged > 30_000 && all > 1_000_000,
        "something to search: {logged} and {all}"
    );

    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for needle in &planted.0 {
        let standing = found.entry(needle.name).or_default();
        for (place, content) in places.iter() {
            if content.holds(needle) {
                standing.insert(place);
            }
        }
    }
    let expected: BTreeMap<&str, BTreeSet<&str>> = EXPECTED
        .iter()
        .map(|(name, places)| (*name, places.iter().copied().collect()))
        .collect();
    assert!(found == expected, "{found:#?}");
}

/// Which secret stands where.
const EXPECTED: &[(&str, &[&str])] = &[
    ("a PKCE verifier", &[]),
    ("a key", &[]),
    ("a key in digits", &[]),
    ("a password", &[]),
    ("a refresh token", &[]),
    ("an access token", &[]),
    ("an authorisation code", &[]),
    ("the client secret", &[]),
    ("the mail server's password", &[]),
    ("Stripe's secret key", &[]),
    ("the webhooks' signing secret", &[]),
    // The browser carries it to Google, and Google back to us.
    ("an OAuth state", &["host: GET /api/google/calendar/connect, location"]),
    (
        "a session's token",
        &[
            "customer: POST /account, set-cookie",
            "customer: POST /sign-in, set-cookie",
            "host: POST /setup, set-cookie",
        ],
    ),
    // The forms of one-time links are posted to the address of the link.
    (
        "a reset link's token",
        &[
            "customer: GET /reset-password",
            "customer: POST /reset-password",
            "mail to cora@example.net",
        ],
    ),
    (
        "a verification link's token",
        &["customer: GET /verify-email", "mail to cora@example.net"],
    ),
    (
        "the set-up link's token",
        &["host: GET /setup", "host: POST /setup", "standard output"],
    ),
    // The link that manages a booking: its guest's pages and mails. The event, which others read too, has one without.
    (
        "the first guest's link",
        &[
            "first guest: GET /bookings/{id}",
            "first guest: GET /bookings/{id}/cancel",
            "first guest: GET /bookings/{id}/invite.ics",
            "first guest: GET /bookings/{id}/reschedule",
            "first guest: POST /anna/one-hour-session, location",
            "first guest: POST /bookings/{id}/reschedule, location",
            "mail to guest.one@example.com",
        ],
    ),
    (
        "the second guest's link",
        &[
            "mail to guest.two@example.com",
            "second guest: POST /anna/one-hour-session, location",
            "second guest: POST /bookings/{id}/cancel, location",
        ],
    ),
    (
        "the customer's link",
        &[
            "customer: GET /bookings/{id}",
            "customer: POST /anna/one-hour-session, location",
            "mail to cora@example.net",
        ],
    ),
    ("a guest's cart", &["buyer: POST /anna/paid-lesson, set-cookie"]),
    // Where the browser is sent to pay. It is kept, so that who comes back to pay is sent to the same page.
    (
        "a payment page",
        &[
            "buyer: POST /checkout, location",
            "buyer: POST /orders/{id}, location",
            "database",
        ],
    ),
    (
        "the buyer's link",
        &[
            "buyer: GET /checkout/processing",
            "buyer: GET /orders/{id}",
            "buyer: GET /orders/{id}/cancel",
            "buyer: POST /checkout, location",
            "buyer: POST /orders/{id}/cancel, location",
            "mail to bea@example.org",
        ],
    ),
    // Nobody paid that order, so nothing was mailed. The cart leads to it while it waits.
    (
        "the buyer's other link",
        &["buyer: GET /cart", "buyer: POST /orders/{id}, location"],
    ),
    // For those who serve: no calendar, no mail, and in the database only sealed.
    (
        "what few should know of a participant",
        &["buyer: POST /checkout", "host: GET /orders/{id}"],
    ),
];

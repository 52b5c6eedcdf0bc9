//! Counts what became of orders: each that was paid is booked or given back, once, here and at Stripe, in the calendars and
//! in the mails; and nothing is awaited any more.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, Statement};
use serde_json::Value;
use timetap_sandbox::{LedgerQuery, MailFilter, Origin};
use timetap_store::entities::{
    appointment, calendar_write, message, order, order_item, payment, refund, seat, webhook_delivery,
};
use uuid::Uuid;

use crate::audit::{Audit, count_mails};
use crate::scene::{ADA, BEN, CLEO, DORA, Scene};
use crate::shop::PRICE;
use crate::shoppers::{Bought, Story};
use crate::support::orders::account;

/// How an order ends.
struct End {
    status: &'static str,
    items: &'static [&'static str],
    /// Reason and amount of what goes back.
    back: Option<(&'static str, i64)>,
    /// Kinds of mails that its customer gets about it.
    mails: &'static [&'static str],
}

const fn end_of(story: Story) -> End {
    let paid = End {
        status: "paid",
        items: &["booked"],
        back: None,
        mails: &["order_confirmed"],
    };
    match story {
        Story::Pays
        | Story::Leaves
        | Story::DeclinedFirst
        | Story::Subscribes
        | Story::SendsChildren
        | Story::Celebrates
        | Story::HasAccount
        | Story::DebitArrives => paid,
        Story::DebitFails => End {
            status: "expired",
            items: &["released"],
            back: None,
            mails: &["order_payment_failed"],
        },
        Story::CancelsOne => End {
            status: "partly_refunded",
            items: &["cancelled", "booked"],
            back: Some(("cancelled", PRICE)),
            mails: &["order_confirmed", "order_refunded"],
        },
        Story::PaysTooLate => End {
            status: "refunded",
            items: &["lost"],
            back: Some(("lost", PRICE)),
            mails: &["order_lost"],
        },
        Story::CallsOff => End {
            status: "cancelled",
            items: &["released"],
            back: None,
            mails: &[],
        },
        Story::Abandons => End {
            status: "expired",
            items: &["released"],
            back: None,
            mails: &["order_expired"],
        },
    }
}

/// Everything that the database has about orders.
struct Books {
    orders: BTreeMap<Uuid, order::Model>,
    items: Vec<order_item::Model>,
    payments: Vec<payment::Model>,
    refunds: Vec<refund::Model>,
    appointments: Vec<appointment::Model>,
    writes: Vec<calendar_write::Model>,
    messages: Vec<message::Model>,
}

impl Books {
    async fn read(on: &DatabaseConnection) -> Self {
        let orders = order::Entity::find().all(on).await.unwrap();
        let mut items = order_item::Entity::find().all(on).await.unwrap();
        items.sort_by_key(|item| (item.order_id, item.position));
        Self {
            orders: orders.into_iter().map(|order| (order.id, order)).collect(),
            items,
            payments: payment::Entity::find().all(on).await.unwrap(),
            refunds: refund::Entity::find().all(on).await.unwrap(),
            appointments: appointment::Entity::find().all(on).await.unwrap(),
            writes: calendar_write::Entity::find().all(on).await.unwrap(),
            messages: message::Entity::find().all(on).await.unwrap(),
        }
    }
}

/// Asserts that everything about `bought` stands exactly once.
pub async fn audit_orders(scene: &Scene, bought: &[Bought]) -> Audit {
    let db = &scene.server.database.db;
    let books = Books::read(db.reader()).await;
    let known: BTreeSet<Uuid> = bought.iter().map(|bought| bought.order).collect();
    let kept: BTreeSet<Uuid> = books.orders.keys().copied().collect();
    assert_eq!(known.len(), bought.len(), "two customers share an order");
    assert_eq!(kept, known, "what customers know and what is kept differ");
    for one in bought {
        check_order(scene, &books, one);
    }
    check_totals(scene, &books, bought);
    let host = account(db, "anna@example.org").await;
    let boss = account(db, "boss@example.org").await;
    let admin = account(db, "root@example.org").await;
    let member = account(db, "carla@example.org").await;
    let everything = |_: &appointment::Model| true;
    check_calendar(scene, &books, (host, ADA), &|row| row.host_id == host);
    check_calendar(scene, &books, (boss, BEN), &everything);
    check_calendar(scene, &books, (admin, DORA), &everything);
    check_calendar(scene, &books, (member, CLEO), &|row| {
        row.customer_user_id == Some(member)
    });
    check_invitations(scene, &books, member);
    check_seats(db.reader(), bought).await;
    check_nothing_waits(scene, db.reader()).await;
    check_staff_told(&books, bought);
    let (mails, folded) = count_mails(scene, &books.messages);
    Audit {
        paid: books.orders.values().filter(|order| order.paid_at.is_some()).count(),
        bookings: bought.len(),
        mails,
        folded,
    }
}

/// One order: as its story ends, with the same figures as Stripe has.
fn check_order(scene: &Scene, books: &Books, bought: &Bought) {
    let (order, end) = (&books.orders[&bought.order], end_of(bought.story));
    let stripe = scene.google.control();
    assert_eq!(order.customer_email, bought.email);
    assert_eq!(order.stripe_session_id.as_deref(), Some(&*bought.session), "{bought:?}");
    let items: Vec<_> = books.items.iter().filter(|item| item.order_id == order.id).collect();
    let refunds: Vec<_> = books.refunds.iter().filter(|row| row.order_id == order.id).collect();
    let said = format!("{bought:?}\n{order:#?}\n{items:#?}\n{refunds:#?}");
    let states: Vec<&str> = items.iter().map(|item| item.status.as_str()).collect();
    assert_eq!((order.status.as_str(), &*states), (end.status, end.items), "{said}");

    // What was paid, and what went back.
    let payments: Vec<_> = books.payments.iter().filter(|row| row.order_id == order.id).collect();
    let asked: i64 = items.iter().map(|item| item.unit_minor * item.quantity).sum();
    let paid = order.paid_at.is_some();
    let failed = bought.story == Story::DebitFails;
    assert_eq!(payments.len(), usize::from(paid || failed), "{payments:#?} {said}");
    assert_eq!(order.paid_minor, if paid { asked } else { 0 }, "{said}");
    for payment in payments {
        assert_eq!(payment.status, if failed { "failed" } else { "succeeded" }, "{said}");
        if failed {
            continue;
        }
        let intent = stripe
            .stripe_object(payment.payment_intent_id.as_deref().unwrap())
            .unwrap();
        let charge = stripe.stripe_object(intent["latest_charge"].as_str().unwrap()).unwrap();
        let there = (charge["amount"].as_i64(), charge["amount_refunded"].as_i64());
        assert_eq!(there, (Some(order.paid_minor), Some(order.refunded_minor)), "{said}");
    }
    let back: Vec<_> = refunds
        .iter()
        .map(|row| (row.reason.as_str(), row.amount_minor))
        .collect();
    assert_eq!(back, end.back.into_iter().collect::<Vec<_>>(), "{said}");
    assert!(refunds.iter().all(|row| row.status == "succeeded"), "{said}");

    // Each thing is one appointment, or none.
    for item in items {
        let of_item = books
            .appointments
            .iter()
            .filter(|row| row.order_item_id == Some(item.id));
        let runs: Vec<(i64, &str)> = of_item.map(|row| (row.run, row.status.as_str())).collect();
        let distinct: BTreeSet<i64> = runs.iter().map(|(run, _)| *run).collect();
        assert_eq!(distinct.len(), runs.len(), "an appointment twice: {runs:?} {said}");
        let fits = match item.status.as_str() {
            "booked" if bought.story == Story::Subscribes => {
                runs.len() >= 4 && runs.iter().all(|(_, status)| *status == "scheduled")
            }
            "booked" => runs == [(0, "scheduled")],
            "cancelled" => runs == [(0, "cancelled")],
            _ => runs.is_empty(),
        };
        assert!(fits, "{runs:?} {said}");
    }
    let about = books.messages.iter().filter(|mail| mail.order_id == Some(order.id));
    let mut mails: Vec<&str> = about
        .filter(|mail| mail.state == "sent")
        .map(|mail| mail.kind.as_str())
        .collect();
    mails.sort_unstable();
    assert_eq!(mails, end.mails, "{said}");
}

/// Stripe did nothing that no order knows of.
fn check_totals(scene: &Scene, books: &Books, bought: &[Bought]) {
    let stripe = scene.google.control();
    let paid = books.orders.values().filter(|order| order.paid_at.is_some()).count();
    let charges = stripe.stripe_effects(Some("charge.succeeded"));
    assert_eq!(charges.len(), paid, "{charges:#?}");
    let refunds = stripe.stripe_effects(Some("refund.created"));
    let known: BTreeSet<_> = books.refunds.iter().filter_map(|row| row.provider_id.clone()).collect();
    let there: BTreeSet<_> = refunds.iter().map(|effect| effect.object.clone()).collect();
    assert_eq!((refunds.len(), &there), (books.refunds.len(), &known), "{refunds:#?}");
    // One payment page for each order, which nobody can pay any more.
    let sessions = stripe.stripe_objects("checkout.session");
    assert_eq!(sessions.len(), bought.len());
    assert!(
        sessions.iter().all(|session| session["status"] != "open"),
        "{sessions:#?}"
    );
}

/// In the calendar of a person every appointment that takes place and concerns them stands once, and nothing else does.
fn check_calendar(
    scene: &Scene,
    books: &Books,
    (user_id, calendar): (Uuid, &str),
    concerns: &dyn Fn(&appointment::Model) -> bool,
) {
    let control = scene.google.control();
    let concerning = || books.appointments.iter().filter(|row| concerns(row));
    let scheduled = concerning().filter(|row| row.status == "scheduled").count();
    let events = control.events(calendar).unwrap();
    let live: Vec<&Value> = events.iter().filter(|event| event["status"] != "cancelled").collect();
    let mark = |event: &Value| {
        event["extendedProperties"]["private"]["timetap_write"]
            .as_str()
            .map(str::to_owned)
    };
    let by_write: BTreeMap<_, _> = live.iter().map(|event| (mark(event), *event)).collect();
    assert_eq!(
        (by_write.len(), live.len()),
        (scheduled, scheduled),
        "events of {calendar}"
    );
    for row in concerning() {
        let theirs = |write: &&calendar_write::Model| write.appointment_id == row.id && write.user_id == user_id;
        let mut writes = books.writes.iter().filter(theirs);
        let (Some(write), None) = (writes.next(), writes.next()) else {
            panic!("{calendar} has no wish, or several, for {row:#?}");
        };
        let event = by_write.get(&Some(write.id.to_string()));
        assert_eq!(event.is_some(), row.status == "scheduled", "{write:#?}");
        let inserted = LedgerQuery {
            event: write.remote_event_id.clone(),
            ..LedgerQuery::method("insert").with_effect(true)
        };
        if let Some(event) = event {
            assert_eq!(
                (write.state.as_str(), write.written_version),
                ("written", Some(write.desired_version))
            );
            assert_eq!(event["id"].as_str(), write.remote_event_id.as_deref());
            assert_eq!(control.count(&inserted), 1, "{write:#?}");
            let has_link = row
                .meet_link
                .as_deref()
                .is_some_and(|link| event.to_string().contains(link));
            assert!(has_link, "{calendar}: no Meet link in {event:#}");
        }
    }
}

/// Google invited every customer once to each thing, except who has it in a calendar of their own.
fn check_invitations(scene: &Scene, books: &Books, member: Uuid) {
    let control = scene.google.control();
    // Each event was made once, those that are gone too.
    let inserted = control.count(&LedgerQuery::method("insert").with_effect(true));
    assert!(
        inserted <= books.writes.len(),
        "{inserted} events of {} wishes",
        books.writes.len()
    );
    for order in books.orders.values().filter(|order| order.refunded_minor == 0) {
        let items: BTreeSet<_> = books
            .items
            .iter()
            .filter(|item| item.order_id == order.id)
            .map(|item| item.id)
            .collect();
        let of_order = |row: &&appointment::Model| row.order_item_id.is_some_and(|id| items.contains(&id));
        let invitations = MailFilter {
            origin: Some(Origin::Google),
            ..MailFilter::to(&order.customer_email)
        };
        let invited = |row: &&appointment::Model| of_order(row) && row.customer_user_id != Some(member);
        let expected = books.appointments.iter().filter(invited).count();
        let invitations = control.mails(&invitations).len();
        assert_eq!(invitations, expected, "invitations to {}", order.customer_email);
    }
}

/// Who serves hears of each thing that was bought once, by mail, and of each that was cancelled.
fn check_staff_told(books: &Books, bought: &[Bought]) {
    for one in bought {
        let items = books.items.iter().filter(|item| item.order_id == one.order);
        for item in items.filter(|item| matches!(item.status.as_str(), "booked" | "cancelled")) {
            let of_item: BTreeSet<_> = books
                .appointments
                .iter()
                .filter(|row| row.order_item_id == Some(item.id))
                .map(|row| row.id)
                .collect();
            let told = |kinds: &[&str]| {
                let mails = books
                    .messages
                    .iter()
                    .filter(|mail| mail.audience == "host" && mail.state == "sent");
                mails
                    .filter(|mail| kinds.contains(&mail.kind.as_str()))
                    .filter(|mail| mail.appointment_id.is_some_and(|id| of_item.contains(&id)))
                    .count()
            };
            let said = format!("{one:?}\n{item:#?}");
            let (booked, cancelled) = (told(&["booked", "weeks_planned"]), told(&["cancelled"]));
            // Of what was cancelled before they heard of it they need not hear.
            let fits = match item.status.as_str() {
                "cancelled" => booked <= 1 && (booked..=1).contains(&cancelled),
                _ => (booked, cancelled) == (1, 0),
            };
            assert!(fits, "told of it {booked} times, of its end {cancelled} times: {said}");
        }
    }
}

/// As many seats of the camp are taken as were paid for, and nobody is told of them twice.
async fn check_seats(on: &DatabaseConnection, bought: &[Bought]) {
    let children = bought.iter().filter(|one| one.story == Story::SendsChildren).count() * 2;
    let seats = seat::Entity::find().all(on).await.unwrap();
    let distinct: BTreeSet<_> = seats.iter().map(|seat| (seat.occurrence_id, seat.seat)).collect();
    assert_eq!((seats.len(), distinct.len()), (children, children), "{seats:#?}");
    assert!(seats.iter().all(|seat| seat.kind == "firm"), "{seats:#?}");
}

/// No order waits for its payment, every message of Stripe's was dealt with once, and no job was given up.
async fn check_nothing_waits(scene: &Scene, on: &DatabaseConnection) {
    let deliveries = webhook_delivery::Entity::find().all(on).await.unwrap();
    let open: Vec<_> = deliveries
        .iter()
        .filter(|row| !matches!(row.state.as_str(), "done" | "ignored"))
        .collect();
    assert!(open.is_empty(), "{open:#?}");
    let told: BTreeSet<_> = deliveries.iter().map(|row| row.event_id.clone()).collect();
    let events = scene.google.control().stripe_objects("event");
    let happened: BTreeSet<_> = events
        .iter()
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, happened, "what Stripe told and what is written down differ");
    for (what, sql) in [
        (
            "orders wait",
            "SELECT count(*) FROM orders WHERE status = 'awaiting_payment'",
        ),
        ("jobs were given up", "SELECT count(*) FROM jobs WHERE state = 'dead'"),
        ("holds are left", "SELECT count(*) FROM claims WHERE kind = 'held'"),
        (
            "times overlap",
            "SELECT count(*) FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.id < b.id \
             WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
        ),
    ] {
        let statement = Statement::from_string(on.get_database_backend(), sql);
        let row = on.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0, "{what}");
    }
}

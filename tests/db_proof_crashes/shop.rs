//! The shop: a host whose sessions cost something, with a weekly time and a camp; her manager, who gives parties in a room; an
//! administrator who wants to see everything; and a customer with an account. All of them have a calendar.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{NewAccount, Sandbox};
use timetap_store::UnixMillis;
use timetap_store::entities::{claim, occurrence, recurring_template, room, service, service_room};
use uuid::Uuid;

use crate::scene::{BEN, CLEO, DORA};
use crate::shoppers::Shop;
use crate::support::Server;
use crate::support::browser::{Browser, location, profile};
use crate::support::orders::{account, set_manager};

/// The price of a session, in minor units.
pub const PRICE: i64 = 4_000;

/// Opens the shop of the host, who has a page and a calendar already.
pub async fn open(server: &Server, google: &Sandbox) -> Shop {
    let boss = Browser::sign_in(server, "boss", "manager").await;
    let page = boss.post("/host/profile", &profile("boss")).await;
    assert_eq!(location(&page), "/host?done=welcome");
    boss.connect(BEN).await;
    let db = server.database.db.clone();
    let host = account(&db, "anna@example.org").await;
    set_manager(&db, host, account(&db, "boss@example.org").await).await;
    let on = db.writer();
    let priced = format!("UPDATE services SET price_minor = {PRICE}");
    on.execute_unprepared(&priced).await.unwrap();
    on.execute_unprepared("UPDATE hosts SET horizon_days = 365")
        .await
        .unwrap();
    let services = service::Entity::find().all(on).await.unwrap();
    let of = |owner: Uuid| {
        services
            .iter()
            .find(|service| service.host_id == owner)
            .unwrap()
            .clone()
    };
    let session = of(host);
    open_party(on, of(account(&db, "boss@example.org").await)).await;

    let admin = Browser::sign_in(server, "root", "admin").await;
    let dora = NewAccount {
        email: DORA.to_owned(),
        name: "Dora Sanz".to_owned(),
        meet: true,
    };
    google.control().add_account(&dora).unwrap();
    let back = admin.consent(DORA, "allow", 3).await;
    assert!(admin.come_back(&back).await.contains("done=connected"));
    on.execute_unprepared("UPDATE users SET wants_all_events = TRUE WHERE role = 'admin'")
        .await
        .unwrap();
    let member = Browser::sign_in(server, "carla", "customer").await;
    member.connect_customer(CLEO).await;
    Shop {
        http: server.http.clone(),
        base: server.url(""),
        stripe: google.control().clone(),
        sessions: "/anna/one-hour-session",
        parties: "/boss/birthday-party",
        camp: ("/anna/summer-camp", open_camp(on, session.clone()).await),
        member: member.cookie,
        member_turn: std::sync::Arc::default(),
        weekly: ("/anna/weekly-hour", open_weekly(on, session).await),
        db,
    }
}

/// A weekly hour in the evening, when there are no sessions.
async fn open_weekly(on: &impl ConnectionTrait, like: service::Model) -> Uuid {
    let now = Clock::system().now();
    let (entropy, at) = (Entropy::system(), UnixMillis::from(now));
    let weekly = service::Model {
        id: entropy.uuid(now),
        kind: "subscription".to_owned(),
        slug: "weekly-hour".to_owned(),
        title: "Weekly hour".to_owned(),
        position: 2,
        ..like
    };
    let template = recurring_template::Model {
        id: entropy.uuid(now),
        service_id: weekly.id,
        staff_id: weekly.host_id,
        room_id: None,
        weekday: 3,
        start_minute: 20 * 60,
        duration_minutes: 60,
        time_zone: "Europe/Madrid".to_owned(),
        first_date: now.strftime("%F").to_string(),
        last_date: None,
        capacity: 200,
        active: true,
        planned_until: None,
        created_at: at,
        updated_at: at,
    };
    let id = template.id;
    weekly.into_active_model().insert(on).await.unwrap();
    template.into_active_model().insert(on).await.unwrap();
    id
}

/// A camp on a Saturday, when there are no sessions, with seats for everybody.
async fn open_camp(on: &impl ConnectionTrait, like: service::Model) -> Uuid {
    let now = Clock::system().now();
    let (entropy, at) = (Entropy::system(), UnixMillis::from(now));
    let camp = service::Model {
        id: entropy.uuid(now),
        kind: "camp".to_owned(),
        slug: "summer-camp".to_owned(),
        title: "Summer camp".to_owned(),
        position: 3,
        ..like
    };
    let soon = now.to_zoned(TimeZone::get("Europe/Madrid").unwrap()).date() + 10.days();
    let day = (0..7)
        .map(|later| soon + later.days())
        .find(|day| day.weekday() == Weekday::Saturday)
        .unwrap();
    let starts = day.at(9, 0, 0, 0).in_tz("Europe/Madrid").unwrap().timestamp();
    let (starts_at, ends_at) = (
        UnixMillis::from(starts),
        UnixMillis::from(starts + SignedDuration::from_hours(6)),
    );
    let date = occurrence::Model {
        id: entropy.uuid(now),
        service_id: camp.id,
        staff_id: camp.host_id,
        room_id: None,
        template_id: None,
        hours: "day".to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        first_date: day.to_string(),
        days: 1,
        start_minute: 9 * 60,
        end_minute: 15 * 60,
        starts_at,
        ends_at,
        capacity: 1000,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: at,
        updated_at: at,
    };
    let taken = claim::Model {
        id: entropy.uuid(now),
        resource_id: camp.host_id,
        starts_at,
        ends_at,
        kind: "firm".to_owned(),
        expires_at: None,
        appointment_id: None,
        order_item_id: None,
        occurrence_id: Some(date.id),
        created_at: at,
    };
    let id = date.id;
    camp.into_active_model().insert(on).await.unwrap();
    date.into_active_model().insert(on).await.unwrap();
    taken.into_active_model().insert(on).await.unwrap();
    id
}

/// Parties of two hours, in the one room that there is.
async fn open_party(on: &impl ConnectionTrait, like: service::Model) {
    let now = Clock::system().now();
    let (entropy, at) = (Entropy::system(), UnixMillis::from(now));
    let party = service::Model {
        id: entropy.uuid(now),
        kind: "party".to_owned(),
        slug: "birthday-party".to_owned(),
        title: "Birthday party".to_owned(),
        duration_minutes: 120,
        position: 2,
        ..like
    };
    let hall = room::Model {
        id: entropy.uuid(now),
        name: "The hall".to_owned(),
        address: "Calle Mayor 1, Madrid".to_owned(),
        active: true,
        created_at: at,
        updated_at: at,
    };
    let needs = service_room::Model {
        service_id: party.id,
        room_id: hall.id,
    };
    party.into_active_model().insert(on).await.unwrap();
    hall.into_active_model().insert(on).await.unwrap();
    needs.into_active_model().insert(on).await.unwrap();
}

//! The shop: a host whose sessions cost something, with a weekly time and a manager who has a calendar, too.

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::Sandbox;
use timetap_store::UnixMillis;
use timetap_store::entities::{recurring_template, service};
use uuid::Uuid;

use crate::scene::BEN;
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
    let session = services.into_iter().find(|service| service.host_id == host).unwrap();
    Shop {
        http: server.http.clone(),
        base: server.url(""),
        stripe: google.control().clone(),
        sessions: "/anna/one-hour-session",
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

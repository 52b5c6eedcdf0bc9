//! The first page of a host.

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use timetap_core::role::Role;
use timetap_core::slots::DayWindow;
use timetap_store::calendars::upsert_write::{WriteWish, upsert_writes};
use timetap_store::entities::{appointment, calendar_connection, calendar_write};
use timetap_testing::{Engine, TestProgram};
use timetap_usecases::TimeTap;
use timetap_usecases::hosts::{CalendarHealth, HomeView, list_services, load_home};
use uuid::Uuid;

use crate::support::{add_host, add_person};

/// An hour's appointment, put straight into the table.
async fn add_appointment(app: &TimeTap, host: Uuid, starts: &str, name: &str, status: &str) -> Uuid {
    let starts: Timestamp = starts.parse().unwrap();
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let row = appointment::Model {
        id,
        host_id: host,
        service_id: list_services(app, host).await.unwrap()[0].id,
        order_item_id: None,
        run: 0,
        occurrence_id: None,
        room_id: None,
        customer_user_id: None,
        customer_name: name.to_owned(),
        customer_email: "ben@example.org".to_owned(),
        customer_phone: None,
        customer_time_zone: "Europe/Madrid".to_owned(),
        host_time_zone: "Europe/Madrid".to_owned(),
        service_title: "One-hour session".to_owned(),
        location_kind: "google_meet".to_owned(),
        location_detail: String::new(),
        answers: serde_json::json!([]),
        starts_at: starts.into(),
        ends_at: (starts + SignedDuration::from_hours(1)).into(),
        days: 1,
        status: status.to_owned(),
        sequence: 0,
        meet_link: None,
        cancelled_by: None,
        cancel_message: None,
        cancelled_at: None,
        idempotency_key: app.entropy.token(),
        capability_hash: app.entropy.token(),
        capability_sealed: String::new(),
        created_at: now.into(),
        updated_at: now.into(),
    };
    appointment::Entity::insert(row.into_active_model())
        .exec_without_returning(app.db.writer())
        .await
        .unwrap();
    id
}

async fn add_write(app: &TimeTap, host: Uuid, appointment_id: Uuid, state: &str) {
    let now = app.clock.now();
    let wish = WriteWish {
        id: app.entropy.uuid(now),
        appointment_id,
        user_id: host,
        role: "staff",
        provider: "google",
        present: true,
        skipped: None,
    };
    let id = upsert_writes(app.db.writer(), &[wish], now).await.unwrap()[0];
    calendar_write::Entity::update_many()
        .col_expr(calendar_write::Column::State, Expr::value(state))
        .filter(calendar_write::Column::Id.eq(id))
        .exec(app.db.writer())
        .await
        .unwrap();
}

async fn add_connection(app: &TimeTap, host: Uuid, account: &str, status: &str) {
    let now = app.clock.now();
    let row = calendar_connection::ActiveModel {
        id: Set(app.entropy.uuid(now)),
        user_id: Set(host),
        provider: Set("google".to_owned()),
        account_id: Set(account.to_owned()),
        account_email: Set(account.to_owned()),
        scopes: Set(String::new()),
        status: Set(status.to_owned()),
        created_at: Set(now.into()),
        updated_at: Set(now.into()),
        ..Default::default()
    };
    calendar_connection::Entity::insert(row)
        .exec_without_returning(app.db.writer())
        .await
        .unwrap();
}

async fn home(app: &TimeTap, host: Uuid) -> HomeView {
    load_home(app, host).await.unwrap().unwrap()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_new_host_finds_hours_a_service_and_nothing_booked(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let nobody = add_person(app, "new@example.org", Role::Staff).await;
    assert_eq!(load_home(app, nobody).await.unwrap(), None);

    let host = add_host(app, "anna").await;
    let page = home(app, host).await;
    let nine_to_five = DayWindow {
        start_minute: 540,
        end_minute: 1020,
    };
    assert_eq!(page.weekly[4], [nine_to_five]);
    assert_eq!(page.services.len(), 1);
    assert_eq!(page.calendar, CalendarHealth::NotConnected);
    assert_eq!(
        (page.failed_writes, page.failed_appointment, page.booked_ever),
        (0, None, false)
    );
    assert!(page.today.is_empty() && page.next.is_empty());
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn today_and_next_are_the_hosts_own_in_order(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let other = add_host(app, "berta").await;
    // Today in Madrid is from 2026-11-19T23:00Z to 2026-11-20T23:00Z.
    for (starts, name, status) in [
        ("2026-11-20T15:00:00Z", "afternoon", "scheduled"),
        ("2026-11-20T08:00:00Z", "morning, over", "completed"),
        ("2026-11-19T22:00:00Z", "yesterday, ends at midnight", "completed"),
        ("2026-11-20T22:30:00Z", "over midnight", "scheduled"),
        ("2026-11-20T12:00:00Z", "called off", "cancelled"),
        ("2026-11-24T09:00:00Z", "Tuesday", "scheduled"),
        ("2026-11-21T09:00:00Z", "Saturday", "scheduled"),
        ("2026-11-22T09:00:00Z", "Sunday", "cancelled"),
    ] {
        add_appointment(app, host, starts, name, status).await;
    }
    add_appointment(app, other, "2026-11-20T14:00:00Z", "not Anna’s", "scheduled").await;

    let page = home(app, host).await;
    let names = |list: &[timetap_usecases::hosts::HomeAppointment]| {
        list.iter().map(|each| each.customer_name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&page.today), ["morning, over", "afternoon", "over midnight"]);
    assert_eq!(names(&page.next), ["Saturday", "Tuesday"]);
    assert!(page.booked_ever);

    for day in 1..=6 {
        add_appointment(app, host, &format!("2026-12-0{day}T09:00:00Z"), "later", "scheduled").await;
    }
    let page = home(app, host).await;
    assert_eq!(names(&page.next), ["Saturday", "Tuesday", "later", "later", "later"]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_needs_a_hand_is_counted(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    let later = add_appointment(app, host, "2026-11-26T09:00:00Z", "later", "scheduled").await;
    let sooner = add_appointment(app, host, "2026-11-24T09:00:00Z", "sooner", "scheduled").await;
    let over = add_appointment(app, host, "2026-11-18T09:00:00Z", "over", "completed").await;
    let fine = add_appointment(app, host, "2026-11-25T09:00:00Z", "fine", "scheduled").await;
    add_write(app, host, later, "failed").await;
    add_write(app, host, sooner, "failed").await;
    add_write(app, host, over, "failed").await;
    add_write(app, host, fine, "written").await;
    let page = home(app, host).await;
    assert_eq!((page.failed_writes, page.failed_appointment), (2, Some(sooner)));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_worst_calendar_decides(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let host = add_host(app, "anna").await;
    add_connection(app, host, "gone@example.org", "disconnected").await;
    assert_eq!(home(app, host).await.calendar, CalendarHealth::NotConnected);
    add_connection(app, host, "fine@example.org", "active").await;
    assert_eq!(home(app, host).await.calendar, CalendarHealth::Fine);
    add_connection(app, host, "slow@example.org", "degraded").await;
    assert_eq!(
        home(app, host).await.calendar,
        CalendarHealth::Degraded {
            account: "slow@example.org".to_owned()
        }
    );
    add_connection(app, host, "shut@example.org", "needs_reconnect").await;
    assert_eq!(
        home(app, host).await.calendar,
        CalendarHealth::NeedsReconnect {
            account: "shut@example.org".to_owned()
        }
    );
}

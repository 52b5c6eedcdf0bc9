//! Forms that name a thing by its id, sent by somebody whose thing it is not: nothing changes.

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_testing::{Engine, changes, fingerprint};

use crate::world::World;

async fn ids(world: &World, sql: &str) -> Vec<String> {
    let on = world.stage.server.database.db.writer();
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get::<uuid::Uuid>("", "id").unwrap().to_string())
        .collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_id_in_a_form_opens_nothing(#[case] engine: Engine) {
    let world = World::start(engine).await;
    world.book("anonymous").await;
    let db = &world.stage.server.database.db;
    let writes = ids(&world, "SELECT id FROM calendar_writes").await;
    let sessions = ids(&world, "SELECT id FROM login_sessions").await;
    assert!(!writes.is_empty() && sessions.len() >= 6);
    let (write, connection, service) = (&*writes[0], &*world.connection_id, &*world.service_id);
    let mut forms: Vec<(&str, Vec<(&str, &str)>)> = vec![
        ("/host/integrations", vec![("form", "retry_write"), ("write", write)]),
        (
            "/host/integrations",
            vec![("form", "retry_connection"), ("connection", connection)],
        ),
        (
            "/host/integrations",
            vec![
                ("form", "calendars"),
                ("write", "ada@sandbox.test"),
                ("busy", "ada@sandbox.test"),
            ],
        ),
        ("/api/google/calendar/disconnect", vec![("connection", connection)]),
    ];
    for button in ["show", "hide", "up", "down"] {
        forms.push(("/host/services", vec![("service", service), ("do", button)]));
    }
    let before = fingerprint(db).await;
    for (path, fields) in &forms {
        for name in ["other host", "manager", "administrator", "customer", "anonymous"] {
            // An administrator looks after everybody's services.
            if name == "administrator" && *path == "/host/services" {
                continue;
            }
            world.browser(name).post(path, fields).await;
            let changed = changes(&before, &fingerprint(db).await);
            assert!(changed.is_empty(), "{path} {fields:?} as {name}: {changed:#?}");
        }
    }
    // Every session that is not one's own stays; the own one is left out of the list of those that can be ended.
    let mine = world.browser("other customer");
    for session in &sessions {
        mine.post("/account", &[("form", "session"), ("id", session)]).await;
    }
    let changed = changes(&before, &fingerprint(db).await);
    assert!(changed.is_empty(), "{changed:#?}");
    // Roles and access are the administrators' business.
    let people = ids(&world, "SELECT id FROM users").await;
    for name in ["host", "manager", "customer", "anonymous"] {
        for id in &people {
            for fields in [
                [("form", "role"), ("role", "admin"), ("id", id)],
                [("form", "access"), ("access", "disabled"), ("id", id)],
            ] {
                world.browser(name).post("/admin/people", &fields).await;
            }
        }
    }
    let changed = changes(&before, &fingerprint(db).await);
    assert!(changed.is_empty(), "{changed:#?}");
}

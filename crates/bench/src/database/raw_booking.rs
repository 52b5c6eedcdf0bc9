//! The rows of one booking, inserted by plain SQL.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{Statement, Value};
use serde_json::json;
use timetap_testing::HostScene;
use timetap_usecases::TimeTap;
use uuid::Uuid;

const HIT: &str = "INSERT INTO rate_limits (key, window_start, hits) VALUES ($1, $2, 1)";
const APPOINTMENT: &str = "INSERT INTO appointments (id, host_id, service_id, customer_name, customer_email, \
    customer_time_zone, host_time_zone, service_title, location_kind, location_detail, answers, starts_at, ends_at, status, \
    sequence, idempotency_key, capability_hash, capability_sealed, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, \
    $7, 'Piano lesson', 'google_meet', '', $8, $9, $10, 'scheduled', 0, $11, $12, $13, $14, $14)";
const CLAIM: &str = "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, appointment_id, created_at) \
    VALUES ($1, $2, $3, $4, 'firm', $5, $6)";
const TIMELINE: &str = "INSERT INTO timeline (id, appointment_id, at, actor, event, text) \
    VALUES ($1, $2, $3, 'customer', 'booked', $4)";
const WRITE: &str = "INSERT INTO calendar_writes (id, appointment_id, user_id, provider, generation, conference_state, \
    conference_attempt, desired_present, desired_version, state, attempts, created_at, updated_at) \
    VALUES ($1, $2, $3, 'google', 1, 'none', 0, $4, 1, 'pending', 0, $5, $5)";
const JOB: &str = "INSERT INTO jobs (id, kind, payload, subject_id, lane, dedupe_key, priority, state, run_at, attempts, \
    lease_token, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, 0, 0, $9, $9)";
const MESSAGE: &str = "INSERT INTO messages (id, dedupe_key, message_id, kind, appointment_id, recipient, audience, state, \
    payload_sealed, attempts, created_at, updated_at) VALUES ($1, $2, $3, 'booked', $4, $5, $6, 'queued', $7, 0, $8, $8)";

/// Tables and rows that a booking writes: what the statements below must come to.
pub const ROWS: [(&str, u32); 7] = [
    ("appointments", 1),
    ("calendar_writes", 1),
    ("claims", 1),
    ("jobs", 3),
    ("messages", 2),
    ("rate_limits", 2),
    ("timeline", 1),
];

/// A booking of `scene`'s service at `start` by a customer called `name`: one statement for each row.
pub fn statements(app: &TimeTap, scene: &HostScene, start: Timestamp, name: &str) -> Vec<Statement> {
    let backend = app.db.writer().get_database_backend();
    let now = app.clock.now();
    let new_id = || app.entropy.uuid(now);
    let (appointment, write, millis) = (new_id(), new_id(), now.as_millisecond());
    let (from, to) = (
        start.as_millisecond(),
        (start + SignedDuration::from_hours(1)).as_millisecond(),
    );
    let email = format!("{name}@example.com");
    let mut rows: Vec<(&str, Vec<Value>)> = vec![
        (HIT, vec![format!("book-network:{name}").into(), millis.into()]),
        (HIT, vec![format!("book-email:{name}").into(), millis.into()]),
        (
            APPOINTMENT,
            vec![
                appointment.into(),
                scene.id.into(),
                scene.services[0].id.into(),
                "Ben Okafor".into(),
                email.clone().into(),
                "America/New_York".into(),
                "Europe/Madrid".into(),
                json!([]).into(),
                from.into(),
                to.into(),
                app.entropy.token().into(),
                app.entropy.token().into(),
                // As long as what is sealed.
                "x".repeat(120).into(),
                millis.into(),
            ],
        ),
        (
            CLAIM,
            vec![
                new_id().into(),
                scene.id.into(),
                from.into(),
                to.into(),
                appointment.into(),
                millis.into(),
            ],
        ),
        (
            TIMELINE,
            vec![
                new_id().into(),
                appointment.into(),
                millis.into(),
                "Booked by Ben Okafor for Tuesday, 24 November 2026, 10:00–11:00.".into(),
            ],
        ),
        (
            WRITE,
            vec![
                write.into(),
                appointment.into(),
                scene.id.into(),
                true.into(),
                millis.into(),
            ],
        ),
        (
            JOB,
            job(new_id(), "write_calendar", write, Some(scene.id), 10, (millis, millis)),
        ),
    ];
    for (audience, recipient) in [("customer", &email), ("host", &scene.email)] {
        let message = new_id();
        rows.push((
            MESSAGE,
            vec![
                message.into(),
                format!("booked:{appointment}:{audience}:0").into(),
                format!("booked-{audience}.{appointment}@timetap.test").into(),
                appointment.into(),
                recipient.clone().into(),
                audience.into(),
                "x".repeat(120).into(),
                millis.into(),
            ],
        ));
        rows.push((
            JOB,
            job(new_id(), "send_message", message, None, 20, (millis + 10_000, millis)),
        ));
    }
    rows.into_iter()
        .map(|(sql, values)| Statement::from_sql_and_values(backend, sql, values))
        .collect()
}

fn job(id: Uuid, kind: &str, subject: Uuid, lane: Option<Uuid>, priority: i64, (due, now): (i64, i64)) -> Vec<Value> {
    let field = if kind == "send_message" {
        "message_id"
    } else {
        "write_id"
    };
    vec![
        id.into(),
        kind.into(),
        json!({ field: subject }).into(),
        subject.into(),
        lane.into(),
        format!("{kind}:{subject}").into(),
        priority.into(),
        due.into(),
        now.into(),
    ]
}

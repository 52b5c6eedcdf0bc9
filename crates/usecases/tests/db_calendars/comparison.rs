//! What the proofs of the comparison have in common: bookings in number, one look, and events that nobody should have made.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Map, Value, json};
use timetap_sandbox::{FaultKind, FaultRule};
use timetap_store::entities::{appointment, calendar_write, job};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{BookingForm, book_session};
use timetap_usecases::calendars::want_comparison;
use timetap_usecases::jobs::{Job, When, enqueue_job};
use uuid::Uuid;

use super::support::{ADA, Stage, TUESDAY_AT_3};

pub const MARK: &str = "timetap_write";

/// Books `many` hours in a row, each for a customer of its own.
pub async fn book_many(stage: &Stage, many: usize) {
    let first: Timestamp = TUESDAY_AT_3.parse().unwrap();
    for number in 0..many {
        let hours = i64::try_from(number).unwrap();
        let form = BookingForm {
            host_slug: "anna".to_owned(),
            service_slug: "lesson".to_owned(),
            start: (first + SignedDuration::from_hours(hours)).to_string(),
            name: "Ben Okafor".to_owned(),
            email: format!("ben{number}@example.com"),
            phone: String::new(),
            time_zone: "Europe/Madrid".to_owned(),
            answers: [].into(),
            idempotency_key: stage.app().entropy.token(),
        };
        let network = format!("10.0.{}.{}", number / 50, number % 50 + 1);
        book_session(stage.app(), &form, None, &network).await.unwrap();
    }
}

/// Works until every write is as it should be, which takes some patience with a Google that loses answers.
pub async fn until_written(stage: &Stage) {
    for _ in 0..400 {
        stage.work().await;
        let open = calendar_write::Entity::find()
            .filter(
                Condition::any()
                    .add(calendar_write::Column::State.ne("written"))
                    .add(calendar_write::Column::ConferenceState.ne("ready")),
            )
            .all(stage.app().db.writer())
            .await
            .unwrap();
        if open.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        stage.advance(2);
    }
    panic!("some writes were never done");
}

/// One comparison, tried again where Google failed in the middle of it, or an event changed just then.
pub async fn compare(stage: &Stage) {
    stage.advance(1);
    look_once(stage).await;
    for _ in 0..50 {
        let row = job::Entity::find()
            .filter(job::Column::Kind.eq("reconcile_calendar"))
            .filter(job::Column::State.eq("queued"))
            .one(stage.app().db.writer())
            .await
            .unwrap()
            .unwrap();
        let pause = row.run_at.timestamp().duration_since(stage.now());
        if row.last_error_code.is_none() && pause > SignedDuration::from_mins(5) {
            assert!(pause > SignedDuration::from_hours(19), "a calm pace");
            return;
        }
        stage.work_after(900).await;
    }
    panic!("the comparison never came to its end");
}

/// Has this connection's calendars compared next.
pub async fn ask_to_compare(app: &TimeTap, connection_id: Uuid) {
    let job = Job::ReconcileCalendar { connection_id };
    let txn = app.db.begin().await.unwrap();
    enqueue_job(&txn, app, &job, When::Now).await.unwrap();
    txn.commit().await.unwrap();
}

/// One look of the comparison, whatever it comes to.
pub async fn look_once(stage: &Stage) {
    let txn = stage.app().db.begin().await.unwrap();
    assert_eq!(want_comparison(&txn, stage.app(), When::Now).await.unwrap(), 1);
    txn.commit().await.unwrap();
    stage.work().await;
}

/// The next looks, five minutes apart: the Meet link of what was planted may come just then, too.
pub async fn soon_again(stage: &Stage) {
    for _ in 0..5 {
        stage.work_after(5 * 60).await;
        if stage.events(ADA).len() == 1 {
            break;
        }
    }
}

pub fn mark(event: &Value) -> Option<String> {
    let mark = &event["extendedProperties"]["private"][MARK];
    mark.as_str().map(str::to_owned)
}

/// An event like `event` in the calendar, under `id` and with these marks changed; an id that exists is not noticed.
pub fn plant(stage: &Stage, event: &Value, id: &str, marks: &[(&str, &str)]) {
    let collision = FaultRule::new(FaultKind::UndetectedCollision).times(1);
    let fault = stage.google().add_fault(collision).unwrap();
    let mut body = Map::new();
    for name in ["summary", "description", "start", "end", "extendedProperties"] {
        body.insert(name.to_owned(), event[name].clone());
    }
    for (name, value) in marks {
        body["extendedProperties"]["private"][*name] = json!(value);
    }
    body.insert("id".to_owned(), json!(id));
    let request = json!({"requestId": format!("{id}-twin"), "conferenceSolutionKey": {"type": "hangoutsMeet"}});
    body.insert("conferenceData".to_owned(), json!({"createRequest": request}));
    stage.google().add_event(ADA, &body).unwrap();
    let _ = stage.google().remove_fault(fault);
}

/// Exactly one living event for each write, and the rows know it.
pub async fn assert_one_each(stage: &Stage, many: usize) {
    let db = stage.app().db.writer();
    let mut by_write: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for event in stage.events(ADA) {
        if let Some(mark) = mark(&event) {
            by_write.entry(mark).or_default().push(event);
        }
    }
    let writes = calendar_write::Entity::find().all(db).await.unwrap();
    assert_eq!(writes.len(), many);
    for write in writes {
        let events = &by_write[&write.id.to_string()];
        assert_eq!(events.len(), 1, "{write:?}: {events:?}");
        assert_eq!(events[0]["id"].as_str(), write.remote_event_id.as_deref());
        assert_eq!(events[0]["etag"].as_str(), write.etag.as_deref());
        let row = appointment::Entity::find_by_id(write.appointment_id).one(db).await;
        assert_eq!(
            events[0]["hangoutLink"].as_str(),
            row.unwrap().unwrap().meet_link.as_deref()
        );
    }
}

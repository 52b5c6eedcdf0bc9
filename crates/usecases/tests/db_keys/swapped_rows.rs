//! Somebody with a shell on the database exchanges sealed values of two rows: each is sealed for its row alone.

use jiff::SignedDuration;
use rstest::rstest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_sandbox::{LedgerQuery, MailFilter};
use timetap_store::entities::{calendar_write, message};
use timetap_testing::Engine;
use timetap_usecases::bookings::{Actor, booking_status, find_booking, view_booking, view_hosted_booking};
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::keys::rotate_keys;
use uuid::Uuid;

use super::support::{ADA, ANNA, BEN, CARL, Stage};

async fn swap(stage: &Stage, table: &str, column: &str, (one, other): (Uuid, Uuid)) {
    let values = [
        stage.text(table, column, one).await,
        stage.text(table, column, other).await,
    ];
    let sql = format!("UPDATE {table} SET {column} = $2 WHERE id = $1");
    for (id, value) in [one, other].into_iter().zip(values.into_iter().rev()) {
        assert_eq!(stage.sql(&sql, [id.into(), value.into()]).await, 1);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn swapped_access_tokens_are_replaced_by_fresh_ones(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let both = (stage.connect(ANNA, ADA).await, stage.connect(CARL, BEN).await);
    run_due_jobs(stage.app()).await.unwrap();
    swap(&stage, "calendar_connections", "access_token_sealed", both).await;

    stage.book(stage.app(), &stage.anna, "2026-11-24T15:00:00+01:00").await;
    run_due_jobs(stage.app()).await.unwrap();
    let google = stage.program.sandbox.control();
    assert_eq!(google.events(ADA).unwrap().len(), 1, "in the right calendar");
    assert!(google.events(BEN).unwrap().is_empty());
    assert_eq!(google.count(&LedgerQuery::method("refresh")), 1);
    assert_eq!(stage.connection(both.0).await.status, "active");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn swapped_refresh_tokens_ask_their_owners_to_reconnect(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let both = (stage.connect(ANNA, ADA).await, stage.connect(CARL, BEN).await);
    run_due_jobs(stage.app()).await.unwrap();
    for column in ["access_token_sealed", "refresh_token_sealed"] {
        swap(&stage, "calendar_connections", column, both).await;
    }
    let google = stage.program.sandbox.control();
    google.clear_ledger();

    let booked = stage.book(stage.app(), &stage.anna, "2026-11-24T15:00:00+01:00").await;
    run_due_jobs(stage.app()).await.unwrap();
    assert_eq!(
        google.count(&LedgerQuery::default()),
        0,
        "no token went to Google in another's name"
    );
    let row = stage.connection(both.0).await;
    assert_eq!(row.status, "needs_reconnect");
    assert!(row.last_error.unwrap().contains("reconnect"));
    let write = calendar_write::Entity::find()
        .filter(calendar_write::Column::AppointmentId.eq(booked.appointment_id))
        .one(stage.app().db.writer());
    assert_eq!(write.await.unwrap().unwrap().state, "needs_reconnect");
    run_due_jobs(stage.app()).await.unwrap();
    let mails = google.mails(&MailFilter::to("anna@timetap.test"));
    assert!(
        mails.iter().any(|mail| mail.content.subject.contains("econnect")),
        "{mails:?}"
    );

    // Reconnecting mends it, and what waited is done.
    stage.connect(ANNA, ADA).await;
    run_due_jobs(stage.app()).await.unwrap();
    assert_eq!(google.events(ADA).unwrap().len(), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn swapped_links_reach_nobody(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let one = stage.book(stage.app(), &stage.anna, "2026-11-24T15:00:00+01:00").await;
    let other = stage.book(stage.app(), &stage.anna, "2026-11-24T17:00:00+01:00").await;
    let ids = (one.appointment_id, other.appointment_id);
    swap(&stage, "appointments", "capability_sealed", ids).await;

    for _ in 0..3 {
        run_due_jobs(stage.app()).await.unwrap();
        assert!(stage.app().clock.advance(SignedDuration::from_secs(20)));
    }
    let google = stage.program.sandbox.control();
    for mail in google.mails(&MailFilter::default()) {
        let raw = String::from_utf8(google.raw_mail(mail.id).unwrap()).unwrap();
        let raw = raw.replace("=\r\n", "");
        assert!(
            !raw.contains(&one.capability) && !raw.contains(&other.capability),
            "{raw}"
        );
    }
    let mails = message::Entity::find().filter(message::Column::Audience.eq("customer"));
    for mail in mails.all(stage.app().db.writer()).await.unwrap() {
        assert_ne!(mail.state, "sent", "{mail:?}");
    }
    // The link that the customer has still opens their booking, because that is recognised by its hash; nobody else's.
    for (booked, mine) in [(&one, true), (&other, false)] {
        let actor = Actor::Customer {
            capability: Some(&one.capability),
            user_id: None,
        };
        let found = find_booking(stage.app().db.reader(), booked.appointment_id, &actor)
            .await
            .unwrap();
        assert_eq!(found.is_some(), mine);
        let status = booking_status(stage.app(), booked.appointment_id, &actor)
            .await
            .unwrap();
        assert_eq!(status.is_some(), mine);
        let view = view_booking(stage.app(), booked.appointment_id, &actor).await.unwrap();
        assert_eq!(view.map(|view| view.capability), mine.then(|| one.capability.clone()));
    }
    let host = view_hosted_booking(stage.app(), one.appointment_id, ANNA)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(host.booking.capability, "");

    // A rotation names both and leaves them alone; the old key stays needed.
    let rotating = stage.with_keys(&[("new", 8), ("test", 7)]).await;
    let rotation = rotate_keys(&rotating).await.unwrap();
    let links = rotation
        .columns
        .iter()
        .find(|column| column.place == "appointments.capability_sealed")
        .unwrap();
    assert_eq!((links.resealed, links.unreadable.len()), (0, 2), "{links:?}");
    assert!(
        links
            .unreadable
            .iter()
            .all(|reason| reason.contains("belongs to another row")),
        "{links:?}"
    );
    assert_eq!(
        rotation.left.iter().map(|count| count.number).sum::<u64>(),
        2,
        "{:?}",
        rotation.left
    );
    assert!(rotation.removable.is_empty());
}

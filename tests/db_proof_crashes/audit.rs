//! Counts what happened, inside and outside.
//!
//! Mails are counted as a receiving server counts them: by `Message-ID` and recipient. When the program ends between the
//! mail server's acceptance and the note of it, no client can know, and the mail goes out a second time with the same
//! `Message-ID` and the same words; mailboxes fold the two. How often that happened is part of the result.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::EntityTrait;
use serde_json::Value;
use timetap_core::event_id::google_event_id;
use timetap_sandbox::{LedgerQuery, MailFilter, MailView, Origin};
use timetap_store::entities::{appointment, calendar_write, message};

use crate::customers::{Booked, Mind};
use crate::money_audit::audit_orders;
use crate::scene::{ADA, Scene};

/// What was counted.
#[derive(Debug, PartialEq, Eq)]
pub struct Audit {
    /// Or orders.
    pub bookings: usize,
    /// Of the orders.
    pub paid: usize,
    pub mails: usize,
    /// Mails that were handed over a second time under the same `Message-ID`.
    pub folded: usize,
}

/// Asserts that everything stands exactly once.
pub async fn audit(scene: &Scene) -> Audit {
    if let Some(shoppers) = &scene.shoppers {
        return audit_orders(scene, &shoppers.bought).await;
    }
    let db = scene.server.database.db.reader();
    let answered: BTreeSet<_> = scene.customers.booked.iter().map(|booked| booked.appointment).collect();
    let appointments = appointment::Entity::find().all(db).await.unwrap();
    let kept: BTreeSet<_> = appointments.iter().map(|row| row.id).collect();
    assert_eq!(
        answered.len(),
        scene.customers.booked.len(),
        "two customers share a booking"
    );
    assert_eq!(kept, answered, "what was answered and what is kept differ");
    let writes = calendar_write::Entity::find().all(db).await.unwrap();
    check_calendar(scene, &appointments, &writes);
    check_changes(scene, &appointments, &writes);
    let messages = message::Entity::find().all(db).await.unwrap();
    let (mails, folded) = count_mails(scene, &messages);
    check_told(&scene.customers.booked, &appointments, &messages);
    Audit {
        bookings: answered.len(),
        paid: 0,
        mails,
        folded,
    }
}

/// One write, one live event, one insertion, one Meet link and one invitation for each booking that stands; of one that was
/// cancelled nothing is left.
fn check_calendar(scene: &Scene, appointments: &[appointment::Model], writes: &[calendar_write::Model]) {
    let control = scene.google.control();
    let live: Vec<Value> = control
        .events(ADA)
        .unwrap()
        .into_iter()
        .filter(|event| event["status"] != "cancelled")
        .collect();
    let mark = |event: &Value| event["extendedProperties"]["private"]["timetap_write"].to_string();
    let mut by_write: BTreeMap<String, &Value> = BTreeMap::new();
    for event in &live {
        assert!(by_write.insert(mark(event), event).is_none(), "two events of one write");
    }
    assert_eq!(writes.len(), appointments.len());
    let standing = appointments.iter().filter(|row| row.status == "scheduled");
    assert_eq!(live.len(), standing.clone().count());
    let mut links = BTreeSet::new();
    for row in standing {
        let mut of_row = writes.iter().filter(|write| write.appointment_id == row.id);
        let (write, more) = (of_row.next().unwrap(), of_row.next());
        assert_eq!(more, None);
        assert_eq!(write.state, "written", "{write:?}");
        assert_eq!(write.written_version, Some(write.desired_version));
        let event = by_write[&format!("\"{}\"", write.id)];
        assert_eq!(event["id"].as_str(), write.remote_event_id.as_deref());
        assert_eq!(event["etag"].as_str(), write.etag.as_deref());
        assert_eq!(event["hangoutLink"].as_str(), row.meet_link.as_deref());
        assert!(links.insert(row.meet_link.clone().unwrap()), "a Meet link twice");
        let inserted = LedgerQuery {
            event: write.remote_event_id.clone(),
            ..LedgerQuery::method("insert").with_effect(true)
        };
        assert_eq!(control.count(&inserted), 1);
    }
}

/// What each customer made of their booking is what stands, and Google was told of it once: so were its guests.
fn check_changes(scene: &Scene, appointments: &[appointment::Model], writes: &[calendar_write::Model]) {
    let control = scene.google.control();
    for booked in &scene.customers.booked {
        let row = appointments.iter().find(|row| row.id == booked.appointment).unwrap();
        let write = writes.iter().find(|write| write.appointment_id == row.id).unwrap();
        let said = format!("{booked:?}\n{row:#?}\n{write:#?}");
        let (status, state) = if booked.mind.cancels() {
            ("cancelled", "removed")
        } else {
            ("scheduled", "written")
        };
        assert_eq!(row.status, status, "{said}");
        assert_eq!(row.starts_at.timestamp().to_string(), booked.start, "{said}");
        assert!(write.state == state || booked.mind == Mind::CancelsAtOnce, "{said}");
        // What was taken away has no id in its row any more, and never has the same one again.
        let generations = 1..=u32::try_from(write.generation).unwrap();
        let effects = |method: &str| -> usize {
            let of_generation = |generation| {
                control.count(&LedgerQuery {
                    event: Some(google_event_id(write.id, generation)),
                    ..LedgerQuery::method(method).with_effect(true)
                })
            };
            generations.clone().map(of_generation).sum()
        };
        let told = (effects("insert"), effects("patch"), effects("delete"));
        let fits = match booked.mind {
            Mind::Stays => told == (1, 0, 0),
            Mind::Moves => told == (1, 1, 0),
            Mind::Cancels => told == (1, 0, 1),
            // It depends on who was quicker.
            Mind::MovesAtOnce => matches!(told, (1, 0 | 1, 0)),
            Mind::CancelsAtOnce => matches!(told, (0, 0, 0) | (1, 0, 1)),
        };
        assert!(fits, "made, changed and taken away: {told:?}\n{said}");
        let from_google = MailFilter {
            origin: Some(Origin::Google),
            ..MailFilter::to(&row.customer_email)
        };
        let mails = control.mails(&from_google).len();
        assert_eq!(mails, told.0 + told.1 + told.2, "Google's mails to {said}");
    }
    // No other event was ever made.
    assert!(control.count(&LedgerQuery::method("insert").with_effect(true)) <= writes.len());
}

/// Every mail that is owed reached its recipient once, and those that came to be needless nobody. How many there were, and
/// how many copies.
pub fn count_mails(scene: &Scene, messages: &[message::Model]) -> (usize, usize) {
    let from_us = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::default()
    };
    let mut delivered: BTreeMap<(String, Vec<String>), Vec<MailView>> = BTreeMap::new();
    let mut handed_over = 0;
    for mail in scene.google.control().mails(&from_us) {
        handed_over += 1;
        let id = mail.content.message_id.clone().unwrap();
        let key = (format!("<{id}>"), mail.recipients.clone());
        delivered.entry(key).or_default().push(mail);
    }
    for copies in delivered.values() {
        for copy in copies {
            assert_eq!(
                copy.content.text, copies[0].content.text,
                "the second copy says something else"
            );
            assert_eq!(copy.content.subject, copies[0].content.subject);
        }
    }
    let (sent, others): (Vec<_>, Vec<_>) = messages.iter().partition(|mail| mail.state == "sent");
    assert!(others.iter().all(|mail| mail.state == "skipped"), "{others:#?}");
    let owed: BTreeSet<_> = sent
        .iter()
        .map(|mail| (mail.message_id.clone(), vec![mail.recipient.clone()]))
        .collect();
    assert_eq!(owed.len(), sent.len());
    let delivered_to: BTreeSet<_> = delivered.keys().cloned().collect();
    let missing: Vec<_> = owed.difference(&delivered_to).collect();
    assert!(missing.is_empty(), "noted as sent, and nobody got them: {missing:#?}");
    // What an attempt carried is noted before it; whether that one arrived nobody knew when the mail came to be needless.
    let in_doubt: BTreeSet<_> = others
        .iter()
        .filter(|mail| mail.carried_link.is_some() || mail.calendar_method.is_some())
        .map(|mail| (mail.message_id.clone(), vec![mail.recipient.clone()]))
        .collect();
    let unowed: Vec<_> = delivered_to
        .difference(&owed)
        .filter(|mail| !in_doubt.contains(mail))
        .collect();
    assert!(unowed.is_empty(), "nobody owed them: {unowed:#?}");
    (delivered.len(), handed_over - delivered.len())
}

/// Everybody was told of the booking, of its Meet link and of what became of it, once.
fn check_told(customers: &[Booked], appointments: &[appointment::Model], messages: &[message::Model]) {
    for row in appointments {
        let mind = customers
            .iter()
            .find(|booked| booked.appointment == row.id)
            .unwrap()
            .mind;
        for audience in ["customer", "host"] {
            let told_of = |kind: &str| {
                let of_row = messages.iter().filter(|mail| mail.appointment_id == Some(row.id));
                let mut found = of_row.filter(|mail| mail.kind == kind && mail.audience == audience);
                (found.next(), found.next())
            };
            for (kind, happened) in [("rescheduled", mind.moves()), ("cancelled", mind.cancels())] {
                let (told, second) = told_of(kind);
                assert_eq!(second, None);
                // Who never heard of a booking need not hear that it is off or elsewhere.
                let must = happened && matches!(mind, Mind::Moves | Mind::Cancels);
                let sent = told.map(|mail| mail.state.as_str());
                assert!(sent == Some("sent") || !must, "{kind}: {told:#?}");
                assert!(sent.is_none() || happened, "{kind}: {told:#?}");
            }
            let (confirmation, second) = told_of("booked");
            assert_eq!(second, None);
            if matches!(mind, Mind::MovesAtOnce | Mind::CancelsAtOnce) {
                continue;
            }
            let told = confirmation.unwrap().carried_link == Some(true);
            let (follow_up, second) = told_of("meet_link");
            assert_eq!(second, None);
            assert_eq!(follow_up.is_some(), !told, "the link of {} for the {audience}", row.id);
        }
    }
}

//! The job that sends one e-mail.
//!
//! First it is decided, and written down, what the mail carries; then it is put into words and handed to the mail server;
//! then it is marked as sent. When the program stops between the last two steps, or the server's answer is lost, the mail
//! goes out a second time, but under the same `Message-ID` and with the same content, so that mailboxes can drop the
//! second.

use sea_orm::ConnectionTrait;
use timetap_providers::mail::{MailError, OutgoingMail, Party};
use timetap_store::StoreError;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::entities::message;
use timetap_store::messages::begin_sending::{Carried, begin_sending};
use timetap_store::messages::find_message::find_message;
use timetap_store::messages::note_not_sent::{Attempt, note_not_sent};
use timetap_store::messages::note_sent::note_sent;
use timetap_store::messages::note_skipped::note_skipped;
use uuid::Uuid;

use super::account_facts::{AccountFacts, Site};
use super::decide_booking_mail::{Content, Decision, decide_booking_mail};
use super::decide_order_mail::{OrderContent, OrderDecision, decide_order_mail};
use super::owe_account_mail::AccountMail;
use super::read_overrides::read_overrides;
use super::read_payload::read_payload;
use super::render_mail::{one_line, render_mail};
use crate::jobs::outcome::JobOutcome;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often marking a mail as sent is tried at once: a mail that went out and is not marked goes out again.
const TRIES: u32 = 5;

/// Makes one attempt at the mail. One that is sent already, or that nobody needs any more, is done.
///
/// # Errors
/// Something of our own broke; the mail can be tried again.
pub async fn send_message(app: &TimeTap, message_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let Some((mail, content)) = prepare(app, message_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let outgoing = put_into_words(app, &mail, content).await?;
    Failpoint::BeforeMail.reach().await;
    match app.mail.send(&outgoing).await {
        Ok(()) => {
            Failpoint::MailAccepted.reach().await;
            keep_sent(app, &mail).await?;
            Failpoint::MailNoted.reach().await;
            Ok(JobOutcome::Done)
        }
        Err(error) => keep_failure(app, &mail, &error).await,
    }
}

/// What a mail is about.
enum Subject {
    Booking(Box<Content>),
    Order(Box<OrderContent>),
    Account(Box<AccountMail>),
}

/// Decides in one transaction whether the mail goes out and what it carries; `None` where there is nothing to send.
async fn prepare(app: &TimeTap, message_id: Uuid) -> Result<Option<(message::Model, Subject)>, Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let Some(mail) = find_message(&txn, message_id).await? else {
        return Ok(None);
    };
    if matches!(mail.state.as_str(), "sent" | "skipped") {
        return Ok(None);
    }
    let subject = match decide(&txn, app, &mail).await? {
        Ok(subject) => subject,
        Err((code, text)) => {
            note_skipped(&txn, mail.id, (code, text), now).await?;
            txn.commit().await?;
            tracing::info!(message = %mail.id, kind = %mail.kind, code, "mail: not needed any more");
            return Ok(None);
        }
    };
    let carried = match &subject {
        Subject::Booking(content) => content.carried(),
        Subject::Order(content) => content.carried(),
        Subject::Account(_) => Carried::default(),
    };
    if !begin_sending(&txn, mail.id, carried, now).await? {
        return Ok(None);
    }
    txn.commit().await?;
    Ok(Some((mail, subject)))
}

/// What the mail says; or why nobody needs it any more, as a stable word and in a sentence.
async fn decide(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    mail: &message::Model,
) -> Result<Result<Subject, (&'static str, &'static str)>, Unexpected> {
    if let Some(appointment_id) = mail.appointment_id {
        return Ok(match decide_booking_mail(on, app, mail, appointment_id).await? {
            Decision::Send(content) => Ok(Subject::Booking(content)),
            Decision::Skip(code, text) => Err((code, text)),
        });
    }
    if let Some(order_id) = mail.order_id {
        return Ok(match decide_order_mail(on, app, mail, order_id).await? {
            OrderDecision::Send(content) => Ok(Subject::Order(content)),
            OrderDecision::Skip(code, text) => Err((code, text)),
        });
    }
    Ok(Ok(Subject::Account(Box::new(read_payload(app, mail)?))))
}

async fn put_into_words(app: &TimeTap, mail: &message::Model, subject: Subject) -> Result<OutgoingMail, Unexpected> {
    let overrides = read_overrides(app.settings.templates_dir.as_deref()).await;
    let (rendered, name, reply_to, calendar) = match subject {
        Subject::Booking(content) => {
            let template = format!("{}.{}", mail.kind, mail.audience);
            let rendered = render_mail(&overrides, &template, &content.facts)?;
            (rendered, Some(content.name), Some(tidy(content.reply_to)), content.part)
        }
        Subject::Order(content) => {
            let template = match mail.audience.as_str() {
                "customer" => mail.kind.clone(),
                audience => format!("{}.{audience}", mail.kind),
            };
            let rendered = render_mail(&overrides, &template, &content.facts)?;
            (rendered, content.name, content.reply_to.map(tidy), content.part)
        }
        Subject::Account(account) => {
            let facts = AccountFacts {
                site: Site::of(app),
                mail: &account,
            };
            let rendered = render_mail(&overrides, account.kind(), &facts)?;
            (rendered, Some(account.name().to_owned()), None, None)
        }
    };
    let from = &app.settings.mail_from;
    Ok(OutgoingMail {
        from: tidy((Some(from.name.clone()), from.address.clone())),
        to: tidy((name, mail.recipient.clone())),
        reply_to,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: mail.message_id.clone(),
        calendar,
        auto_submitted: true,
    })
}

/// A name that is fit for a header; nothing in it can end the line.
fn tidy((name, address): Party) -> Party {
    (name.map(|name| one_line(&name)), address)
}

async fn keep_sent(app: &TimeTap, mail: &message::Model) -> Result<(), Unexpected> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_keep_sent(app, mail).await {
            Err(error) if tries < TRIES && error.is_transient() => {}
            other => return Ok(other?),
        }
    }
}

async fn try_keep_sent(app: &TimeTap, mail: &message::Model) -> Result<(), StoreError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let marked = note_sent(&txn, mail.id, now).await?;
    // A host knows of their own mails from their inbox.
    if let Some(appointment_id) = mail.appointment_id.filter(|_| marked && mail.audience == "customer") {
        let entry = TimelineEntry {
            id: app.entropy.uuid(now),
            appointment_id,
            actor: "system",
            event: "mail_sent",
            text: format!("{} was mailed.", subject_in_words(mail)),
        };
        append_timeline(&txn, entry, now).await?;
    }
    txn.commit().await?;
    Ok(())
}

async fn keep_failure(app: &TimeTap, mail: &message::Model, error: &MailError) -> Result<JobOutcome, Unexpected> {
    let (code, text) = (error.code(), error.explain());
    // Once an attempt has ended in doubt, what the first one said is repeated until the end.
    let attempt = if mail.state == "sending" {
        Attempt::Unclear
    } else {
        attempt(error)
    };
    note_not_sent(app.db.writer(), mail.id, attempt, (code, &text), app.clock.now()).await?;
    Ok(if error.is_transient() {
        JobOutcome::backoff(code, text)
    } else {
        JobOutcome::dead(code, text)
    })
}

/// Whether the server may have taken the mail in spite of the error.
const fn attempt(error: &MailError) -> Attempt {
    match error {
        MailError::Unreachable | MailError::Timeout => Attempt::Unclear,
        MailError::Rejected { .. }
        | MailError::Deferred { .. }
        | MailError::LoginRefused { .. }
        | MailError::Insecure
        | MailError::Invalid(_) => Attempt::NotTaken,
    }
}

/// What a mail about an appointment is, at the beginning of a sentence that its host reads.
pub(super) fn subject_in_words(mail: &message::Model) -> String {
    if mail.kind == "given_away" {
        return "The notice to whoever served it before".to_owned();
    }
    let what = match mail.kind.as_str() {
        "booked" => "The confirmation",
        "meet_link" => "The Meet link",
        "rescheduled" => "The new time",
        "changed" => "The change",
        "weeks_planned" => "The notice of new weeks",
        "cancelled" => "The cancellation",
        _ => "A message",
    };
    let whom = if mail.audience == "host" { "you" } else { "the customer" };
    format!("{what} for {whom}")
}

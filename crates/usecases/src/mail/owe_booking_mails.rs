//! Mails about an appointment, to its customer and its host.

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, EntityTrait};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use timetap_store::entities::{appointment, user};
use timetap_store::messages::insert_message::{NewMessage, insert_messages};
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What happened to an appointment that its people should read about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum BookingEvent {
    /// It was booked. The mail waits a few seconds for the Meet link and goes without it if there is none.
    Booked,
    /// The Meet link came after the confirmation had gone out without it.
    MeetLink,
    /// It was moved.
    Rescheduled {
        /// Who moved it: `customer` or `host`.
        by: String,
        /// Who did it in the host's place, by name; nobody where the host did. Mails that were owed by an earlier version do
        /// not say.
        #[serde(default)]
        by_name: Option<String>,
        /// When it was before, in epoch milliseconds.
        previous_starts_at: i64,
        /// What the mover wrote.
        message: Option<String>,
    },
    /// It is the first of some weeks of a subscription that were planned together.
    WeeksPlanned {
        /// When each of them begins, in epoch milliseconds.
        starts: Vec<i64>,
    },
    /// Somebody else serves it now, or it is another service; the time stays. The mail waits for the new Meet link as a
    /// confirmation does.
    Changed {
        /// Who was to serve it before, where that has changed.
        previous_host: Option<String>,
        /// What it was before, where that has changed.
        previous_service: Option<String>,
        /// What the host's side wrote.
        message: Option<String>,
    },
    /// Its reader, who served it, does so no longer: it was given to somebody else.
    GivenAway {
        /// Who did that, by name; nobody where its reader did. They know, and are written to only where an entry of ours is
        /// to leave their calendar.
        by: Option<String>,
        /// What its reader knows it as.
        service: String,
    },
    /// It was cancelled.
    Cancelled {
        /// Who cancelled: `customer` or `host`.
        by: String,
        /// Who did it in the host's place, by name; nobody where the host did. Mails that were owed by an earlier version do
        /// not say.
        #[serde(default)]
        by_name: Option<String>,
        /// What that person wrote.
        message: Option<String>,
    },
}

impl BookingEvent {
    /// The kind as it stands in `messages.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::MeetLink => "meet_link",
            Self::Rescheduled { .. } => "rescheduled",
            Self::WeeksPlanned { .. } => "weeks_planned",
            Self::Changed { .. } => "changed",
            Self::GivenAway { .. } => "given_away",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether the mail tells of a Meet link that may still be to come, so that it waits for it.
    pub(super) fn tells_the_link(&self) -> bool {
        matches!(self, Self::Booked | Self::Changed { .. })
    }
}

/// What a mail about an appointment remembers from the moment at which it was owed; sealed in `messages.payload_sealed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwedBookingMail {
    /// The appointment's sequence after the event.
    pub(super) sequence: i64,
    /// What happened.
    pub(super) event: BookingEvent,
    /// Of a mail to the host: who that was when it was owed. Mails that were owed by an earlier version do not say.
    #[serde(default)]
    pub(super) host_id: Option<Uuid>,
}

/// Owes the mails about `event` to the appointment's customer and host, on the open transaction `on`. The appointment is
/// the one after the change; owing the same event of the same sequence twice owes it once.
///
/// # Errors
/// The database refuses, or a mail cannot be sealed.
pub async fn owe_booking_mails(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    event: &BookingEvent,
) -> Result<(), Unexpected> {
    owe_mails_to(on, app, appointment, event, &["customer", "host"]).await
}

/// The same to some of the two, which are `customer` and `host`.
///
/// # Errors
/// The database refuses, or a mail cannot be sealed.
pub(crate) async fn owe_mails_to(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    event: &BookingEvent,
    audiences: &[&'static str],
) -> Result<(), Unexpected> {
    let host = user::Entity::find_by_id(appointment.host_id)
        .one(on)
        .await?
        .ok_or_else(|| Unexpected::Inconsistent(format!("appointment {} has no host", appointment.id)))?;
    let mails = make_mails(app, appointment, event, audiences, &host.email)?;
    let owed = insert_messages(on, &mails, app.clock.now()).await?;
    let jobs: Vec<Job> = owed
        .into_iter()
        .map(|message_id| Job::SendMessage { message_id })
        .collect();
    enqueue_jobs(on, app, &jobs, when_to_tell(app, appointment, event)).await
}

/// The mails about `event` to `audiences`, of which the host reads theirs at `host_email`.
///
/// # Errors
/// A mail cannot be sealed.
pub(crate) fn make_mails(
    app: &TimeTap,
    appointment: &appointment::Model,
    event: &BookingEvent,
    audiences: &[&'static str],
    host_email: &str,
) -> Result<Vec<NewMessage>, Unexpected> {
    let recipient = |audience: &str| match audience {
        "host" => host_email,
        _ => appointment.customer_email.as_str(),
    };
    audiences
        .iter()
        .map(|audience| make_mail(app, appointment, event, audience, recipient(audience)))
        .collect()
}

/// When mails about `event` go out.
pub(crate) fn when_to_tell(app: &TimeTap, appointment: &appointment::Model, event: &BookingEvent) -> When {
    if event.tells_the_link() && waits_for_link(appointment) {
        after_grace(app)
    } else {
        When::Now
    }
}

/// Owes whoever serves them one notice of the weeks of a subscription that were planned in this transaction, however many
/// there are.
///
/// # Errors
/// The database refuses, or a mail cannot be sealed.
pub(crate) async fn owe_weeks_notice(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    weeks: &[appointment::Model],
) -> Result<(), Unexpected> {
    let Some(first) = weeks.first() else {
        return Ok(());
    };
    let event = BookingEvent::WeeksPlanned {
        starts: weeks.iter().map(|week| week.starts_at.0).collect(),
    };
    owe_mails_to(on, app, first, &event, &["host"]).await
}

/// Owes a notice to `former`, who served the appointment until now; `appointment` is the one after the change.
///
/// # Errors
/// The database refuses, or a mail cannot be sealed.
pub(crate) async fn owe_loss_notice(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment: &appointment::Model,
    former: Uuid,
    event: &BookingEvent,
) -> Result<(), Unexpected> {
    let as_theirs = appointment::Model {
        host_id: former,
        ..appointment.clone()
    };
    owe_mails_to(on, app, &as_theirs, event, &["host"]).await
}

/// Whether there is a Meet link to come. Only a confirmation of such a booking has something worth waiting for; the calendar
/// job brings it forward.
pub(super) fn waits_for_link(appointment: &appointment::Model) -> bool {
    appointment.location_kind == "google_meet" && appointment.meet_link.is_none()
}

/// When a confirmation that waits goes out without the link.
pub(super) fn after_grace(app: &TimeTap) -> When {
    let now = app.clock.now();
    let grace = SignedDuration::try_from(app.settings.mail_grace).unwrap_or(SignedDuration::ZERO);
    When::At(now.saturating_add(grace).unwrap_or(now))
}

fn make_mail(
    app: &TimeTap,
    appointment: &appointment::Model,
    event: &BookingEvent,
    audience: &'static str,
    recipient: &str,
) -> Result<NewMessage, Unexpected> {
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let owed = OwedBookingMail {
        sequence: appointment.sequence,
        event: event.clone(),
        host_id: (audience == "host").then_some(appointment.host_id),
    };
    let plain = serde_json::to_string(&owed).map_err(|error| Unexpected::Internal(error.to_string()))?;
    let payload = app
        .keys
        .seal(&SecretString::from(plain), "messages.payload_sealed", id, &app.entropy)?;
    Ok(NewMessage {
        id,
        dedupe_key: format!(
            "{}:{}:{audience}:{}",
            event.kind(),
            appointment.id,
            appointment.sequence
        ),
        message_id: app.settings.message_id(
            &format!("{}-{audience}", event.kind()),
            appointment.id,
            recipient,
            u32::try_from(appointment.sequence).unwrap_or(0),
        ),
        kind: event.kind(),
        appointment_id: Some(appointment.id),
        order_id: None,
        user_id: None,
        recipient: recipient.to_owned(),
        audience,
        payload_sealed: Some(payload),
    })
}

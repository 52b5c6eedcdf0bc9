//! A person comes back from Google's consent page.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use timetap_providers::google::calendar::RemoteCalendar;
use timetap_providers::google::oauth::{Account, ConsentAnswer, TokenGrant};
use timetap_providers::google::{ErrorKind, GoogleError, scopes};
use timetap_store::calendars::find_connection::{find_connection, find_write_connection};
use timetap_store::calendars::keep_connection::{NewConnection, find_account, keep_connection};
use timetap_store::calendars::list_upcoming::{list_outdated_writes, list_waiting_writes};
use timetap_store::calendars::note_connection_state::{set_sync, set_write_calendar};
use timetap_store::calendars::note_write::note_fresh_start;
use timetap_store::calendars::oauth_attempts::{find_attempt, use_attempt};
use timetap_store::calendars::replace_calendars::replace_calendars;
use timetap_store::hosts::find_host::find_host;
use timetap_store::jobs::supersede_resting::supersede_resting;
use timetap_store::jobs::unpark_jobs::unpark_jobs;
use uuid::Uuid;

use crate::calendars::add_upcoming::{Which, add_upcoming_on};
use crate::calendars::begin_connect::VERIFIER_PLACE;
use crate::calendars::google_account::{ACCESS_PLACE, REFRESH_PLACE};
use crate::calendars::read_calendars::read_calendars;
use crate::calendars::set_preferences::Direction;
use crate::calendars::while_a_person_waits::while_a_person_waits;
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// When a new connection's calendars are compared with the bookings.
const COMPARE_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The connection.
    pub connection_id: Uuid,
    /// How many bookings waited for it and are being added now.
    pub resumed: usize,
}

/// Why nothing is connected, in the person's words; [`FinishConnectError::code`] is what an address may carry.
#[derive(Debug, thiserror::Error)]
pub enum FinishConnectError {
    /// There are no Google credentials.
    #[error("Google is not set up in this TimeTap.")]
    NotConfigured,
    /// The address had no state, or one that we never gave out.
    #[error("We did not send you to Google for this. Please start again from here.")]
    UnknownState,
    /// The state belongs to another person or another session.
    #[error("This answer from Google belongs to another sign-in. Please start again from here.")]
    ForeignState,
    /// The state was used before.
    #[error("This answer from Google was used already. If nothing is connected below, please start again.")]
    UsedState,
    /// The trip took longer than ten minutes.
    #[error("That took longer than ten minutes, so the answer is no longer valid. Please start again.")]
    Expired,
    /// The person said no.
    #[error("You did not give Google your permission, so nothing is connected. You can try again at any time.")]
    Denied,
    /// Google gave another reason.
    #[error("Google refused the connection. Please try again.")]
    Refused,
    /// The code was not accepted.
    #[error("Google no longer accepts this answer; it may have taken too long. Please start again.")]
    CodeExpired,
    /// Boxes were unticked.
    #[error("Some permissions were not given.")]
    MissingScopes(Vec<&'static str>),
    /// Google gave nothing lasting.
    #[error("Google gave no lasting access. Please try again.")]
    NoRefreshToken,
    /// Google does not answer.
    #[error("Google is not answering right now. Nothing is connected yet; please try again in a few minutes.")]
    GoogleDown,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl FinishConnectError {
    /// A stable word for the address of the page that explains.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::UnknownState => "state_unknown",
            Self::ForeignState => "state_foreign",
            Self::UsedState => "state_used",
            Self::Expired => "expired",
            Self::Denied => "denied",
            Self::Refused => "refused",
            Self::CodeExpired => "code_expired",
            Self::MissingScopes(_) => "scopes",
            Self::NoRefreshToken => "no_refresh_token",
            Self::GoogleDown => "google_down",
            Self::Unexpected(_) => "unexpected",
        }
    }

    fn from_google(error: &GoogleError) -> Self {
        match error.kind() {
            ErrorKind::Transient | ErrorKind::RateLimit | ErrorKind::Quota => Self::GoogleDown,
            ErrorKind::Reauthorize if *error == GoogleError::InsufficientScope => {
                Self::MissingScopes(vec![scopes::EMAIL])
            }
            ErrorKind::Reauthorize => Self::CodeExpired,
            ErrorKind::AccessToken | ErrorKind::Mismatch | ErrorKind::Permanent => Self::Refused,
        }
    }
}

impl From<timetap_store::StoreError> for FinishConnectError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Exchanges the answer for tokens and keeps the connection. The account's own calendar counts as busy, and receives the
/// events unless another connection does so already; an account that was connected before comes back with its choices, and
/// what waited for it goes on.
///
/// # Errors
/// See [`FinishConnectError`]; each leaves everything as it was.
pub async fn finish_connect(
    app: &TimeTap,
    user_id: Uuid,
    login_session_id: Uuid,
    answer: &ConsentAnswer,
) -> Result<Connected, FinishConnectError> {
    let google = app.google.as_ref().ok_or(FinishConnectError::NotConfigured)?;
    let verifier = check_state(app, user_id, login_session_id, answer).await?;
    if let Some(error) = &answer.error {
        return Err(if error == "access_denied" {
            FinishConnectError::Denied
        } else {
            tracing::warn!(error = %error.chars().filter(char::is_ascii_graphic).take(40).collect::<String>(),
                "google: the consent page came back with an error");
            FinishConnectError::Refused
        });
    }
    let code = answer.code.as_deref().ok_or(FinishConnectError::Refused)?;
    let told = |error: GoogleError| {
        tracing::warn!(user = %user_id, code = error.code(), %error, "google: connecting failed");
        FinishConnectError::from_google(&error)
    };
    let answers = async {
        let grant = google.exchange_code(code, &verifier).await?;
        let missing = scopes::missing(&grant.scopes);
        if !missing.is_empty() {
            return Ok(Err(FinishConnectError::MissingScopes(missing)));
        }
        let account = google.fetch_account(&grant.access_token).await?;
        match google.list_calendars(&grant.access_token).await {
            Ok(calendars) => Ok(Ok((grant, account, calendars))),
            Err(GoogleError::InsufficientScope) => {
                let missing = vec![scopes::CALENDAR_LIST_READONLY];
                Ok(Err(FinishConnectError::MissingScopes(missing)))
            }
            Err(error) => Err(error),
        }
    };
    let (grant, account, calendars) = while_a_person_waits(answers).await.map_err(told)??;
    keep(app, user_id, &grant, &account, calendars).await
}

/// The state must be ours, of this person and session, fresh and unused; using it here ends it. Whoever brings a foreign
/// one does not end it for its owner.
async fn check_state(
    app: &TimeTap,
    user_id: Uuid,
    login_session_id: Uuid,
    answer: &ConsentAnswer,
) -> Result<SecretString, FinishConnectError> {
    let state = answer.state.as_deref().ok_or(FinishConnectError::UnknownState)?;
    let hash = token_hash(state);
    let now = app.clock.now();
    let attempt = find_attempt(app.db.writer(), &hash)
        .await?
        .ok_or(FinishConnectError::UnknownState)?;
    if attempt.user_id != user_id || attempt.login_session_id != login_session_id {
        return Err(FinishConnectError::ForeignState);
    }
    if attempt.used_at.is_some() || !use_attempt(app.db.writer(), &hash, now).await? {
        return Err(FinishConnectError::UsedState);
    }
    if attempt.expires_at.timestamp() <= now {
        return Err(FinishConnectError::Expired);
    }
    Ok(app
        .keys
        .open(&attempt.verifier_sealed, VERIFIER_PLACE, login_session_id)?)
}

async fn keep(
    app: &TimeTap,
    user_id: Uuid,
    grant: &TokenGrant,
    account: &Account,
    calendars: Vec<RemoteCalendar>,
) -> Result<Connected, FinishConnectError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let known = find_account(&txn, user_id, "google", &account.id).await?;
    if grant.refresh_token.is_none() && !known.is_some_and(|(_, has_refresh_token)| has_refresh_token) {
        return Err(FinishConnectError::NoRefreshToken);
    }
    let id = known.map_or_else(|| app.entropy.uuid(now), |(id, _)| id);
    let life = SignedDuration::try_from(grant.expires_in).unwrap_or(SignedDuration::ZERO);
    let access = app.keys.seal(&grant.access_token, ACCESS_PLACE, id, &app.entropy)?;
    let refresh = grant
        .refresh_token
        .as_ref()
        .map(|token| app.keys.seal(token, REFRESH_PLACE, id, &app.entropy))
        .transpose()?;
    let new = NewConnection {
        id,
        user_id,
        provider: "google",
        account_id: &account.id,
        account_email: &account.email,
        scopes: &grant.scopes,
        access: &access,
        expires_at: now.saturating_add(life).unwrap_or(now),
        refresh: refresh.as_deref(),
    };
    let id = keep_connection(&txn, &new, now).await?;
    let primary = calendars
        .iter()
        .find(|calendar| calendar.primary && calendar.is_writable())
        .map(|calendar| calendar.id.clone());
    replace_calendars(&txn, id, read_calendars(id, calendars)).await?;
    choose_write_calendar(&txn, app, user_id, id, primary.as_deref()).await?;
    if known.is_none() && find_host(&txn, user_id).await?.is_none() {
        // Whoever cannot be booked has no busy times that anybody needs to know.
        set_sync(&txn, id, (true, true, Direction::Write.as_str()), now).await?;
    }
    let mut resumed = continue_what_waited(&txn, app, id).await?;
    let writes = find_write_connection(&txn, user_id).await?;
    if writes.is_some_and(|connection| connection.auto_sync) {
        resumed += add_upcoming_on(&txn, app, user_id, Which::Unasked).await?;
    }
    txn.commit()
        .await
        .map_err(|error| FinishConnectError::Unexpected(error.into()))?;
    app.signal.ring();
    tracing::info!(connection = %id, user = %user_id, "calendar: Google connected");
    Ok(Connected {
        connection_id: id,
        resumed,
    })
}

/// One calendar receives a person's events. The new account's own one does, unless there is a working one already.
async fn choose_write_calendar(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    id: Uuid,
    primary: Option<&str>,
) -> Result<(), FinishConnectError> {
    let now = app.clock.now();
    let Some(primary) = primary else { return Ok(()) };
    let elsewhere = find_write_connection(on, user_id).await?.filter(|other| other.id != id);
    match elsewhere {
        Some(other) if other.status != "needs_reconnect" => {
            set_write_calendar(on, id, None, now).await?;
        }
        broken => {
            if let Some(broken) = broken {
                set_write_calendar(on, broken.id, None, now).await?;
            }
            let chosen = find_connection(on, id).await?.and_then(|own| own.write_calendar_id);
            if chosen.is_none() {
                set_write_calendar(on, id, Some(primary), now).await?;
            }
        }
    }
    Ok(())
}

/// Jobs that waited for the grant run now; events that changed or were called off while nobody could tell Google are
/// brought up to date. Returns how many bookings waited; from here on their pages say that they are being added.
async fn continue_what_waited(on: &impl ConnectionTrait, app: &TimeTap, id: Uuid) -> Result<usize, FinishConnectError> {
    let now = app.clock.now();
    let waiting = list_waiting_writes(on, id, now).await?;
    for write_id in list_outdated_writes(on, id).await? {
        let job = Job::WriteCalendar { write_id };
        note_fresh_start(on, write_id, now).await?;
        supersede_resting(on, &job.dedupe_key(), now).await?;
        enqueue_job(on, app, &job, When::Now).await?;
    }
    for write_id in &waiting {
        note_fresh_start(on, *write_id, now).await?;
    }
    unpark_jobs(on, id, now).await?;
    enqueue_job(on, app, &Job::RefreshBusy { connection_id: id }, When::Now).await?;
    // What happened in the calendar while nobody could look, after what waited is done.
    let soon = now.saturating_add(COMPARE_AFTER).unwrap_or(now);
    enqueue_job(on, app, &Job::ReconcileCalendar { connection_id: id }, When::At(soon)).await?;
    Ok(waiting.len())
}

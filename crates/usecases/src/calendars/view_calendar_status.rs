//! How an order stands in the calendars of whoever asks: for pages that say it, and for programs.

use serde::Serialize;
use timetap_core::calendar_write::WriteState;
use timetap_store::calendars::list_writes::list_writes_of;
use timetap_store::entities::{appointment, calendar_write, order};
use timetap_store::orders::list_appointments::list_appointments;
use uuid::Uuid;

use crate::orders::{OrderReader, OrderSide, find_order_for};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How an event of the asker's stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStage {
    /// It stands in their calendar.
    Added,
    /// It is on its way.
    Pending,
    /// Google does not answer, or refused for now: tried again by itself.
    Retrying,
    /// They add events themselves, or turned sync off.
    Off,
    /// They ordered without an account, so that there is no calendar to write to.
    Guest,
    /// They have no calendar connected.
    Connect,
    /// Their connection has to be renewed; then it goes on by itself.
    Reconnect,
    /// Given up until somebody tries again.
    Failed,
}

impl EventStage {
    fn of(write: Option<&calendar_write::Model>) -> Result<Self, Unexpected> {
        let Some(write) = write.filter(|write| write.desired_present) else {
            return Ok(Self::Connect);
        };
        let state: WriteState = write
            .state
            .parse()
            .map_err(|_| Unexpected::Inconsistent(format!("calendar_writes.state of {}", write.id)))?;
        Ok(match state {
            WriteState::Written => Self::Added,
            WriteState::Pending if write.last_error_code.is_some() => Self::Retrying,
            WriteState::Pending | WriteState::Removed => Self::Pending,
            WriteState::Skipped => match write.last_error_code.as_deref() {
                Some("by_hand" | "sync_off" | "not_configured") => Self::Off,
                _ => Self::Connect,
            },
            WriteState::NeedsReconnect => Self::Reconnect,
            WriteState::Failed => Self::Failed,
        })
    }

    /// The words for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Added => "Added to Google Calendar",
            Self::Pending => "Being added to Google Calendar",
            Self::Retrying => "Google is not answering right now. It is being tried again by itself",
            Self::Off => "Not added, because sync is off or you add bookings yourself. See your calendars",
            Self::Guest => "The calendar file adds it to any calendar",
            Self::Connect => "Connect Google to add to calendar",
            Self::Reconnect => "Reconnect Google; then it is added by itself",
            Self::Failed => "It could not be added to Google Calendar. You can try again with your calendars",
        }
    }

    /// Whether it changes by itself, so that looking again is worth it.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Pending | Self::Retrying)
    }
}

/// An order in the calendars of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarStatus {
    /// At Google.
    pub google: ProviderStatus,
    /// At Outlook, where nothing is written yet.
    pub outlook: ProviderStatus,
    /// At Apple, where nothing is written yet.
    pub apple: ProviderStatus,
}

/// An order in the calendars of one person at one provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderStatus {
    /// Whether all of the asker's appointments stand there, and there are any.
    pub added: bool,
    /// Of the first one that stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_event_id: Option<String>,
    /// The stage of the one that is furthest from being added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<EventStage>,
    /// What that means, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<&'static str>,
    /// Each appointment that concerns the asker.
    pub items: Vec<ItemStatus>,
}

/// One appointment in the calendar of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemStatus {
    /// The appointment.
    pub appointment_id: Uuid,
    /// The item that it came of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_item_id: Option<Uuid>,
    /// What it is.
    pub title: String,
    /// Whether it stands there.
    pub added: bool,
    /// How it stands.
    pub stage: EventStage,
    /// What that means, for people.
    pub words: &'static str,
    /// The event's id at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_event_id: Option<String>,
    /// Where its owner sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// How the order stands in the calendars of `reader`, whoever of its people that is; `None` for everybody else.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn view_calendar_status(
    app: &TimeTap,
    order_id: Uuid,
    reader: &OrderReader<'_>,
) -> Result<Option<CalendarStatus>, Unexpected> {
    let on = app.db.reader();
    let Some(found) = find_order_for(on, order_id, reader).await? else {
        return Ok(None);
    };
    let asker = asker(&found.order, found.side, reader);
    let items: Vec<Uuid> = found.items.iter().map(|item| item.id).collect();
    let appointments: Vec<appointment::Model> = list_appointments(on, order_id)
        .await?
        .into_iter()
        .filter(|row| row.status != "cancelled" && row.order_item_id.is_some_and(|id| items.contains(&id)))
        .collect();
    let writes = match asker {
        Some(asker) => {
            let ids: Vec<Uuid> = appointments.iter().map(|row| row.id).collect();
            list_writes_of(on, asker, &ids).await?
        }
        None => Vec::new(),
    };
    let mut shown = Vec::with_capacity(appointments.len());
    for row in appointments {
        let write = writes.iter().find(|write| write.appointment_id == row.id);
        // An administrator sees all orders, and has events of them only on request.
        if found.side == OrderSide::Admin && write.is_none() {
            continue;
        }
        let stage = if asker.is_some() {
            EventStage::of(write)?
        } else {
            EventStage::Guest
        };
        let write = write.filter(|_| stage == EventStage::Added);
        shown.push(ItemStatus {
            appointment_id: row.id,
            order_item_id: row.order_item_id,
            title: row.service_title,
            added: stage == EventStage::Added,
            stage,
            words: stage.words(),
            provider_event_id: write.and_then(|write| write.remote_event_id.clone()),
            link: write.and_then(|write| write.html_link.clone()),
        });
    }
    let stage = shown.iter().map(|item| item.stage).max();
    Ok(Some(CalendarStatus {
        google: ProviderStatus {
            added: stage == Some(EventStage::Added),
            provider_event_id: shown.iter().find_map(|item| item.provider_event_id.clone()),
            stage,
            words: stage.map(EventStage::words),
            items: shown,
        },
        outlook: ProviderStatus::default(),
        apple: ProviderStatus::default(),
    }))
}

/// Whose calendars are meant: the account that is signed in, and behind the customer's link the customer's.
fn asker(order: &order::Model, side: OrderSide, reader: &OrderReader<'_>) -> Option<Uuid> {
    match side {
        OrderSide::Customer => order.user_id,
        OrderSide::Staff | OrderSide::Admin => reader.account.map(|(id, _)| id),
    }
}

//! How far a booking got into the host's calendar, in the words of those who wait for it.

use timetap_core::calendar_write::WriteState;
use timetap_store::entities::{appointment, calendar_write};

use crate::platform::unexpected::Unexpected;

/// Where the calendar entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarStage {
    /// On its way.
    Adding,
    /// It stands in the calendar.
    Added,
    /// The host has no calendar to write to.
    NotConnected,
    /// The host adds events themselves, or turned sync off.
    Off,
    /// The calendar does not answer, or refused for now: tried again by itself.
    Delayed,
    /// Access was withdrawn: nothing happens until the host connects the calendar anew, and then everything by itself.
    Waiting,
    /// Given up until somebody tries again.
    Failed,
    /// The booking is cancelled: there is nothing to add any more.
    Gone,
}

impl CalendarStage {
    /// The stage that the write of an appointment stands for.
    pub(super) fn of(
        appointment: &appointment::Model,
        write: Option<&calendar_write::Model>,
    ) -> Result<Self, Unexpected> {
        if appointment.status == "cancelled" {
            return Ok(Self::Gone);
        }
        let Some(write) = write else {
            return Ok(Self::NotConnected);
        };
        let state: WriteState = write
            .state
            .parse()
            .map_err(|_| Unexpected::Inconsistent(format!("calendar_writes.state of {}", write.id)))?;
        Ok(match state {
            WriteState::Pending if write.last_error_code.is_some() => Self::Delayed,
            WriteState::Pending => Self::Adding,
            WriteState::Written => Self::Added,
            WriteState::Skipped => match write.last_error_code.as_deref() {
                Some("by_hand" | "sync_off") => Self::Off,
                _ => Self::NotConnected,
            },
            WriteState::NeedsReconnect => Self::Waiting,
            WriteState::Failed => Self::Failed,
            WriteState::Removed => Self::Gone,
        })
    }

    /// A short name for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adding => "adding",
            Self::Added => "added",
            Self::NotConnected => "not_connected",
            Self::Off => "off",
            Self::Delayed => "delayed",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Gone => "gone",
        }
    }

    /// The words on the chip.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Adding => "Adding to calendar…",
            Self::Added => "Added to Google Calendar",
            Self::NotConnected => "Not connected",
            Self::Off => "Added by hand",
            Self::Delayed => "Delayed, retrying",
            Self::Waiting => "Waiting to be added",
            Self::Failed => "Could not be added",
            Self::Gone => "Removed from the calendar",
        }
    }

    /// What it means for the customer, where the chip leaves a question open.
    pub fn sentence(self, host_name: &str, waits_for_link: bool) -> Option<String> {
        match self {
            Self::Adding | Self::Added | Self::Gone => None,
            Self::NotConnected => Some(format!(
                "{host_name} has not connected a calendar. Your booking stands all the same."
            )),
            Self::Off => Some(format!(
                "{host_name} keeps their calendar themselves. Your booking stands all the same."
            )),
            Self::Delayed if waits_for_link => Some(
                "Google is not answering right now. Your booking stands; we keep trying and will mail you the link."
                    .to_owned(),
            ),
            Self::Delayed => {
                Some("Google is not answering right now. Your booking stands, and we keep trying.".to_owned())
            }
            Self::Waiting if waits_for_link => Some(format!(
                "Waiting for {host_name} to reconnect their calendar. Your booking stands, and there is nothing you need to \
                 do; the Meet link follows by e-mail."
            )),
            Self::Waiting => Some(format!(
                "Waiting for {host_name} to reconnect their calendar. Your booking stands, and there is nothing you need to \
                 do."
            )),
            Self::Failed => Some(format!(
                "The calendar entry could not be made. Your booking stands, and {host_name} knows of it."
            )),
        }
    }

    /// Whether whoever looks at it need not look again: no job and no person is expected to change it.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Adding | Self::Delayed | Self::Waiting)
    }
}

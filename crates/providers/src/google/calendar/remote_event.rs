//! An event as Google has it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

/// An event in a calendar at Google. Of a deleted one that comes with a list of changes, only `id` and `status` are
/// certain.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteEvent {
    /// Unique in its calendar.
    pub id: String,
    /// Changes with every change of the event; empty if Google left it out.
    pub etag: String,
    /// `confirmed`, `tentative` or `cancelled` (deleted).
    pub status: String,
    /// Where the calendar's owner sees the event.
    pub html_link: Option<String>,
    /// The title.
    pub summary: Option<String>,
    /// The text below it.
    pub description: Option<String>,
    /// Where it takes place, in words.
    pub location: Option<String>,
    /// First instant; `None` for an event of whole days.
    pub starts: Option<Timestamp>,
    /// First instant after it; `None` for an event of whole days.
    pub ends: Option<Timestamp>,
    /// First day and first day after it, in the calendar's zone, for an event of whole days.
    pub all_day: Option<(Date, Date)>,
    /// Shown as "free": does not make its owner busy.
    pub transparent: bool,
    /// The calendar's owner declined.
    pub declined: bool,
    /// The series that this is one instance of.
    pub recurring_event_id: Option<String>,
    /// Where this instance stood in its series before it was moved.
    pub original_start: Option<Timestamp>,
    /// Who is invited, as Google has them, so that they can be sent back as they are.
    pub attendees: Vec<Value>,
    /// Private extended properties; ours are among them if the event is ours.
    pub private: BTreeMap<String, String>,
    /// The Meet link, or where it stays.
    pub conference: Conference,
    /// The last change, reminders aside.
    pub updated: Option<Timestamp>,
}

impl RemoteEvent {
    /// Whether the event is deleted (or a declined-by-deletion instance of a series).
    pub fn is_cancelled(&self) -> bool {
        self.status == "cancelled"
    }
}

/// How far Google got with a conference. It is made after the event, so the answer to an insert may say `Pending`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conference {
    /// The event has none.
    None,
    /// Asked for; read the event again later.
    Pending,
    /// There it is.
    Ready {
        /// Opens the video meeting; always http or https.
        link: String,
    },
    /// Google could not; ask again with a new request id.
    Failed,
}

impl Conference {
    /// The link, once there is one.
    pub fn link(&self) -> Option<&str> {
        match self {
            Self::Ready { link } => Some(link),
            _ => None,
        }
    }
}

impl fmt::Debug for RemoteEvent {
    /// Names the event and nobody in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteEvent")
            .field("id", &self.id)
            .field("etag", &self.etag)
            .field("status", &self.status)
            .field("starts", &self.starts)
            .field("ends", &self.ends)
            .field("all_day", &self.all_day)
            .finish_non_exhaustive()
    }
}

//! A mail before it is put into its envelope.

use std::fmt;

/// A display name, if there is one, and an address.
pub type Party = (Option<String>, String);

/// A mail to one recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Who sends it.
    pub from: Party,
    /// Who gets it.
    pub to: Party,
    /// Who gets the answer, if not the sender.
    pub reply_to: Option<Party>,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// `local@domain`, with or without angle brackets. The same mail sent twice has the same id, so that mailboxes can
    /// drop the second.
    pub message_id: String,
    /// The calendar entry that comes with it.
    pub calendar: Option<CalendarPart>,
    /// Says that a machine wrote it (RFC 3834), so that out-of-office replies stay away.
    pub auto_submitted: bool,
}

/// An iCalendar object in a mail: once as an alternative, which mail programs offer to answer, and once as the file
/// `invite.ics`, which everything else can open.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// The iCalendar text.
    pub ics: String,
    /// `REQUEST`, `CANCEL` or `PUBLISH`; the same as the METHOD within `ics` (RFC 6047 section 2.4).
    pub method: &'static str,
}

impl fmt::Debug for OutgoingMail {
    /// Names the message and nobody in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingMail")
            .field("message_id", &self.message_id)
            .field("calendar", &self.calendar)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CalendarPart {
    /// Names the method; the text names people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalendarPart")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

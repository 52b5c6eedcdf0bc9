//! Calendar entries for those who are in no calendar that we write to: the `.ics` file beside a mail or behind a
//! button, and links that open a filled-in form at Google and Outlook.
//!
//! The file is put together here rather than by a library: the one at hand (icalendar 0.17) leaves carriage returns in
//! texts and quotes and line ends in parameters, so that a customer's name could add lines of its own, and it reads the
//! machine's clock. Its parser, written by others, is what the tests read our files with.

mod content_line;
mod event;
mod links;
mod time_zone;

pub use event::{Daily, IcsEvent, IcsMethod, render, render_all};
pub use links::{google_link, outlook_link};

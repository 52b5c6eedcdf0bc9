//! The parts that react in the browser. Everything they do also works without them.
//!
//! An island brings behaviour and nothing else: what it shows is rendered on the server and handed to it as children, what it
//! has to know stands in `data-` attributes there, and what changes is asked of the server as HTML. So neither views nor
//! (de)serialisation reach the browser, and nothing is sent twice.

pub mod copy_button;
pub mod detect_zone;
pub mod hold_countdown;
pub mod live_status;
pub mod slot_picker;

#[cfg(feature = "hydrate")]
mod document;

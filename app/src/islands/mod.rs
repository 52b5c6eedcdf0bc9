//! The parts that react in the browser. Everything they do also works without them.

pub mod copy_button;
pub mod detect_zone;
pub mod live_status;
pub mod picker_view;
pub mod slot_picker;

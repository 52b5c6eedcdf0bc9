//! The parts that react in the browser. Everything they do also works without them.

pub mod copy_button;

//! What the program remembers about itself.

pub mod keep_setting;

//! Questions that islands ask the server. Each has an address of its own, and answers with what is to be shown.

pub mod pick_times;

//! What pages share: who is looking, what was submitted, how data is awaited and what happens when it is not there.

pub mod address_id;
pub mod ago;
pub mod cart_cookie;
pub mod cart_count;
pub mod form;
pub mod keeping;
pub mod loading;
pub mod local_path;
pub mod query;
pub mod send_to;
pub mod session_cookie;
pub mod viewer;

use std::sync::Arc;

use leptos::prelude::*;
use timetap_usecases::TimeTap;

/// The running program, as provided to every page and server function.
pub fn timetap() -> Arc<TimeTap> {
    expect_context::<Arc<TimeTap>>()
}

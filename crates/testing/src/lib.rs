//! What the tests of several crates need: real databases, and the whole program against the sandbox.
//!
//! For tests only: nothing that ships depends on this crate, and what cannot be set up panics with a sentence.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod booked_order;
mod database;
mod fingerprint;
mod google_consent;
mod host_scene;
mod open_shop;
mod order_rows;
mod program;
mod scale;
mod shop_scene;

pub use booked_order::book_order;
pub use database::TestDatabase;
pub use fingerprint::{changes, fingerprint};
pub use google_consent::{CALENDAR_SCOPES, answer_consent, connect_google};
pub use host_scene::{HostScene, ServiceScene};
pub use open_shop::OpenShop;
pub use order_rows::insert_order_rows;
pub use program::{ProgramOptions, STRIPE_SIGNING_SECRET, TestProgram};
pub use scale::torture;
pub use shop_scene::ShopScene;
pub use timetap_store::Engine;

//! What can be bought, set up by those who offer it: kinds and prices, dates, weekly times, rooms, teams.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod dates;
mod for_others;
mod offers;
mod support;
mod team;
mod weekly;

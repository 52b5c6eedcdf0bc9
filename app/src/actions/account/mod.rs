//! Forms of the account pages.

mod change_account;
mod forgot_password;
mod reset_password;
mod set_up;
mod sign_in;
mod sign_out;
mod sign_up;
mod verify_email;

use http::StatusCode;
use timetap_usecases::accounts::Browser;

use super::{Action, Reply, Submission};
use crate::page::session_cookie::{ended_session_cookie, session_cookie};

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("/sign-up", sign_up::sign_up),
        ("/sign-in", sign_in::sign_in),
        ("/sign-out", sign_out::sign_out),
        ("/forgot-password", forgot_password::forgot_password),
        ("/reset-password", reset_password::reset_password),
        ("/verify-email", verify_email::verify_email),
        ("/setup", set_up::set_up),
        ("/account", change_account::change_account),
    ]
}

/// Where the form came from, for use cases.
fn browser(s: &Submission) -> Browser {
    Browser {
        address: s.client.ip.clone(),
        device: s.client.device.clone(),
    }
}

/// Done, and signed in from now on.
fn see_signed_in(s: &Submission, token: &secrecy::SecretString, to: &str) -> Reply {
    Reply::SeeOther {
        to: to.to_owned(),
        cookies: vec![session_cookie(&s.app.settings, token)],
    }
}

/// Done, and signed out from now on.
fn see_signed_out(s: &Submission, to: &str) -> Reply {
    Reply::SeeOther {
        to: to.to_owned(),
        cookies: vec![ended_session_cookie(&s.app.settings)],
    }
}

/// The page again, with the sentence of an error that slows somebody down.
fn slow_down(s: Submission, form: &str, sentence: impl Into<String>) -> Reply {
    s.refused(StatusCode::TOO_MANY_REQUESTS, form, sentence)
}

//! OAuth 2.0 as Google speaks it: consent page, token endpoint, revocation, userinfo.

mod authorize;
mod exchange_code;
pub(crate) mod grants;
mod refresh_token;
pub(crate) mod revoke_token;
pub(crate) mod scopes;
mod show_userinfo;

use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::{
    answer::Answer,
    errors::{ApiError, OAuthError},
    operation::Operation,
    request::{Incoming, Params},
    turn::Turn,
};
use crate::pages::Pages;

/// Runs one of the operations outside the Calendar API.
pub(crate) fn run(turn: &mut Turn<'_>, operation: &Operation, incoming: &Incoming, pages: &Pages) -> Answer {
    match operation {
        Operation::ShowConsent => authorize::show_consent(turn, incoming, pages),
        Operation::DecideConsent => authorize::decide_consent(turn, incoming, pages),
        Operation::ExchangeCode => answer(exchange_code::exchange_code(turn, incoming)),
        Operation::RefreshToken => answer(refresh_token::refresh_token(turn, incoming)),
        Operation::UnknownGrant => unknown_grant(incoming).into(),
        Operation::Revoke => answer(revoke_token::revoke_token(turn, incoming)),
        Operation::UserInfo => answer(show_userinfo::show_userinfo(turn, incoming)),
        _ => ApiError::not_found().into(),
    }
}

fn answer(result: Result<Answer, OAuthError>) -> Answer {
    result.unwrap_or_else(Answer::from)
}

fn unknown_grant(incoming: &Incoming) -> OAuthError {
    match incoming.form().get("grant_type") {
        Some(other) => OAuthError::new(400, "unsupported_grant_type", format!("Invalid grant_type: {other}")),
        None => OAuthError::invalid_request("Missing required parameter: grant_type"),
    }
}

/// Checks id and secret of the client, from a Basic header or from the form.
fn check_client(turn: &Turn<'_>, incoming: &Incoming, form: &Params) -> Result<(), OAuthError> {
    let (id, secret) = match incoming.basic() {
        Some(pair) => pair,
        None => match (form.get("client_id"), form.get("client_secret")) {
            (None, _) => {
                return Err(OAuthError::invalid_request(
                    "Could not determine client ID from request.",
                ));
            }
            (Some(_), None) => return Err(OAuthError::invalid_request("client_secret is missing.")),
            (Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
        },
    };
    if id != turn.options.client_id {
        return Err(OAuthError::new(
            401,
            "invalid_client",
            "The OAuth client was not found.",
        ));
    }
    if !bool::from(secret.as_bytes().ct_eq(turn.options.client_secret.as_bytes())) {
        return Err(OAuthError::new(401, "invalid_client", "Unauthorized"));
    }
    Ok(())
}

/// The body of a successful token answer; `refresh_token` only where one was made.
fn token_body(access: &str, refresh: Option<&str>, scope: &str) -> Value {
    let mut body = json!({
        "access_token": access,
        "expires_in": grants::ACCESS_TOKEN_SECONDS,
        "scope": scope,
        "token_type": "Bearer",
    });
    if let Some(refresh) = refresh {
        body["refresh_token"] = json!(refresh);
    }
    body
}

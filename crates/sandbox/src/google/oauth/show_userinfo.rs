//! The userinfo endpoint.

use serde_json::json;

use super::scopes;
use crate::google::{answer::Answer, errors::OAuthError, request::Incoming, turn::Turn};

/// Who the bearer of the token is, as far as the scopes tell.
pub(crate) fn show_userinfo(turn: &mut Turn<'_>, incoming: &Incoming) -> Result<Answer, OAuthError> {
    let refused = || OAuthError::new(401, "invalid_request", "Invalid Credentials");
    let token = incoming.bearer().ok_or_else(refused)?;
    let (email, granted) = turn.world.grants.check_access(token, turn.now).ok_or_else(refused)?;
    if !granted.iter().any(|scope| scopes::is_identity(scope)) {
        return Err(OAuthError::new(
            403,
            "insufficient_scope",
            "Request had insufficient authentication scopes.",
        ));
    }
    let account = turn.world.accounts.get(&email).ok_or_else(refused)?;
    let mut body = json!({ "sub": account.sub });
    if scopes::shows_email(&granted) {
        body["email"] = json!(account.email);
        body["email_verified"] = json!(true);
    }
    if scopes::shows_profile(&granted) {
        let (given, family) = account.name.split_once(' ').unwrap_or((&account.name, ""));
        body["name"] = json!(account.name);
        body["given_name"] = json!(given);
        body["family_name"] = json!(family);
    }
    Ok(Answer::json(200, &body))
}

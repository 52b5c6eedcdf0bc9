//! The revocation endpoint.

use serde_json::json;

use crate::google::{answer::Answer, errors::OAuthError, request::Incoming, turn::Turn};

/// Ends the whole grant behind an access or refresh token: every token of the user and the client dies.
pub(crate) fn revoke_token(turn: &mut Turn<'_>, incoming: &Incoming) -> Result<Answer, OAuthError> {
    let form = incoming.form();
    let token = form
        .get("token")
        .or(incoming.query.get("token"))
        .ok_or_else(|| OAuthError::invalid_request("Missing required parameter: token"))?;
    let account = turn
        .world
        .grants
        .revocable(token, turn.now)
        .ok_or_else(|| OAuthError::new(400, "invalid_token", "Token expired or revoked"))?;
    revoke_grant(turn.world, &account);
    Ok(Answer::json(200, &json!({})).with_effect())
}

/// Ends the grant and, with it, the push channels made under it. Gives the number of tokens that died.
pub(crate) fn revoke_grant(world: &mut crate::world::World, account: &str) -> usize {
    world.channels.remove_of(account);
    world.grants.revoke(account)
}

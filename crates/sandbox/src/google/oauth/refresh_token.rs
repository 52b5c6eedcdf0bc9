//! Token endpoint, `grant_type=refresh_token`.

use super::{check_client, scopes, token_body};
use crate::google::{answer::Answer, errors::OAuthError, request::Incoming, turn::Turn};

/// Gives a new access token. The answer carries no refresh token: the old one stays good.
pub(crate) fn refresh_token(turn: &mut Turn<'_>, incoming: &Incoming) -> Result<Answer, OAuthError> {
    let form = incoming.form();
    check_client(turn, incoming, &form)?;
    let text = form
        .get("refresh_token")
        .ok_or_else(|| OAuthError::invalid_request("Missing required parameter: refresh_token"))?;
    let (account, mut granted) = turn
        .world
        .grants
        .use_refresh(text, turn.now)
        .ok_or_else(OAuthError::revoked_grant)?;
    if let Some(wanted) = form.get("scope") {
        let wanted = scopes::parse(wanted).map_err(|unknown| {
            OAuthError::new(
                400,
                "invalid_scope",
                format!("Some requested scopes were invalid: {unknown}"),
            )
        })?;
        if !wanted.is_subset(&granted) {
            return Err(OAuthError::new(
                400,
                "invalid_scope",
                "Some requested scopes were not granted.",
            ));
        }
        granted = wanted;
    }
    let access = turn
        .world
        .grants
        .issue_access(turn.entropy, turn.now, &account, &granted);
    Ok(Answer::json(200, &token_body(&access, None, &scopes::join(&granted))).with_effect())
}

//! Token endpoint, `grant_type=authorization_code`.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{check_client, grants::Challenge, scopes, token_body};
use crate::google::{answer::Answer, errors::OAuthError, request::Incoming, turn::Turn};

/// Exchanges a code, once, within ten minutes, at the same redirect address and with the verifier of its challenge.
pub(crate) fn exchange_code(turn: &mut Turn<'_>, incoming: &Incoming) -> Result<Answer, OAuthError> {
    let form = incoming.form();
    check_client(turn, incoming, &form)?;
    let text = form
        .get("code")
        .ok_or_else(|| OAuthError::invalid_request("Missing required parameter: code"))?;
    let redirect_uri = form
        .get("redirect_uri")
        .ok_or_else(|| OAuthError::invalid_request("Missing parameter: redirect_uri"))?;
    let Some(code) = turn.world.grants.code(text).cloned() else {
        return Err(OAuthError::bad_grant("Malformed auth code."));
    };
    if code.used.is_some() {
        turn.world.grants.revoke_code_tokens(text);
        return Err(OAuthError::bad_grant("Bad Request"));
    }
    if turn.now >= code.expires {
        return Err(OAuthError::bad_grant("Bad Request"));
    }
    if code.redirect_uri != redirect_uri {
        return Err(OAuthError::new(400, "redirect_uri_mismatch", "Bad Request"));
    }
    check_verifier(code.challenge.as_ref(), form.get("code_verifier"))?;
    let grants = &mut turn.world.grants;
    let access = grants.issue_access(turn.entropy, turn.now, &code.account, &code.scopes);
    let refresh = code
        .with_refresh
        .then(|| grants.issue_refresh(turn.entropy, turn.now, &code.account, &code.scopes));
    let body = token_body(&access, refresh.as_deref(), &scopes::join(&code.scopes));
    grants.use_code(text, std::iter::once(access).chain(refresh).collect());
    Ok(Answer::json(200, &body).with_effect())
}

fn check_verifier(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(OAuthError::bad_grant("code_verifier or verifier is not needed.")),
        (Some(_), None) => Err(OAuthError::bad_grant("Missing code verifier.")),
        (Some(challenge), Some(verifier)) => {
            let expected = if challenge.plain {
                verifier.to_owned()
            } else {
                BASE64URL_NOPAD.encode(Sha256::digest(verifier.as_bytes()).as_ref())
            };
            if bool::from(expected.as_bytes().ct_eq(challenge.value.as_bytes())) {
                Ok(())
            } else {
                Err(OAuthError::bad_grant("Invalid code verifier."))
            }
        }
    }
}

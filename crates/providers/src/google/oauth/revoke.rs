//! Gives a grant back.

use secrecy::{ExposeSecret, SecretString};

use super::super::classify::classify_oauth;
use super::super::send::exchange;
use super::super::{GoogleClient, GoogleError};
use crate::observe::{Provider, observe};

impl GoogleClient {
    /// Withdraws the whole grant to which `token` (access or refresh) belongs, for every client of the same Google
    /// project. A token that Google no longer knows counts as withdrawn.
    ///
    /// The `oauth2` crate insists on HTTPS here, which the sandbox on the loopback does not have; the request is one
    /// form field (RFC 7009 section 2.1).
    pub async fn revoke(&self, token: &SecretString) -> Result<(), GoogleError> {
        observe(
            Provider::Google,
            "token.revoke",
            self.withdraw(token),
            GoogleError::code,
        )
        .await
    }

    async fn withdraw(&self, token: &SecretString) -> Result<(), GoogleError> {
        let form = [("token", token.expose_secret())];
        let answer = exchange(self.http().post(self.endpoints().revoke.clone()).form(&form)).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        match classify_oauth(answer.status, &answer.headers, &answer.body) {
            GoogleError::OAuth { error, .. } if error == "invalid_token" => Ok(()),
            GoogleError::InvalidGrant { .. } => Ok(()),
            error => Err(error),
        }
    }
}

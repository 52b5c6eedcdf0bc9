//! The code from the redirect becomes tokens.

use oauth2::{AuthorizationCode, PkceCodeVerifier};
use secrecy::{ExposeSecret, SecretString};

use super::super::{GoogleClient, GoogleError, scopes};
use super::TokenGrant;
use super::adapter::{TokenPoster, read_token_error};
use crate::observe::{Provider, observe};

impl GoogleClient {
    /// Exchanges the `code` of a redirect, once: Google refuses a second use, an old code and a wrong verifier alike
    /// with `invalid_grant`. Compare the scopes of the answer with [`scopes::missing`].
    pub async fn exchange_code(&self, code: &str, verifier: &SecretString) -> Result<TokenGrant, GoogleError> {
        let poster = TokenPoster(self.http().clone());
        let call = async {
            let request = self
                .oauth()
                .exchange_code(AuthorizationCode::new(code.to_owned()))
                .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
            request.request_async(&poster).await.map_err(read_token_error)
        };
        let answer = observe(Provider::Google, "token.exchange", call, GoogleError::code).await?;
        Ok(TokenGrant::read(&answer, &scopes::requested().join(" ")))
    }
}

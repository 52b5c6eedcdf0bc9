//! A fresh access token.

use oauth2::RefreshToken;
use secrecy::{ExposeSecret, SecretString};

use super::super::{GoogleClient, GoogleError};
use super::TokenGrant;
use super::adapter::{TokenPoster, read_token_error};
use crate::observe::{Provider, observe};

impl GoogleClient {
    /// Gets a fresh access token. [`GoogleError::InvalidGrant`] is final: stop, and ask the host to connect again.
    /// Callers see to it that one account is refreshed by one task at a time.
    pub async fn refresh(&self, refresh_token: &SecretString) -> Result<TokenGrant, GoogleError> {
        let poster = TokenPoster(self.http().clone());
        let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
        let call = async {
            let request = self.oauth().exchange_refresh_token(&token);
            request.request_async(&poster).await.map_err(read_token_error)
        };
        let answer = observe(Provider::Google, "token.refresh", call, GoogleError::code).await?;
        Ok(TokenGrant::read(&answer, ""))
    }
}

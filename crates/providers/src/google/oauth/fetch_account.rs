//! Whose account this is.

use std::fmt;

use http::Method;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::{GoogleClient, GoogleError};

/// A Google account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Never changes, unlike the address; what tells two connections of one account.
    pub id: String,
    /// The account's address, to show it.
    pub email: String,
    /// The name, where the person shares it.
    pub name: Option<String>,
}

impl fmt::Debug for Account {
    /// Names nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    name: Option<String>,
}

impl GoogleClient {
    /// Asks whose account an access token belongs to. [`GoogleError::InsufficientScope`] when the address is withheld.
    pub async fn fetch_account(&self, access: &SecretString) -> Result<Account, GoogleError> {
        let request = self.authorized(Method::GET, self.endpoints().userinfo.clone(), access)?;
        let info: UserInfo = self.call("userinfo.get", request).await?.decode()?;
        let email = info
            .email
            .filter(|email| !email.is_empty())
            .ok_or(GoogleError::InsufficientScope)?;
        Ok(Account {
            id: info.sub,
            email,
            name: info.name.filter(|name| !name.is_empty()),
        })
    }
}

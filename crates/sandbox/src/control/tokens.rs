//! Tokens without the consent page, for tests whose subject is something else.

use serde::{Deserialize, Serialize};

use super::{Control, ControlError};

/// The tokens of a grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenPair {
    /// Good for an hour.
    pub access_token: String,
    /// Good until revoked.
    pub refresh_token: String,
    /// What was granted, in canonical spelling.
    pub scope: String,
}

impl Control {
    /// Grants the space-separated scopes as if the account had consented to everything, offline.
    pub fn grant_tokens(&self, account: &str, scopes: &str) -> Result<TokenPair, ControlError> {
        let scopes = Self::read_scopes(scopes)?;
        let now = self.engine.options.clock.now();
        let entropy = &self.engine.options.entropy;
        self.engine.change(|world| {
            if !world.accounts.contains_key(account) {
                return Err(ControlError::UnknownAccount(account.to_owned()));
            }
            world.grants.add_scopes(account, &scopes);
            Ok(TokenPair {
                access_token: world.grants.issue_access(entropy, now, account, &scopes),
                refresh_token: world.grants.issue_refresh(entropy, now, account, &scopes),
                scope: crate::google::oauth::scopes::join(&scopes),
            })
        })
    }
}

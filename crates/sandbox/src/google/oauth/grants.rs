//! What users have granted: codes, access tokens, refresh tokens, and the rules of their lives.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use timetap_core::entropy::Entropy;

use super::scopes::Scopes;

/// Life of an access token, as Google's `expires_in` says.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 3_599;
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
const UNUSED_REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(24 * 183);
/// Live refresh tokens per user and client; the oldest dies when one more is made.
const LIVE_REFRESH_TOKENS: usize = 100;

/// An authorization code, kept after use to notice a second use.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub account: String,
    pub redirect_uri: String,
    pub challenge: Option<Challenge>,
    pub scopes: Scopes,
    /// Whether its exchange makes a refresh token.
    pub with_refresh: bool,
    pub expires: Timestamp,
    /// The tokens made from it, once used.
    pub used: Option<Vec<String>>,
}

/// A PKCE challenge (RFC 7636).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub value: String,
    pub plain: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct AccessToken {
    account: String,
    scopes: Scopes,
    expires: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct RefreshToken {
    account: String,
    scopes: Scopes,
    /// Order of issue.
    number: u64,
    last_used: Timestamp,
}

/// All grants to the one registered client.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    /// Union of the scopes each account has granted.
    granted: BTreeMap<String, Scopes>,
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, AccessToken>,
    refresh: BTreeMap<String, RefreshToken>,
    last_number: u64,
}

impl Grants {
    /// The scopes the account has granted so far.
    pub(crate) fn granted(&self, account: &str) -> Option<&Scopes> {
        self.granted.get(account)
    }

    /// Records a consent and gives the code for it.
    pub(crate) fn consent(&mut self, entropy: &Entropy, now: Timestamp, mut code: Code) -> String {
        self.add_scopes(&code.account, &code.scopes);
        code.expires = now + CODE_LIFE;
        let text = format!("4/sandbox-{}", entropy.token());
        self.codes.insert(text.clone(), code);
        text
    }

    /// Widens what the account has granted.
    pub(crate) fn add_scopes(&mut self, account: &str, scopes: &Scopes) {
        self.granted
            .entry(account.to_owned())
            .or_default()
            .extend(scopes.iter().cloned());
    }

    pub(crate) fn code(&self, text: &str) -> Option<&Code> {
        self.codes.get(text)
    }

    /// Marks the code as used by these tokens.
    pub(crate) fn use_code(&mut self, text: &str, tokens: Vec<String>) {
        if let Some(code) = self.codes.get_mut(text) {
            code.used = Some(tokens);
        }
    }

    /// A code came a second time: whoever holds its tokens may have stolen them.
    pub(crate) fn revoke_code_tokens(&mut self, text: &str) {
        for token in self
            .codes
            .get(text)
            .and_then(|code| code.used.clone())
            .unwrap_or_default()
        {
            self.access.remove(&token);
            self.refresh.remove(&token);
        }
    }

    pub(crate) fn issue_access(&mut self, entropy: &Entropy, now: Timestamp, account: &str, scopes: &Scopes) -> String {
        // Tokens dead for a day answer the same as tokens that never were.
        self.access
            .retain(|_, token| now.duration_since(token.expires) < SignedDuration::from_hours(24));
        let text = format!("ya29.sandbox-{}", entropy.token());
        let expires = now + SignedDuration::from_secs(ACCESS_TOKEN_SECONDS);
        self.access.insert(
            text.clone(),
            AccessToken {
                account: account.to_owned(),
                scopes: scopes.clone(),
                expires,
            },
        );
        text
    }

    pub(crate) fn issue_refresh(
        &mut self,
        entropy: &Entropy,
        now: Timestamp,
        account: &str,
        scopes: &Scopes,
    ) -> String {
        self.last_number += 1;
        let mut own: Vec<_> = self
            .refresh
            .iter()
            .filter(|(_, token)| token.account == account)
            .map(|(text, token)| (token.number, text.clone()))
            .collect();
        own.sort_unstable();
        for (_, oldest) in own.iter().take((own.len() + 1).saturating_sub(LIVE_REFRESH_TOKENS)) {
            self.refresh.remove(oldest);
        }
        let text = format!("1//sandbox-{}", entropy.token());
        let token = RefreshToken {
            account: account.to_owned(),
            scopes: scopes.clone(),
            number: self.last_number,
            last_used: now,
        };
        self.refresh.insert(text.clone(), token);
        text
    }

    /// Account and scopes of a live access token.
    pub(crate) fn check_access(&self, text: &str, now: Timestamp) -> Option<(String, Scopes)> {
        let token = self.access.get(text).filter(|token| now < token.expires)?;
        Some((token.account.clone(), token.scopes.clone()))
    }

    /// Account and scopes of a live refresh token, which counts as used now.
    pub(crate) fn use_refresh(&mut self, text: &str, now: Timestamp) -> Option<(String, Scopes)> {
        let token = self.refresh.get_mut(text)?;
        if now.duration_since(token.last_used) > UNUSED_REFRESH_LIFE {
            self.refresh.remove(text);
            return None;
        }
        token.last_used = now;
        Some((token.account.clone(), token.scopes.clone()))
    }

    pub(crate) fn account_of_code(&self, text: &str) -> Option<String> {
        self.codes.get(text).map(|code| code.account.clone())
    }

    pub(crate) fn account_of_token(&self, text: &str) -> Option<String> {
        let access = self.access.get(text).map(|token| &token.account);
        access
            .or_else(|| self.refresh.get(text).map(|token| &token.account))
            .cloned()
    }

    /// The account whose grant this token may end: an expired access token may not.
    pub(crate) fn revocable(&self, text: &str, now: Timestamp) -> Option<String> {
        let access = self
            .access
            .get(text)
            .filter(|token| now < token.expires)
            .map(|token| &token.account);
        access
            .or_else(|| self.refresh.get(text).map(|token| &token.account))
            .cloned()
    }

    /// Ends everything the account has granted. Gives the number of tokens that died.
    pub(crate) fn revoke(&mut self, account: &str) -> usize {
        let before = self.access.len() + self.refresh.len();
        self.granted.remove(account);
        self.codes.retain(|_, code| code.account != account);
        self.access.retain(|_, token| token.account != account);
        self.refresh.retain(|_, token| token.account != account);
        before - self.access.len() - self.refresh.len()
    }

    /// Makes access tokens expire now, of one account or of all. Gives their number.
    pub(crate) fn expire_access(&mut self, account: Option<&str>, now: Timestamp) -> usize {
        let mut expired = 0;
        for token in self.access.values_mut() {
            if account.is_none_or(|wanted| token.account == wanted) && token.expires > now {
                token.expires = now;
                expired += 1;
            }
        }
        expired
    }

    /// Accounts that have granted something.
    pub(crate) fn accounts(&self) -> Vec<String> {
        self.granted.keys().cloned().collect()
    }
}

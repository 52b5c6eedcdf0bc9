//! Google's request quotas: sliding windows of a minute per user and per project.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::errors::ApiError;
use crate::options::Quotas;

const WINDOW_MS: i64 = 60_000;

/// The requests of the last minute.
#[derive(Default)]
pub(crate) struct QuotaWindows {
    users: BTreeMap<String, VecDeque<i64>>,
    project: VecDeque<i64>,
}

impl QuotaWindows {
    /// Counts a request of the account, or refuses it. Refused requests count for nothing.
    pub(crate) fn count(&mut self, account: &str, now: Timestamp, quotas: Quotas) -> Result<(), ApiError> {
        let now = now.as_millisecond();
        let user = self.users.entry(account.to_owned()).or_default();
        for window in [&mut *user, &mut self.project] {
            while window.front().is_some_and(|at| now - at >= WINDOW_MS) {
                window.pop_front();
            }
        }
        if user.len() >= quotas.per_user_minute {
            return Err(ApiError::of_fault(403, Some("userRateLimitExceeded")));
        }
        if self.project.len() >= quotas.per_project_minute {
            return Err(ApiError::of_fault(403, Some("rateLimitExceeded")));
        }
        user.push_back(now);
        self.project.push_back(now);
        Ok(())
    }
}

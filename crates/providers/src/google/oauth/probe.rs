//! Asks Google what can be asked without anybody's consent.

use http::header::DATE;
use jiff::Timestamp;
use secrecy::SecretString;

use super::super::classify::read_http_date;
use super::super::send::exchange;
use super::super::{GoogleClient, GoogleError};

/// No code that Google ever gave out.
const NO_CODE: &str = "timetap-doctor-asks-whether-this-client-is-known";
/// No verifier of anything (RFC 7636 wants at least 43 characters).
const NO_VERIFIER: &str = "timetap-doctor-timetap-doctor-timetap-doctor";

impl GoogleClient {
    /// Whether Google knows this client and its secret: exchanging a code that does not exist is refused because of the
    /// client (`invalid_client`) before it is refused because of the code (`invalid_grant`).
    ///
    /// # Errors
    /// What Google says to the client, or why it cannot be asked.
    pub async fn probe_credentials(&self) -> Result<(), GoogleError> {
        match self.exchange_code(NO_CODE, &SecretString::from(NO_VERIFIER)).await {
            Ok(_) | Err(GoogleError::InvalidGrant { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What Google's clock says, to the second; `None` where its answer does not tell.
    ///
    /// # Errors
    /// No answer.
    pub async fn fetch_date(&self) -> Result<Option<Timestamp>, GoogleError> {
        let answer = exchange(self.http().get(self.endpoints().token.clone())).await?;
        let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(read_http_date))
    }
}

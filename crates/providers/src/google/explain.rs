//! What a host reads when Google said no: what happened, what it means for the booking, and what to do.

use super::GoogleError;

impl GoogleError {
    /// One or two sentences for a host.
    pub fn explain(&self) -> String {
        let text = match self {
            Self::InvalidCredentials => {
                "Google no longer accepts our access. We are asking for a fresh one; if that fails, please reconnect."
            }
            Self::InvalidGrant { .. } => {
                "Google ended the connection, for example because access was removed in your Google account. Your bookings stand; please reconnect Google."
            }
            Self::OAuth { error, .. } if error == "invalid_client" || error == "unauthorized_client" => {
                "Google does not accept this TimeTap's own credentials. Whoever runs it needs to check the Google client id and secret."
            }
            Self::OAuth { error, .. } if error == "redirect_uri_mismatch" => {
                "Google does not know this TimeTap's address. Whoever runs it needs to add the redirect address to the OAuth client at Google."
            }
            Self::OAuth { error, .. } if error == "access_denied" => {
                "Google was not given permission, so nothing is connected. You can try again at any time."
            }
            Self::OAuth { error, .. } => {
                return format!("Google refused the connection ({error}). Please try to connect again.");
            }
            Self::RateLimited { .. } => "Google asked us to slow down. Your booking stands; we try again shortly.",
            Self::QuotaExceeded => {
                "Your Google calendar has reached one of Google's usage limits. Your booking stands; we try again in a few hours."
            }
            Self::InsufficientScope => {
                "TimeTap was not given a permission that it needs. Please reconnect Google and leave all boxes ticked."
            }
            Self::Forbidden { reason } if reason == "accessNotConfigured" => {
                "The Google Calendar API is switched off in this TimeTap's Google project. Whoever runs it needs to enable it."
            }
            Self::Forbidden { reason } => {
                return format!(
                    "Google does not let us do this in that calendar ({reason}). Please check that you may edit the calendar, or choose another."
                );
            }
            Self::NotFound => {
                "Google does not find this calendar or event. It may have been removed, or no longer be shared with you."
            }
            Self::AlreadyExists => "Google already has an event for this booking. We are checking whether it is ours.",
            Self::Conflict => "Somebody changed the same thing in Google at the same moment. We try again.",
            Self::Gone => "The event was deleted in Google Calendar.",
            Self::SyncTokenExpired => "Google asked us to read your calendar afresh. We are doing that now.",
            Self::PreconditionFailed => {
                "The event was changed in Google Calendar in the meantime. We are reading it again first."
            }
            Self::Contradiction => {
                "Google's answers about this event contradict each other. Your booking stands; we look again in a while."
            }
            Self::ConferenceTypeNotAllowed => {
                "This calendar cannot create Google Meet links. Please choose another calendar, or another place for the service."
            }
            Self::BadRequest { reason, message } => {
                let detail = if message.is_empty() { reason } else { message };
                return format!(
                    "Google refused the request: {}. Your booking stands.",
                    detail.trim_end_matches('.')
                );
            }
            Self::Unavailable { .. } | Self::Timeout { .. } => {
                "Google is not answering right now. Your booking stands; we keep trying."
            }
            Self::Unreachable => "We cannot reach Google right now. Your booking stands; we keep trying.",
            Self::BrokenAnswer => {
                "Google's answer got lost on the way. Your booking stands; we look again and keep trying."
            }
        };
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::ErrorKind;
    use super::*;

    fn every_error() -> Vec<GoogleError> {
        vec![
            GoogleError::InvalidCredentials,
            GoogleError::InvalidGrant {
                description: "d".into(),
            },
            GoogleError::OAuth {
                error: "invalid_client".into(),
                description: String::new(),
            },
            GoogleError::RateLimited { retry_after: None },
            GoogleError::QuotaExceeded,
            GoogleError::InsufficientScope,
            GoogleError::Forbidden {
                reason: "forbidden".into(),
            },
            GoogleError::NotFound,
            GoogleError::AlreadyExists,
            GoogleError::Conflict,
            GoogleError::Gone,
            GoogleError::SyncTokenExpired,
            GoogleError::PreconditionFailed,
            GoogleError::Contradiction,
            GoogleError::ConferenceTypeNotAllowed,
            GoogleError::BadRequest {
                reason: "invalid".into(),
                message: "Invalid value.".into(),
            },
            GoogleError::Unavailable {
                status: 503,
                retry_after: None,
            },
            GoogleError::Timeout { sent: true },
            GoogleError::Unreachable,
            GoogleError::BrokenAnswer,
        ]
    }

    #[test]
    fn codes_are_distinct_words_and_texts_are_sentences() {
        let errors = every_error();
        let codes: BTreeSet<_> = errors.iter().map(GoogleError::code).collect();
        assert_eq!(codes.len(), errors.len());
        for error in &errors {
            assert!(error.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            assert!(error.explain().ends_with('.'), "{}", error.explain());
            assert!(!error.explain().contains(".."), "{}", error.explain());
        }
    }

    #[test]
    fn only_lost_answers_may_have_happened() {
        let maybe: Vec<_> = every_error()
            .into_iter()
            .filter(GoogleError::may_have_happened)
            .map(|e| e.code())
            .collect();
        assert_eq!(maybe, ["unavailable", "timeout", "broken_answer"]);
        assert!(!GoogleError::Timeout { sent: false }.may_have_happened());
    }

    #[test]
    fn a_dead_grant_is_never_retried() {
        assert_eq!(
            GoogleError::InvalidGrant {
                description: String::new()
            }
            .kind(),
            ErrorKind::Reauthorize
        );
        assert_eq!(GoogleError::InsufficientScope.kind(), ErrorKind::Reauthorize);
    }
}

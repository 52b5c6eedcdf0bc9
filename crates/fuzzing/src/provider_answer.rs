//! What a provider answers: its events, busy times, calendars, channels, tokens and refusals.

use timetap_providers::google::read_answer;

/// Two bytes of status, and a body.
pub fn provider_answer(data: &[u8]) {
    let (status, body) = match data {
        [high, low, body @ ..] => (u16::from_be_bytes([*high, *low]) % 600, body),
        _ => (200, data),
    };
    let (understood, refusals) = read_answer(status, body);
    assert!(understood.len() <= 5);
    for refusal in refusals {
        let words = refusal.explain();
        assert!(words.ends_with(['.', '!', ')']) && words.len() < 1_000, "{words:?}");
        assert!(!words.contains(char::is_control), "{words:?}");
        assert!(refusal.retry_after().is_none_or(|wait| wait.as_secs() <= 24 * 3600));
    }
}

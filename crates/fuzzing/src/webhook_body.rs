//! What is sent to the address of Stripe's messages: a signature, and a body.

use jiff::Timestamp;
use secrecy::SecretString;
use timetap_providers::stripe::{EventEnvelope, verify_signature};

/// A line with the signature, and the body after it.
pub fn webhook_body(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, body) = (
        String::from_utf8_lossy(&data[..end]),
        &data[(end + 1).min(data.len())..],
    );
    let secrets = ["whsec_one", "whsec_two"].map(|secret| SecretString::from(secret.to_owned()));
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    // Whoever does not know a secret is not believed.
    assert!(verify_signature(&header, body, &secrets, now).is_err());
    let Ok(event) = EventEnvelope::read(body) else { return };
    let words = [Some(&event.id), Some(&event.kind), event.object_id.as_ref()];
    for word in words.into_iter().flatten() {
        assert!((1..=255).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert_eq!(EventEnvelope::read(body).unwrap(), event, "read twice it is the same");
}

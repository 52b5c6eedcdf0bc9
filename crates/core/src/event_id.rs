//! Names that we give to things elsewhere, made from our own ids alone: asking twice gives the same name, so an effect
//! that is repeated is recognised instead of doubled.

use data_encoding::BASE32HEX_NOPAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The id of a Google event: 32 characters of `a`–`v` and `0`–`9` (Google takes base32hex, 5 to 1024 characters).
///
/// `generation` grows when the event has to be made anew under another id: Google never gives an id free again, not
/// even after the event was deleted.
pub fn google_event_id(write_id: Uuid, generation: u32) -> String {
    short_hash(&[b"google-event", write_id.as_bytes(), &generation.to_be_bytes()])
}

/// The id of one request to create a conference. Google remembers failed ones for ever, so every attempt asks anew;
/// the same attempt sent again is the same request.
pub fn conference_request_id(write_id: Uuid, generation: u32, attempt: u32) -> String {
    short_hash(&[
        b"conference",
        write_id.as_bytes(),
        &generation.to_be_bytes(),
        &attempt.to_be_bytes(),
    ])
}

/// The `Message-ID` of a mail, angle brackets included (RFC 5322 3.6.4). Tells nothing of the recipient.
///
/// `about` is the appointment or user the mail is about, `sequence` tells apart mails of one kind about one thing.
/// A `domain` that could not stand in the header is replaced by `timetap.invalid`.
pub fn mail_message_id(kind: &str, about: Uuid, recipient: &str, sequence: u32, domain: &str) -> String {
    let recipient = recipient.trim().to_lowercase();
    let hash = short_hash(&[
        b"mail",
        kind.as_bytes(),
        about.as_bytes(),
        recipient.as_bytes(),
        &sequence.to_be_bytes(),
    ]);
    let fits = domain.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let domain = if fits && domain.len() <= 253 {
        domain
    } else {
        "timetap.invalid"
    };
    format!("<{hash}@{}>", domain.to_ascii_lowercase())
}

/// The first 160 bits of SHA-256 over the parts, each with its length before it, in lower-case base32hex.
fn short_hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    BASE32HEX_NOPAD.encode(&hasher.finalize()[..20]).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x0193_4a1b_7c00_7abc_8def_0123_4567_89ab);

    #[test]
    fn google_ids_are_32_characters_of_base32hex() {
        let id = google_event_id(ID, 1);
        assert_eq!(id.len(), 32);
        assert!(
            id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'v').contains(&b)),
            "{id}"
        );
    }

    /// Stored events are found again by these names: they may never change.
    #[test]
    fn names_stay_what_they_are_across_releases() {
        assert_eq!(google_event_id(ID, 1), "4nbocf7ce6e19gjot6mu4k6supga0r68");
        assert_eq!(conference_request_id(ID, 1, 1), "hsulfrjs9mmiaqhbpp3fiqevegcpdbja");
        assert_eq!(
            mail_message_id("booked", ID, "a@example.org", 0, "book.example.org"),
            "<ul3tb0ps1ut3goo7rdblbvrokblccj4d@book.example.org>"
        );
    }

    #[test]
    fn every_part_matters() {
        let other = Uuid::from_u128(1);
        let names = BTreeSet::from([
            google_event_id(ID, 0),
            google_event_id(ID, 1),
            google_event_id(other, 0),
            conference_request_id(ID, 0, 0),
            conference_request_id(ID, 0, 1),
            conference_request_id(ID, 1, 0),
            mail_message_id("booked", ID, "a@example.org", 0, "d.org"),
            mail_message_id("booked", ID, "a@example.org", 1, "d.org"),
            mail_message_id("booked", ID, "b@example.org", 0, "d.org"),
            mail_message_id("moved", ID, "a@example.org", 0, "d.org"),
            mail_message_id("booked", other, "a@example.org", 0, "d.org"),
            mail_message_id("booked", ID, "a@example.org", 0, "e.org"),
        ]);
        assert_eq!(names.len(), 12);
    }

    #[test]
    fn message_ids_survive_hostile_domains_and_spelling_of_the_recipient() {
        for domain in ["", "a b", "x>\r\nBcc: y", "a..b", "[::1]", &"a".repeat(300)] {
            assert!(
                mail_message_id("k", ID, "r@x.org", 0, domain).ends_with("@timetap.invalid>"),
                "{domain:?}"
            );
        }
        assert_eq!(
            mail_message_id("k", ID, " R@X.org ", 0, "LOCALHOST"),
            mail_message_id("k", ID, "r@x.org", 0, "localhost")
        );
    }
}

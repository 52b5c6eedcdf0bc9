//! Ids as Stripe makes them: a prefix that tells the kind, then letters and digits.

use timetap_core::entropy::Entropy;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// `prefix` and `length` random letters and digits.
pub(crate) fn new_id(entropy: &Entropy, prefix: &str, length: usize) -> String {
    let mut id = prefix.to_owned();
    for _ in 0..length {
        let at = usize::try_from(entropy.between(0, 61)).unwrap_or_default();
        id.push(char::from(LETTERS[at.min(61)]));
    }
    id
}

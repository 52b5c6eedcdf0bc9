//! Whether a webhook message comes from Stripe (docs.stripe.com/webhooks#verify-manually): HMAC-SHA256 of `{t}.{body}` with
//! the endpoint's secret, over the bytes as they came, before anything reads them.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "stripe-signature";
/// How old a message may be, as Stripe's own libraries have it. A message from the future is no risk: it is signed.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(300);
/// So many signatures of one message are looked at; while a secret is being changed there are two.
const MAX_SIGNATURES: usize = 8;

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature, or none that can be read.
    #[error("the signature is missing or cannot be read")]
    Unreadable,
    /// It was signed too long ago: somebody may be playing it back.
    #[error("the message is too old")]
    TooOld,
    /// No signature fits any secret.
    #[error("the signature does not fit")]
    Wrong,
}

/// Checks `header` against `body` with each of `secrets`, of which there are two while one replaces the other. Any `v1`
/// signature that fits is enough; other schemes are ignored. Compared in constant time.
///
/// # Errors
/// See [`SignatureError`].
pub fn verify_signature(
    header: &str,
    body: &[u8],
    secrets: &[SecretString],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            // The first counts: what is signed is this text, whatever else is said.
            Some(("t", at)) if signed_at.is_none() => signed_at = Some(at),
            Some(("v1", signature)) if signatures.len() < MAX_SIGNATURES => {
                signatures.extend(HEXLOWER_PERMISSIVE.decode(signature.as_bytes()));
            }
            _ => {}
        }
    }
    let signed_at = signed_at.ok_or(SignatureError::Unreadable)?;
    let at: i64 = signed_at.parse().map_err(|_| SignatureError::Unreadable)?;
    let at = Timestamp::from_second(at).map_err(|_| SignatureError::Unreadable)?;
    if signatures.is_empty() {
        return Err(SignatureError::Unreadable);
    }
    let fits = secrets.iter().any(|secret| {
        signatures.iter().any(|signature| {
            let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
                return false;
            };
            mac.chain_update(signed_at.as_bytes())
                .chain_update(b".")
                .chain_update(body)
                .verify_slice(signature)
                .is_ok()
        })
    });
    if !fits {
        return Err(SignatureError::Wrong);
    }
    if now.duration_since(at) > TOLERANCE {
        return Err(SignatureError::TooOld);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).unwrap()
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn sign(secret: &str, at: &str, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let mac = mac.chain_update(at).chain_update(b".").chain_update(body);
        HEXLOWER_PERMISSIVE.encode(&mac.finalize().into_bytes())
    }

    fn check(header: &str, body: &[u8]) -> Result<(), SignatureError> {
        verify_signature(header, body, &[secret("whsec_new"), secret("whsec_old")], now())
    }

    /// Computed with another program: `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_new`.
    const FROM_OUTSIDE: &str = "f3ac0c93c23f69e2e6046d7f0e2c82c93d0403de0f8651457189ab70fbbfcaae";

    #[test]
    fn a_signature_made_elsewhere_fits() {
        assert_eq!(check(&format!("t=1700000000,v1={FROM_OUTSIDE}"), BODY), Ok(()));
    }

    #[rstest]
    #[case::old_secret("whsec_old", 0)]
    #[case::to_the_second("whsec_new", 300)]
    #[case::clock_behind("whsec_new", -3600)]
    fn what_is_signed_with_a_secret_of_ours_is_believed(#[case] by: &str, #[case] age: i64) {
        let at = (1_700_000_000 - age).to_string();
        let good = sign(by, &at, BODY);
        let other = sign("whsec_foreign", &at, BODY);
        assert_eq!(check(&format!("t={at},v1={other},v1={good},v0=00"), BODY), Ok(()));
        assert_eq!(check(&format!(" t={at} , v1={good}"), BODY), Ok(()));
    }

    #[test]
    fn anything_else_is_not() {
        let at = "1700000000";
        let good = sign("whsec_new", at, BODY);
        let wrong = Err(SignatureError::Wrong);
        assert_eq!(check(&format!("t={at},v1={good}"), br#"{"id":"evt_2"}"#), wrong);
        assert_eq!(check(&format!("t=1700000001,v1={good}"), BODY), wrong);
        assert_eq!(check(&format!("t=0{at},v1={good}"), BODY), wrong);
        assert_eq!(check(&format!("t={at},v1={}", &good[..62]), BODY), wrong);
        assert_eq!(
            check(&format!("t={at},v1={}", sign("whsec_foreign", at, BODY)), BODY),
            wrong
        );
        assert_eq!(verify_signature(&format!("t={at},v1={good}"), BODY, &[], now()), wrong);
        let old = sign("whsec_new", "1699999699", BODY);
        assert_eq!(
            check(&format!("t=1699999699,v1={old}"), BODY),
            Err(SignatureError::TooOld)
        );
        for unreadable in [
            "",
            "t=,v1=00",
            "v1=00",
            "t=1700000000",
            &format!("t={at},v0={good}"),
            &format!("t={at},v1=nonsense"),
            "t=99999999999999999999,v1=00",
            "t=1e9,v1=00",
        ] {
            assert_eq!(check(unreadable, BODY), Err(SignatureError::Unreadable), "{unreadable}");
        }
    }
}

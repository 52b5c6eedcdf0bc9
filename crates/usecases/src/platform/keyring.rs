//! Seals secrets for the database: XChaCha20-Poly1305 with a key id in front and the row as associated data.
//!
//! A sealed text is `v1.{key id}.{base64url(nonce ‖ ciphertext)}`. The associated data names table, column and row, so that
//! a value copied into another row no longer opens. New values are sealed with the first key; every key opens.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use timetap_core::entropy::Entropy;
use uuid::Uuid;

use crate::platform::unexpected::Unexpected;

/// A sealed text as it stands in the database.
pub type Sealed = String;

/// The keys in use, newest first.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<[(String, SecretBox<[u8; 32]>)]>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

impl Keyring {
    /// A ring of `(key id, 32 bytes)`, newest first.
    ///
    /// # Errors
    /// No key at all, an id that is empty or has a dot, or two keys of one id.
    pub fn new(keys: Vec<(String, [u8; 32])>) -> Result<Self, Unexpected> {
        if keys.is_empty() {
            return Err(Unexpected::Sealed("there is no key".to_owned()));
        }
        for (position, (id, _)) in keys.iter().enumerate() {
            let fine = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !fine || keys.iter().take(position).any(|(other, _)| other == id) {
                return Err(Unexpected::Sealed(format!(
                    "the key id {id:?} is not usable or stands there twice"
                )));
            }
        }
        Ok(Self {
            keys: keys
                .into_iter()
                .map(|(id, key)| (id, SecretBox::new(Box::new(key))))
                .collect(),
        })
    }

    /// The ids of all keys, newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(id, _)| id.as_str())
    }

    /// The id of the key that seals.
    pub fn newest(&self) -> &str {
        self.ids().next().unwrap_or_default()
    }

    /// What every text begins with that the newest key sealed.
    pub fn newest_prefix(&self) -> String {
        format!("v1.{}.", self.newest())
    }

    /// One of 2^20 places for `text`, the same wherever the newest key is the same, and to be guessed by nobody without it: what is
    /// kept by place takes no more room than there are places, and nobody can look for a text that shares somebody's.
    pub fn place_of(&self, text: &str) -> u32 {
        let mut digest = Sha256::new().chain_update(b"timetap:place:");
        if let Some((_, key)) = self.keys.first() {
            digest = digest.chain_update(key.expose_secret());
        }
        let digest: [u8; 32] = digest.chain_update(text).finalize().into();
        let [a, b, c, ..] = digest;
        u32::from_be_bytes([0, a, b, c]) >> 4
    }

    /// A word for each key, newest first, by which two programs see that they have the same one; tells nothing about the
    /// key itself, which is random.
    pub fn marks(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|(_, key)| {
            let digest = Sha256::new()
                .chain_update(b"timetap:mark:")
                .chain_update(key.expose_secret())
                .finalize();
            BASE64URL_NOPAD.encode(&digest[..9])
        })
    }

    /// Seals `plain` for the column `place` (`"table.column"`) of the row `row`.
    ///
    /// # Errors
    /// Only if the cipher refuses, which it does for texts beyond 256 GiB.
    pub fn seal(&self, plain: &SecretString, place: &str, row: Uuid, entropy: &Entropy) -> Result<Sealed, Unexpected> {
        let Some((id, key)) = self.keys.first() else {
            return Err(Unexpected::Sealed("there is no key".to_owned()));
        };
        let nonce = entropy.bytes::<24>();
        let cipher = XChaCha20Poly1305::new(key.expose_secret().into());
        let aad = associated_data(place, row);
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain.expose_secret().as_bytes(),
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| Unexpected::Sealed("the cipher refused".to_owned()))?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(format!("v1.{id}.{}", BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Opens what [`Self::seal`] made for the same place and row.
    ///
    /// # Errors
    /// Another place or row, a key that is not on the ring, or a damaged text.
    pub fn open(&self, sealed: &str, place: &str, row: Uuid) -> Result<SecretString, Unexpected> {
        let broken = |what: &str| Unexpected::Sealed(format!("{place} of {row}: {what}"));
        let mut parts = sealed.splitn(3, '.');
        let (Some("v1"), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(broken("not of the form v1.key.text"));
        };
        let (_, key) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or_else(|| broken(&format!("sealed with the key {id:?}, which is not configured")))?;
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| broken("not base64url"))?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().ok_or_else(|| broken("too short"))?;
        let aad = associated_data(place, row);
        let plain = XChaCha20Poly1305::new(key.expose_secret().into())
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: aad.as_bytes(),
                },
            )
            .map_err(|_| Unexpected::Altered(format!("{place} of {row}")))?;
        String::from_utf8(plain)
            .map(SecretString::from)
            .map_err(|_| broken("not text"))
    }
}

fn associated_data(place: &str, row: Uuid) -> String {
    format!("timetap:{place}:{row}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[(&str, u8)]) -> Keyring {
        Keyring::new(ids.iter().map(|(id, byte)| ((*id).to_owned(), [*byte; 32])).collect()).unwrap()
    }

    #[test]
    fn opens_only_for_the_same_row_place_and_key() {
        let entropy = Entropy::seeded(1);
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = ring(&[("a", 1)])
            .seal(&"secret".to_owned().into(), "t.c", row, &entropy)
            .unwrap();
        assert!(!sealed.contains("secret"));
        assert_eq!(
            ring(&[("a", 1)]).open(&sealed, "t.c", row).unwrap().expose_secret(),
            "secret"
        );
        assert_eq!(
            ring(&[("b", 2), ("a", 1)])
                .open(&sealed, "t.c", row)
                .unwrap()
                .expose_secret(),
            "secret"
        );
        assert!(ring(&[("a", 1)]).open(&sealed, "t.c", other).is_err());
        assert!(ring(&[("a", 1)]).open(&sealed, "t.d", row).is_err());
        assert!(ring(&[("a", 2)]).open(&sealed, "t.c", row).is_err());
        assert!(ring(&[("b", 1)]).open(&sealed, "t.c", row).is_err());
        assert!(ring(&[("a", 1)]).open(&sealed[..sealed.len() - 2], "t.c", row).is_err());
    }

    #[test]
    fn marks_tell_keys_apart_and_nothing_of_them() {
        let marks: Vec<_> = ring(&[("a", 1), ("b", 2)]).marks().collect();
        assert_eq!(marks, ring(&[("other", 1), ("names", 2)]).marks().collect::<Vec<_>>());
        assert_ne!(marks[0], marks[1]);
        assert_eq!(marks[0].len(), 12);
    }

    #[test]
    fn refuses_a_ring_without_keys_or_with_twins() {
        assert!(Keyring::new(vec![]).is_err());
        assert!(Keyring::new(vec![("a".into(), [0; 32]), ("a".into(), [1; 32])]).is_err());
        assert!(Keyring::new(vec![("a.b".into(), [0; 32])]).is_err());
    }
}

//! Hashes and checks passwords with Argon2id, away from the threads that serve pages.
//!
//! Parameters after OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. A hash carries its own parameters, so
//! that raising them later leaves older hashes readable.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use timetap_core::entropy::Entropy;
use timetap_core::text::{Password, normalise_password};
use tokio::sync::Semaphore;

use crate::platform::unexpected::Unexpected;

/// Memory in KiB.
const MEMORY: u32 = 19 * 1024;
/// Passes.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// At most so many hashes at a time: the rest waits its turn, so that a flood of tries costs 76 MiB and not the machine.
static TURNS: Semaphore = Semaphore::const_new(4);

/// A hash of a password that nobody has, with the parameters in use: checked where there is no account, so that the answer
/// takes as long as where there is one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dGltZXRhcC1ub2JvZHktMQ$A7Wz1mQ7jmkW2G1nOkN8UoM6Y1oRK8v5F8f3c4mXv0E";

/// Hashes a new password with a fresh salt. Returns a PHC string.
///
/// # Errors
/// The hashing library refuses, or the program is stopping.
pub async fn hash_password(password: &Password, entropy: &Entropy) -> Result<String, Unexpected> {
    let text = SecretString::from(password.expose().to_owned());
    let salt = entropy.bytes::<16>();
    in_turn(move || {
        hasher()?
            .hash_password_with_salt(text.expose_secret().as_bytes(), &salt)
            .map(|hash: PasswordHash| hash.to_string())
            .map_err(|error| Unexpected::Internal(format!("a password could not be hashed: {error}")))
    })
    .await
}

/// Whether `given` is the password behind `stored`. Without a stored hash the answer is no, after the same work.
///
/// # Errors
/// The stored text is no hash, or the program is stopping.
pub async fn check_password(given: &str, stored: Option<&str>) -> Result<bool, Unexpected> {
    let known = stored.is_some();
    let stored = stored.unwrap_or(NOBODY).to_owned();
    let given = normalise_password(given);
    in_turn(move || {
        let parsed = PasswordHash::new(&stored)
            .map_err(|error| Unexpected::Inconsistent(format!("users.password_hash is no hash: {error}")))?;
        let fits = hasher()?
            .verify_password(given.expose_secret().as_bytes(), &parsed)
            .is_ok();
        Ok(fits && known)
    })
    .await
}

fn hasher() -> Result<Argon2<'static>, Unexpected> {
    let parameters = Params::new(MEMORY, PASSES, LANES, None)
        .map_err(|error| Unexpected::Internal(format!("the hashing parameters are refused: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// Runs `work` on a thread for blocking work, when it is its turn.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Unexpected> + Send + 'static,
) -> Result<T, Unexpected> {
    let stopped = |what: &str| Unexpected::Internal(format!("a password could not be hashed: {what}"));
    let _turn = TURNS.acquire().await.map_err(|_| stopped("the program is stopping"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| stopped("its thread broke off"))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_fits_its_hash() {
        let password = Password::parse("a grove of olive trees").unwrap();
        let hash = hash_password(&password, &Entropy::seeded(1)).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(check_password("a grove of olive trees", Some(&hash)).await.unwrap());
        assert!(!check_password("a grove of olive tree", Some(&hash)).await.unwrap());
        assert!(!check_password("", Some(&hash)).await.unwrap());
        assert!(check_password("x", Some("plain text")).await.is_err());
    }

    #[tokio::test]
    async fn one_password_has_another_hash_for_everybody() {
        let password = Password::parse("a grove of olive trees").unwrap();
        let entropy = Entropy::seeded(1);
        let first = hash_password(&password, &entropy).await.unwrap();
        assert_ne!(first, hash_password(&password, &entropy).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_is_checked_with_the_work_of_somebody() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let password = Password::parse("a grove of olive trees").unwrap();
        let hash = hash_password(&password, &Entropy::seeded(1)).await.unwrap();
        let somebody = PasswordHash::new(&hash).unwrap();
        assert_eq!(nobody.algorithm, somebody.algorithm);
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(
            nobody.hash.unwrap().as_bytes().len(),
            somebody.hash.unwrap().as_bytes().len()
        );
        assert!(!check_password("anything", None).await.unwrap());
    }
}

//! How secrets that only have to be recognised are stored: as their SHA-256. The secrets carry 256 random bits, so that
//! nothing slower is needed, and a copy of the database signs nobody in.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The SHA-256 of `token` in 64 small hexadecimal digits, as stored and looked up.
pub fn token_hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_sha_256_of_the_text() {
        // The test vector "abc" of FIPS 180-2, appendix B.1.
        assert_eq!(
            token_hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

//! What is searched for: a secret, in every spelling in which it could slip out.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// A secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needle {
    /// What it is, for whoever reads a failure.
    pub name: &'static str,
    spellings: Vec<String>,
}

impl Needle {
    /// A secret text: as it is, in an address, in hexadecimal digits, and in base64 at each of the three places where it may
    /// begin within a group of three bytes.
    pub fn text(name: &'static str, secret: &str) -> Self {
        assert!(
            secret.len() >= 12,
            "{name} is too short to be told from chance: {secret}"
        );
        let mut spellings = vec![
            latin1(secret.as_bytes()),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            HEXLOWER.encode(secret.as_bytes()),
        ];
        for before in 0..3 {
            // The first and last digits depend on what stands around the secret.
            let whole = BASE64_NOPAD.encode(&[&vec![b'\0'; before], secret.as_bytes()].concat());
            let inner = &whole[[0, 2, 3][before]..whole.len() - 2];
            spellings.push(inner.to_owned());
        }
        spellings.sort();
        spellings.dedup();
        Self { name, spellings }
    }

    /// Secret bytes: as they are, in hexadecimal digits of both cases, and in base64.
    pub fn bytes(name: &'static str, secret: &[u8]) -> Self {
        Self {
            name,
            spellings: vec![
                latin1(secret),
                HEXLOWER.encode(secret),
                HEXLOWER.encode(secret).to_uppercase(),
                BASE64.encode(secret),
                BASE64URL_NOPAD.encode(secret),
            ],
        }
    }

    /// Whether `hay`, which is of [`latin1`], holds it.
    pub fn stands_in(&self, hay: &str) -> bool {
        self.spellings.iter().any(|spelling| hay.contains(spelling))
    }
}

/// Bytes as text of one character each: the search of the standard library for texts is fast also in a build without
/// optimisation.
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let needle = Needle::text("secret", "correct horse battery");
    for hay in [
        "the correct horse battery!".to_owned(),
        "password=correct+horse+battery&x".to_owned(),
        HEXLOWER.encode(b"the correct horse battery"),
        BASE64.encode(b"\0user\0correct horse battery"),
        BASE64.encode(b"user\0correct horse battery"),
        BASE64.encode(b"er\0correct horse battery more"),
    ] {
        assert!(needle.stands_in(&hay), "{hay}");
    }
    assert!(!needle.stands_in("the correct horse was here"));
    assert!(Needle::bytes("key", &[7; 32]).stands_in(&"07".repeat(32)));
}

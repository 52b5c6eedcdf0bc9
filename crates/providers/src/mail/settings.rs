//! How to reach the mail server.

use std::time::Duration;

use secrecy::SecretString;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all: for a server on this machine or network.
    None,
    /// Starts plain and must become TLS before anything is said; usually port 587.
    StartTls,
    /// TLS from the first byte; usually port 465.
    Tls,
}

/// A mail server, and how to sign in to it.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Name or address; the name that the certificate must carry.
    pub host: String,
    /// Usually 587, 465 or 25.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// With a password, signs in.
    pub username: Option<String>,
    /// With a username, signs in.
    pub password: Option<SecretString>,
    /// For one mail, from connecting to the last answer.
    pub timeout: Duration,
}

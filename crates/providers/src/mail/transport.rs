//! The way to the mail server.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::build_message::build_message;
use super::{Encryption, MailError, OutgoingMail, SmtpSettings};
use crate::observe::{Provider, observe};

/// Connections that are kept open for the next mail.
const MOST_IDLE: usize = 4;

type Line = AsyncSmtpTransport<Tokio1Executor>;

/// Sends mails through one mail server, over connections that are used again.
///
/// Each send has a connection to itself, and only one that ended in good order is used again. A connection that was
/// given up in the middle of a dialogue still has answers to come, and the next mail would take them for its own: it
/// could count as sent without being so. Drop it inside the runtime, as the connections say goodbye.
pub struct MailTransport {
    settings: SmtpSettings,
    tls: Tls,
    idle: Mutex<Vec<Line>>,
}

impl MailTransport {
    /// Checks the settings; connects with the first mail.
    pub fn new(settings: SmtpSettings) -> Result<Self, MailError> {
        let invalid = |text: &str| Err(MailError::Invalid(text.to_owned()));
        if settings.host.trim().is_empty() {
            return invalid("The mail server's host name is empty.");
        }
        if settings.timeout.is_zero() {
            return invalid("The mail server's timeout must be longer than zero.");
        }
        if settings.username.is_some() != settings.password.is_some() {
            return invalid("The mail server needs both a user name and a password, or neither.");
        }
        if settings.password.is_some() && settings.encryption == Encryption::None && !is_this_machine(&settings.host) {
            return invalid(
                "A mail password is never sent over an open connection: set the mail encryption to starttls or tls.",
            );
        }
        // lettre asks rustls for the process's provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let parameters = || {
            TlsParameters::new(settings.host.clone())
                .map_err(|_| MailError::Invalid("The mail server's host name cannot be used for TLS.".to_owned()))
        };
        let tls = match settings.encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
        };
        Ok(Self {
            settings,
            tls,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Sends one mail, in one attempt. `Ok` means that the server has taken responsibility for it.
    pub async fn send(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        observe(Provider::Smtp, "mail.send", self.send_once(mail), MailError::code).await
    }

    async fn send_once(&self, mail: &OutgoingMail) -> Result<(), MailError> {
        let message = build_message(mail)?;
        let foreign_script = !mail.to.1.split('@').next().unwrap_or_default().is_ascii();
        let line = self.take_line();
        let sent = tokio::time::timeout(self.settings.timeout, line.send(message)).await;
        let error = match sent {
            Ok(Ok(_)) => {
                self.keep_line(line);
                return Ok(());
            }
            Ok(Err(error)) => error,
            Err(_) => return Err(MailError::Timeout),
        };
        if error.status().is_some() {
            self.keep_line(line);
        }
        if error.is_client() && foreign_script {
            // Without SMTPUTF8 (RFC 6531) on the server, lettre does not even try.
            return Err(MailError::Invalid(
                "The mail server cannot deliver to an address with such letters.".to_owned(),
            ));
        }
        Err(classify(&error))
    }

    /// Connects, greets and signs in as for a mail, and sends none.
    pub async fn probe(&self) -> Result<(), MailError> {
        let line = self.make_line();
        match tokio::time::timeout(self.settings.timeout, line.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError::Unreachable),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err(MailError::Timeout),
        }
    }

    fn take_line(&self) -> Line {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| self.make_line())
    }

    fn keep_line(&self, line: Line) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(line);
        }
    }

    fn make_line(&self) -> Line {
        let mut builder = Line::builder_dangerous(&self.settings.host)
            .port(self.settings.port)
            .tls(self.tls.clone())
            .timeout(Some(self.settings.timeout))
            .pool_config(PoolConfig::new().max_size(1))
            .hello_name(ClientId::default());
        if let (Some(username), Some(password)) = (&self.settings.username, &self.settings.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.expose_secret().to_owned()));
        }
        builder.build()
    }
}

impl fmt::Debug for MailTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailTransport")
            .field("host", &self.settings.host)
            .field("port", &self.settings.port)
            .field("encryption", &self.settings.encryption)
            .finish_non_exhaustive()
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn classify(error: &lettre::transport::smtp::Error) -> MailError {
    tracing::debug!(
        code = error.status().map(u16::from),
        timeout = error.is_timeout(),
        tls = error.is_tls(),
        "mail.not_sent"
    );
    match error.status().map(u16::from) {
        Some(code @ (530 | 534 | 535 | 538)) => MailError::LoginRefused { code },
        Some(code) if error.is_permanent() => MailError::Rejected { code },
        Some(code) => MailError::Deferred { code },
        None if error.is_timeout() => MailError::Timeout,
        None if error.is_tls() => MailError::Insecure,
        // lettre's own refusals: the server lacks what the settings ask for (STARTTLS, a safe way to sign in).
        None if error.is_client() => MailError::Insecure,
        None => MailError::Unreachable,
    }
}

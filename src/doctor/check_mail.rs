//! Outgoing mail: the server is there, greets, and accepts our sign-in.

use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_core::text::EmailAddress;
use timetap_providers::mail::{MailError, MailTransport, OutgoingMail};

use super::Wishes;
use super::finding::Section;
use crate::config::Parts;

/// Looks at the mail server, and sends a test mail where one is wished for.
pub async fn check_mail(section: &mut Section<'_>, parts: &Parts, wishes: &Wishes, clock: &Clock) {
    let from = parts.mail_from.as_ref();
    if let Some(from) = from
        && EmailAddress::parse(&from.address).is_err()
    {
        section.warning(
            "mail_from",
            format!("Mails come from {:?}, which most mail servers refuse.", from.address),
            "Set mail_from to an address that the mail server may send for.",
        );
    }
    let Some(smtp) = &parts.smtp else {
        section.skipped("connection", "Not looked at, because the mail settings cannot be used.");
        return;
    };
    let place = format!("{}:{}", smtp.host, smtp.port);
    let transport = match MailTransport::new(smtp.clone()) {
        Ok(transport) => transport,
        Err(error) => {
            section.error(
                "connection",
                error.explain(),
                "Correct the settings that begin with smtp_.",
            );
            return;
        }
    };
    match transport.probe().await {
        Ok(()) if smtp.username.is_some() => {
            section.ok("connection", format!("The mail server {place} accepts our sign-in."));
        }
        Ok(()) => section.ok(
            "connection",
            format!("The mail server {place} answers; no sign-in is set."),
        ),
        Err(error) => {
            report(section, "connection", &place, &error);
            return;
        }
    }
    let (Some(address), Some(from)) = (&wishes.send_test_mail, from) else {
        return;
    };
    let text = "This is a test mail. It was sent by timetap doctor, and it arrived.";
    let sender = (Some(from.name.clone()), from.address.clone());
    let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mail = OutgoingMail {
        from: sender,
        to: (None, address.clone()),
        reply_to: None,
        subject: "TimeTap can send mail".to_owned(),
        text: format!("{text}\n"),
        html: format!("<p>{text}</p>"),
        message_id: format!("doctor.{}@{domain}", Entropy::system().uuid(clock.now())),
        calendar: None,
        auto_submitted: true,
    };
    match transport.send(&mail).await {
        Ok(()) => section.ok(
            "test_mail",
            "The mail server has taken the test mail; look into the mailbox.",
        ),
        Err(error) => report(section, "test_mail", &place, &error),
    }
}

fn report(section: &mut Section<'_>, check: &'static str, place: &str, error: &MailError) {
    let fix = match error {
        MailError::Unreachable | MailError::Timeout => {
            "Look at smtp_host and smtp_port, and whether a firewall is in between; most providers block port 25."
        }
        MailError::LoginRefused { .. } => "Correct smtp_username and smtp_password.",
        MailError::Insecure => {
            "Look at smtp_encryption (starttls on port 587, tls on port 465), and whether smtp_host is the name in the server's certificate."
        }
        MailError::Rejected { .. } | MailError::Deferred { .. } => {
            "Ask the mail server's log why; mail_from must be an address that it may send for."
        }
        MailError::Invalid(_) => "Correct the address, or the settings mail_from and smtp_.",
    };
    section.error(check, format!("{place}: {error}."), fix);
}

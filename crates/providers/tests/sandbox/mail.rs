//! The mail transport against the sandbox's mailbox, over real SMTP: what a person finds in their inbox.

use std::time::Duration;

use rstest::rstest;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::mail::{CalendarPart, Encryption, MailError, MailTransport, OutgoingMail, SmtpSettings};
use timetap_sandbox::{FaultKind, FaultRule, MailFilter, Sandbox, SandboxOptions, start};

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Sesión\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

async fn mailbox() -> (Sandbox, MailTransport) {
    let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().unwrap());
    let sandbox = start(SandboxOptions::new(clock, Entropy::seeded(3))).await.unwrap();
    let transport = MailTransport::new(SmtpSettings {
        host: sandbox.smtp_addr().ip().to_string(),
        port: sandbox.smtp_addr().port(),
        encryption: Encryption::None,
        username: None,
        password: None,
        timeout: Duration::from_secs(5),
    })
    .unwrap();
    (sandbox, transport)
}

fn mail() -> OutgoingMail {
    OutgoingMail {
        from: (Some("TimeTap".into()), "bookings@example.test".into()),
        to: (Some("Kim Ñúñez".into()), "kim@example.test".into()),
        reply_to: Some((Some("Ada Fern".into()), "ada@example.test".into())),
        subject: "Booked: sesión on Tuesday — 15:00".into(),
        text: "See you on Tuesday.\n.\nA line with a single dot stands above.\n".into(),
        html: "<p>See you on <strong>Tuesday</strong>. ñ</p>".into(),
        message_id: "<booked.1@example.test>".into(),
        calendar: Some(CalendarPart {
            ics: ICS.into(),
            method: "REQUEST",
        }),
        auto_submitted: true,
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (sandbox, transport) = mailbox().await;
    transport.send(&mail()).await.unwrap();
    let mails = sandbox.control().mails(&MailFilter::to("kim@example.test"));
    assert_eq!(mails.len(), 1);
    let parsed = &mails[0].content;
    assert_eq!(parsed.message_id.as_deref(), Some("booked.1@example.test"));
    assert_eq!(parsed.subject, mail().subject);
    assert_eq!(parsed.from, "TimeTap <bookings@example.test>");
    assert_eq!(parsed.to, "Kim Ñúñez <kim@example.test>");
    assert_eq!(parsed.reply_to.as_deref(), Some("Ada Fern <ada@example.test>"));
    assert_eq!(
        parsed.text.as_deref().unwrap().replace("\r\n", "\n").trim_end(),
        mail().text.trim_end()
    );
    assert_eq!(parsed.html.as_deref().unwrap().trim_end(), mail().html);
    assert_eq!(parsed.parts.len(), 2);
    assert!(
        parsed.parts[0]
            .content_type
            .starts_with("text/calendar; method=REQUEST")
    );
    assert_eq!(parsed.parts[1].name.as_deref(), Some("invite.ics"));
    for part in &parsed.parts {
        if let Some(text) = &part.text {
            assert_eq!(text.replace("\r\n", "\n"), ICS.replace("\r\n", "\n"));
        }
    }
    let raw = String::from_utf8(sandbox.control().raw_mail(mails[0].id).unwrap()).unwrap();
    assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
    assert!(raw.lines().all(|line| line.len() <= 998), "RFC 5322 section 2.1.1");
}

#[rstest]
#[case(FaultKind::Smtp550, MailError::Rejected { code: 550 })]
#[case(FaultKind::Smtp451ThenOk, MailError::Deferred { code: 451 })]
#[case(FaultKind::SmtpDown, MailError::Unreachable)]
#[tokio::test]
async fn a_refusal_leaves_no_mail(#[case] fault: FaultKind, #[case] expected: MailError) {
    let (sandbox, transport) = mailbox().await;
    sandbox.control().add_fault(FaultRule::new(fault)).unwrap();
    assert_eq!(transport.send(&mail()).await.unwrap_err(), expected);
    assert!(sandbox.control().mails(&MailFilter::default()).is_empty());
    sandbox.control().clear_faults();
    transport.send(&mail()).await.unwrap();
    assert_eq!(sandbox.control().mails(&MailFilter::default()).len(), 1);
}

/// The one case that cannot be told from failure; the second copy carries the same id.
#[tokio::test]
async fn a_lost_last_answer_is_worth_another_try_with_the_same_id() {
    let (sandbox, transport) = mailbox().await;
    sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::SmtpCloseAfterData).times(1))
        .unwrap();
    assert!(transport.send(&mail()).await.unwrap_err().is_transient());
    transport.send(&mail()).await.unwrap();
    let mails = sandbox.control().mails(&MailFilter::default());
    let ids: Vec<_> = mails.iter().map(|mail| mail.content.message_id.as_deref()).collect();
    assert_eq!(ids, [Some("booked.1@example.test"); 2]);
}

//! Puts a mail into MIME form. Nothing that a person typed can add a header: control characters are refused, and lettre's
//! types encode the rest.

use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use url::Host;

use super::{CalendarPart, MailError, OutgoingMail, Party};

/// RFC 3834 section 5.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The whole message, ready to send.
pub(super) fn build_message(mail: &OutgoingMail) -> Result<Message, MailError> {
    check_line("subject", &mail.subject)?;
    let mut builder = Message::builder()
        .from(mailbox("sender", &mail.from)?)
        .to(mailbox("recipient", &mail.to)?)
        .subject(mail.subject.clone())
        .message_id(Some(message_id(&mail.message_id)?));
    if let Some(party) = &mail.reply_to {
        builder = builder.reply_to(mailbox("reply address", party)?);
    }
    if mail.auto_submitted {
        builder = builder.header(AutoSubmitted);
    }
    let mut texts = MultiPart::alternative()
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let body = match &mail.calendar {
        None => texts,
        Some(calendar) => {
            let (inline, file) = calendar_types(calendar)?;
            texts = texts.singlepart(SinglePart::builder().header(inline).body(calendar.ics.clone()));
            MultiPart::mixed()
                .multipart(texts)
                .singlepart(Attachment::new("invite.ics".to_owned()).body(calendar.ics.clone(), file))
        }
    };
    builder
        .multipart(body)
        .map_err(|_| MailError::Invalid("The mail could not be put together.".to_owned()))
}

fn calendar_types(calendar: &CalendarPart) -> Result<(ContentType, ContentType), MailError> {
    if !matches!(calendar.method, "REQUEST" | "CANCEL" | "PUBLISH") {
        return Err(MailError::Invalid(
            "The calendar part's method must be REQUEST, CANCEL or PUBLISH.".to_owned(),
        ));
    }
    let parse = |kind: &str| {
        ContentType::parse(&format!("{kind}; method={}; charset=utf-8", calendar.method))
            .map_err(|_| MailError::Invalid("The calendar part has no usable type.".to_owned()))
    };
    Ok((parse("text/calendar")?, parse("application/ics")?))
}

fn mailbox(what: &str, (name, address): &Party) -> Result<Mailbox, MailError> {
    check_line(what, address)?;
    if let Some(name) = name {
        check_line(what, name)?;
    }
    let address = parse_address(address)
        .ok_or_else(|| MailError::Invalid(format!("The {what} is not a valid e-mail address.")))?;
    Ok(Mailbox::new(
        name.clone().filter(|name| !name.trim().is_empty()),
        address,
    ))
}

/// A domain in another script goes out in its ASCII form (RFC 5891), which every server takes.
fn parse_address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    if domain.is_ascii() {
        return text.parse().ok();
    }
    match Host::parse(domain).ok()? {
        Host::Domain(domain) => Address::new(local, domain).ok(),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn message_id(id: &str) -> Result<String, MailError> {
    check_line("message id", id)?;
    let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    let fits = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"<>@()[],;:\\\"".contains(&b))
    };
    match bare.split_once('@') {
        Some((local, domain)) if fits(local) && fits(domain) => Ok(format!("<{bare}>")),
        _ => Err(MailError::Invalid(
            "The message id must look like local@domain.".to_owned(),
        )),
    }
}

/// Refuses whatever could end a header line, in any reading of what a line end is.
fn check_line(what: &str, text: &str) -> Result<(), MailError> {
    if text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
    {
        return Err(MailError::Invalid(format!(
            "The {what} contains a line break or another control character."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn mail() -> OutgoingMail {
        OutgoingMail {
            from: (Some("Ada Fern".into()), "ada@example.test".into()),
            to: (Some("Kim Ñúñez".into()), "kim@example.test".into()),
            reply_to: None,
            subject: "Booked: Tuesday".into(),
            text: "See you on Tuesday.".into(),
            html: "<p>See you on Tuesday.</p>".into(),
            message_id: "booked.1@example.test".into(),
            calendar: None,
            auto_submitted: true,
        }
    }

    fn render(mail: &OutgoingMail) -> String {
        String::from_utf8(build_message(mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn carries_both_texts_and_the_headers() {
        let raw = render(&mail());
        assert!(raw.contains("Message-ID: <booked.1@example.test>\r\n"), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(raw.contains("Subject: Booked: Tuesday\r\n"));
        assert!(raw.contains("multipart/alternative"));
        assert!(!raw.contains("multipart/mixed") && !raw.contains("Reply-To"));
        assert!(raw.is_ascii(), "names must be encoded: {raw}");
        let text = raw.find("text/plain").unwrap();
        assert!(text < raw.find("text/html").unwrap(), "the best form comes last");
    }

    #[test]
    fn the_calendar_comes_inline_and_as_a_file() {
        let calendar = CalendarPart {
            ics: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".into(),
            method: "REQUEST",
        };
        let raw = render(&OutgoingMail {
            calendar: Some(calendar),
            ..mail()
        });
        assert!(raw.contains("multipart/mixed"));
        assert!(
            raw.contains("Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n"),
            "{raw}"
        );
        assert!(raw.contains("Content-Type: application/ics; method=REQUEST; charset=utf-8\r\n"));
        assert!(raw.contains("filename=\"invite.ics\""));
        assert_eq!(raw.matches("BEGIN:VCALENDAR").count(), 2);
    }

    #[test]
    fn machines_mails_say_so_only_when_asked() {
        let raw = render(&OutgoingMail {
            auto_submitted: false,
            reply_to: Some((None, "desk@example.test".into())),
            ..mail()
        });
        assert!(!raw.contains("Auto-Submitted"));
        assert!(raw.contains("Reply-To: desk@example.test\r\n"));
    }

    #[rstest]
    #[case("\r\nBcc: eve@example.test")]
    #[case("\nX: y")]
    #[case("\rX: y")]
    #[case("\0")]
    #[case("\u{2028}")]
    #[case("\u{85}")]
    fn no_field_can_add_a_header(#[case] evil: &str) {
        let with = |text: &str| format!("{text}{evil}");
        let mails = [
            OutgoingMail {
                subject: with("Hi"),
                ..mail()
            },
            OutgoingMail {
                to: (Some(with("Kim")), "kim@example.test".into()),
                ..mail()
            },
            OutgoingMail {
                to: (None, with("kim@example.test")),
                ..mail()
            },
            OutgoingMail {
                from: (Some(with("Ada")), "ada@example.test".into()),
                ..mail()
            },
            OutgoingMail {
                reply_to: Some((None, with("ada@example.test"))),
                ..mail()
            },
            OutgoingMail {
                message_id: with("a@b"),
                ..mail()
            },
        ];
        for mail in mails {
            let error = build_message(&mail).unwrap_err();
            assert!(error.to_string().contains("control character"), "{error}");
            assert!(!error.is_transient());
        }
    }

    #[rstest]
    #[case("kim")]
    #[case("kim@")]
    #[case("")]
    #[case("kim@example.test, eve@example.test")]
    #[case("Kim <kim@example.test>")]
    fn refuses_what_is_no_single_address(#[case] address: &str) {
        let error = build_message(&OutgoingMail {
            to: (None, address.into()),
            ..mail()
        })
        .unwrap_err();
        assert_eq!(
            error,
            MailError::Invalid("The recipient is not a valid e-mail address.".into())
        );
    }

    #[rstest]
    #[case("no-domain")]
    #[case("a@b> <c@d")]
    #[case("a b@c")]
    #[case("@b")]
    fn refuses_a_message_id_that_is_none(#[case] id: &str) {
        assert!(
            build_message(&OutgoingMail {
                message_id: id.into(),
                ..mail()
            })
            .is_err()
        );
    }

    #[test]
    fn a_domain_in_another_script_becomes_ascii() {
        let raw = render(&OutgoingMail {
            to: (None, "kim@bücher.example".into()),
            ..mail()
        });
        assert!(raw.contains("To: kim@xn--bcher-kva.example\r\n"), "{raw}");
    }

    #[test]
    fn a_name_cannot_pose_as_another_address() {
        let raw = render(&OutgoingMail {
            to: (Some("eve@example.test>, \"x".into()), "kim@example.test".into()),
            ..mail()
        });
        let line = raw.lines().find(|line| line.starts_with("To: ")).unwrap();
        assert!(
            line.ends_with(" <kim@example.test>") && !line.contains("eve@"),
            "the name must be encoded: {line}"
        );
    }
}

//! The SMTP server, with a real client and by hand, and the inbox.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment, MultiPart, SinglePart, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use serde_json::json;
use timetap_sandbox::{FaultKind, FaultRule, MailFilter, Origin};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::support::{Bench, read};

const ZOE: &str = "zoe@example.org";

fn transport(bench: &Bench) -> AsyncSmtpTransport<Tokio1Executor> {
    let addr = bench.sandbox.smtp_addr();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(addr.ip().to_string())
        .port(addr.port())
        .credentials(Credentials::new("any".to_owned(), "thing".to_owned()))
        .build()
}

fn mail(subject: &str) -> Message {
    let html =
        r#"<p>Hello</p><a href="http://127.0.0.1:3000/bookings/1?t=a&amp;b=c">Manage</a><script>alert(1)</script>"#;
    let ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n".to_owned();
    Message::builder()
        .from("TimeTap <hello@timetap.test>".parse().unwrap())
        .to(format!("Zoë Díaz <{ZOE}>").parse().unwrap())
        .message_id(Some("<booked-1@timetap.test>".to_owned()))
        .subject(subject)
        .multipart(
            MultiPart::mixed()
                .multipart(MultiPart::alternative_plain_html(
                    "Hello\n.a line with a dot\n..two dots\nhttp://127.0.0.1:3000/bookings/1.".to_owned(),
                    html.to_owned(),
                ))
                .singlepart(
                    SinglePart::builder()
                        .header(ContentType::TEXT_HTML)
                        .body("<p>second</p>".to_owned()),
                )
                .singlepart(
                    Attachment::new("invite.ics".to_owned())
                        .body(ics, "text/calendar; method=REQUEST".parse().unwrap()),
                ),
        )
        .unwrap()
}

#[tokio::test]
async fn a_mail_arrives_whole_and_is_taken_apart() {
    let bench = Bench::new().await;
    transport(&bench).send(mail("Booked: café with Ada")).await.unwrap();
    let mails = bench.sandbox.control().mails(&MailFilter::to(ZOE));
    assert_eq!(mails.len(), 1);
    let (mail, content) = (&mails[0], &mails[0].content);
    assert_eq!(
        (mail.origin, mail.sender.as_str()),
        (Origin::Smtp, "hello@timetap.test")
    );
    assert_eq!(content.subject, "Booked: café with Ada");
    assert_eq!(content.to, format!("Zoë Díaz <{ZOE}>"));
    assert_eq!(content.message_id.as_deref(), Some("booked-1@timetap.test"));
    let text = content.text.as_deref().unwrap().replace("\r\n", "\n");
    assert!(text.starts_with("Hello\n.a line with a dot\n..two dots\n"), "{text}");
    assert!(content.html.as_deref().unwrap().contains("Manage"));
    let calendar = content
        .parts
        .iter()
        .find(|part| part.name.as_deref() == Some("invite.ics"))
        .unwrap();
    assert!(calendar.text.as_deref().unwrap().contains("METHOD:REQUEST"));
    assert_eq!(
        content.links,
        [
            "http://127.0.0.1:3000/bookings/1?t=a&b=c",
            "http://127.0.0.1:3000/bookings/1"
        ]
    );
}

#[tokio::test]
async fn every_delivery_counts_and_filters_find() {
    let bench = Bench::new().await;
    let transport = transport(&bench);
    for _ in 0..2 {
        transport.send(mail("Booked")).await.unwrap();
    }
    assert_eq!(bench.sandbox.control().summary().mails, 2);
    let list = |query: &str| bench.client.get(bench.url(&format!("/api/mail{query}"))).send();
    for (query, count) in [
        ("", 2),
        ("?to=ZOE@", 2),
        ("?subject=booked", 2),
        ("?subject=cancel", 0),
        ("?to=ada", 0),
    ] {
        let (_, body) = read(list(query).await.unwrap()).await;
        assert_eq!(body["count"], json!(count), "{query}");
    }
    let (_, one) = read(list("/1").await.unwrap()).await;
    assert_eq!(one["message_id"], json!("booked-1@timetap.test"));
    assert_eq!(
        bench
            .client
            .delete(bench.url("/api/mail"))
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert!(bench.sandbox.control().mails(&MailFilter::default()).is_empty());
}

#[tokio::test]
async fn the_pages_show_it_and_run_nothing_in_it() {
    let bench = Bench::new().await;
    transport(&bench).send(mail("<b>Booked</b>")).await.unwrap();
    let page = |path: &str| bench.client.get(bench.url(path)).send();
    let inbox = page("/mail").await.unwrap().text().await.unwrap();
    assert!(inbox.contains("&lt;b&gt;Booked&lt;") && !inbox.contains("<b>Booked</b>"));
    let one = page("/mail/1").await.unwrap().text().await.unwrap();
    for text in [
        "invite.ics",
        "booked-1@timetap.test",
        "METHOD:REQUEST",
        "/mail/1/html",
        "/mail/1/raw",
    ] {
        assert!(one.contains(text), "{text} is missing");
    }
    assert!(!one.contains("<script"));
    let html = page("/mail/1/html").await.unwrap();
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("sandbox ") && !policy.contains("allow-scripts") && !policy.contains("http"),
        "{policy}"
    );
    assert!(
        page("/mail/1/raw")
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("Message-ID: <booked-1@timetap.test>")
    );
    assert_eq!(page("/mail/99").await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_refused_recipient_is_permanent_and_a_greylisted_one_is_not() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    control
        .add_fault(FaultRule::new(FaultKind::Smtp550).of(ZOE).times(1))
        .unwrap();
    let error = transport(&bench).send(mail("Booked")).await.unwrap_err();
    assert!(error.is_permanent(), "{error}");
    control.add_fault(FaultRule::new(FaultKind::Smtp451ThenOk)).unwrap();
    let error = transport(&bench).send(mail("Booked")).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(control.summary().mails, 0);
    transport(&bench).send(mail("Booked")).await.unwrap();
    assert_eq!(control.summary().mails, 1);
}

#[tokio::test]
async fn a_server_that_is_down_takes_nothing_and_a_lost_answer_hides_a_mail_taken() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    let down = control.add_fault(FaultRule::new(FaultKind::SmtpDown)).unwrap();
    assert!(transport(&bench).send(mail("Booked")).await.is_err());
    assert_eq!(control.summary().mails, 0);
    control.remove_fault(down).unwrap();
    control
        .add_fault(FaultRule::new(FaultKind::SmtpCloseAfterData).times(1))
        .unwrap();
    assert!(transport(&bench).send(mail("Booked")).await.is_err());
    assert_eq!(control.summary().mails, 1);
}

/// Sends lines and gives the code of each answer.
async fn converse(bench: &Bench, lines: &[&str]) -> Vec<String> {
    let mut stream = BufReader::new(TcpStream::connect(bench.sandbox.smtp_addr()).await.unwrap());
    let mut codes = Vec::new();
    for line in std::iter::once(&"").chain(lines) {
        if !line.is_empty() {
            stream
                .get_mut()
                .write_all(format!("{line}\r\n").as_bytes())
                .await
                .unwrap();
        }
        loop {
            let mut answer = String::new();
            stream.read_line(&mut answer).await.unwrap();
            if answer.as_bytes()[3] == b' ' {
                codes.push(answer[..3].to_owned());
                break;
            }
        }
    }
    codes
}

#[tokio::test]
async fn commands_out_of_order_are_refused_and_rset_starts_anew() {
    let bench = Bench::new().await;
    let lines = [
        "MAIL FROM:<a@x.test>",
        "HELO me",
        "RCPT TO:<b@x.test>",
        "DATA",
        "MAIL a@x.test",
        "mail from:<a@x.test> SIZE=100",
        "RCPT TO:<nobody>",
        "RCPT TO:<b@x.test>",
        "RSET",
        "DATA",
        "NOOP",
        "MAIL FROM:<> SIZE=99999999",
        "BREW",
        "QUIT",
    ];
    let expected = [
        "220", "503", "250", "503", "503", "501", "250", "501", "250", "250", "503", "250", "552", "502", "221",
    ];
    assert_eq!(converse(&bench, &lines).await, expected);
    assert_eq!(bench.sandbox.control().summary().mails, 0);
}

#[tokio::test]
async fn dots_are_unstuffed_and_the_null_sender_is_fine() {
    let bench = Bench::new().await;
    let lines = [
        "EHLO me",
        "AUTH PLAIN AGEAYg==",
        "MAIL FROM:<>",
        "RCPT TO:<b@x.test>",
        "DATA",
        "Subject: Dots\r\n\r\n..one\r\n...two\r\n.",
    ];
    assert_eq!(converse(&bench, &lines).await.last().map(String::as_str), Some("250"));
    let raw = bench.sandbox.control().raw_mail(1).unwrap();
    assert_eq!(
        String::from_utf8(raw).unwrap(),
        "Subject: Dots\r\n\r\n.one\r\n..two\r\n"
    );
}

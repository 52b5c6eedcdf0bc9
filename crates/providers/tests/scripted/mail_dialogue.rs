//! The mail server's moods, played byte by byte: refusals, delays, silence, a connection that breaks, and the order of
//! answers on a connection that is used again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rstest::rstest;
use timetap_providers::mail::{Encryption, MailError, MailTransport, OutgoingMail, SmtpSettings};
use tokio::task::JoinSet;

use crate::server::secret;

/// Where in the dialogue the server departs from the usual, and how. `None` for the answer: it says nothing for a while;
/// an empty answer: it hangs up.
#[derive(Clone, Copy)]
struct Mood {
    at: &'static str,
    answer: Option<&'static str>,
}

struct Server {
    port: u16,
    /// The subjects of the mails that were taken.
    taken: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    /// The mood holds for the first connection; later ones are usual.
    fn start(mood: Option<Mood>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let server = Self {
            port,
            taken: Arc::clone(&taken),
            connections: Arc::clone(&connections),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut count = connections.lock().unwrap();
                *count += 1;
                let mood = if *count == 1 { mood } else { None };
                let taken = Arc::clone(&taken);
                thread::spawn(move || converse(stream, mood, &taken));
            }
        });
        server
    }

    fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".into(),
            port: self.port,
            encryption: Encryption::None,
            username: None,
            password: None,
            timeout: Duration::from_millis(700),
        }
    }

    fn transport(&self) -> MailTransport {
        MailTransport::new(self.settings()).unwrap()
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

fn converse(stream: TcpStream, mood: Option<Mood>, taken: &Mutex<Vec<String>>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    let mut say = |step: &str, usual: &str| -> Option<()> {
        let answer = match mood {
            Some(mood) if mood.at == step => match mood.answer {
                None => {
                    thread::sleep(Duration::from_millis(1200));
                    usual
                }
                Some("") => return None,
                Some(answer) => answer,
            },
            _ => usual,
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).ok()
    };
    say("greeting", "220 test")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("EHLO", "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
            "AUTH" => say("AUTH", "235 ok")?,
            "MAIL" => say("MAIL", "250 ok")?,
            "RCPT" => say("RCPT", "250 ok")?,
            "DATA" => {
                say("DATA", "354 go on")?;
                let mut subject = String::new();
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).ok()? == 0 {
                        return None;
                    }
                    if let Some(text) = line.strip_prefix("Subject: ") {
                        text.trim_end().clone_into(&mut subject);
                    }
                    if line == ".\r\n" {
                        break;
                    }
                }
                let refused = matches!(
                    mood,
                    Some(Mood {
                        at: "message",
                        answer: Some(_)
                    })
                );
                if !refused {
                    taken.lock().unwrap().push(subject);
                }
                say("message", "250 queued")?;
            }
            "QUIT" => {
                say("QUIT", "221 bye")?;
                let _ = reader.read(&mut [0]);
                return None;
            }
            _ => say("other", "250 ok")?,
        }
    }
}

fn mail(subject: &str) -> OutgoingMail {
    OutgoingMail {
        from: (Some("TimeTap".into()), "bookings@example.test".into()),
        to: (None, "kim@example.test".into()),
        reply_to: None,
        subject: subject.into(),
        text: "Booked.".into(),
        html: "<p>Booked.</p>".into(),
        message_id: "1@example.test".into(),
        calendar: None,
        auto_submitted: true,
    }
}

#[tokio::test]
async fn mails_go_out_over_one_connection() {
    let server = Server::start(None);
    let transport = server.transport();
    for subject in ["one", "two", "three"] {
        transport.send(&mail(subject)).await.unwrap();
        // The connection goes back to its place in the background.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(server.taken(), ["one", "two", "three"]);
    assert_eq!(*server.connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn many_mails_at_once_all_arrive() {
    let server = Server::start(None);
    let transport = Arc::new(server.transport());
    let mut sends = JoinSet::new();
    for number in 0..12 {
        let transport = Arc::clone(&transport);
        sends.spawn(async move { transport.send(&mail(&format!("m{number}"))).await });
    }
    assert!(sends.join_all().await.into_iter().all(|sent| sent.is_ok()));
    assert_eq!(server.taken().len(), 12);
}

#[rstest]
#[case("RCPT", "550 no such mailbox kim@example.test", MailError::Rejected { code: 550 }, false)]
#[case("message", "554 spam", MailError::Rejected { code: 554 }, false)]
#[case("RCPT", "451 greylisted", MailError::Deferred { code: 451 }, true)]
#[case("greeting", "421 too busy", MailError::Deferred { code: 421 }, true)]
#[case("MAIL", "530 sign in first", MailError::LoginRefused { code: 530 }, true)]
#[case("greeting", "", MailError::Unreachable, true)]
#[case("DATA", "", MailError::Unreachable, true)]
#[case("EHLO", "gibberish", MailError::Unreachable, true)]
#[tokio::test]
async fn each_refusal_has_its_class(
    #[case] at: &'static str,
    #[case] answer: &'static str,
    #[case] expected: MailError,
    #[case] again: bool,
) {
    let server = Server::start(Some(Mood {
        at,
        answer: Some(answer),
    }));
    let error = server.transport().send(&mail("x")).await.unwrap_err();
    assert_eq!(error, expected);
    assert_eq!(error.is_transient(), again);
    assert!(!format!("{error} {error:?} {}", error.explain()).contains("kim@"));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_mail_goes_through_after_greylisting() {
    let server = Server::start(Some(Mood {
        at: "RCPT",
        answer: Some("451 greylisted"),
    }));
    let transport = server.transport();
    assert!(transport.send(&mail("x")).await.unwrap_err().is_transient());
    transport.send(&mail("x")).await.unwrap();
    assert_eq!(server.taken(), ["x"]);
}

#[rstest]
#[case("greeting")]
#[case("RCPT")]
#[case("message")]
#[tokio::test]
async fn silence_times_out(#[case] at: &'static str) {
    let server = Server::start(Some(Mood { at, answer: None }));
    assert_eq!(
        server.transport().send(&mail("x")).await.unwrap_err(),
        MailError::Timeout
    );
}

/// The late answer to the first mail must not be taken for an answer to the second.
#[tokio::test]
async fn a_connection_with_answers_outstanding_is_never_used_again() {
    let server = Server::start(Some(Mood {
        at: "RCPT",
        answer: None,
    }));
    let transport = server.transport();
    assert_eq!(transport.send(&mail("late")).await.unwrap_err(), MailError::Timeout);
    tokio::time::sleep(Duration::from_millis(700)).await;
    transport.send(&mail("second")).await.unwrap();
    assert_eq!(server.taken(), ["second"]);
    assert_eq!(*server.connections.lock().unwrap(), 2);
}

#[tokio::test]
async fn nobody_listens() {
    let server = Server::start(None);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = SmtpSettings {
        port: listener.local_addr().unwrap().port(),
        ..server.settings()
    };
    drop(listener);
    let error = MailTransport::new(settings)
        .unwrap()
        .send(&mail("x"))
        .await
        .unwrap_err();
    assert_eq!(error, MailError::Unreachable);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail_in_the_clear() {
    let server = Server::start(None);
    let settings = SmtpSettings {
        encryption: Encryption::StartTls,
        ..server.settings()
    };
    let error = MailTransport::new(settings)
        .unwrap()
        .send(&mail("x"))
        .await
        .unwrap_err();
    assert_eq!(error, MailError::Insecure);
    assert!(error.is_transient() && server.taken().is_empty());
}

#[tokio::test]
async fn a_refused_sign_in_is_not_the_mails_fault() {
    let server = Server::start(Some(Mood {
        at: "AUTH",
        answer: Some("535 wrong"),
    }));
    let settings = SmtpSettings {
        username: Some("u".into()),
        password: Some(secret("smtp-secret")),
        ..server.settings()
    };
    let transport = MailTransport::new(settings).unwrap();
    assert!(!format!("{transport:?}").contains("smtp-secret"));
    let error = transport.send(&mail("x")).await.unwrap_err();
    assert_eq!(error, MailError::LoginRefused { code: 535 });
    assert!(error.is_transient());
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let server = Server::start(None);
    let refused = |settings: SmtpSettings| MailTransport::new(settings).unwrap_err().to_string();
    let base = || server.settings();
    assert!(
        refused(SmtpSettings {
            host: " ".into(),
            ..base()
        })
        .contains("host name is empty")
    );
    assert!(
        refused(SmtpSettings {
            timeout: Duration::ZERO,
            ..base()
        })
        .contains("timeout")
    );
    assert!(
        refused(SmtpSettings {
            username: Some("u".into()),
            ..base()
        })
        .contains("both a user name and a password")
    );
    let open = SmtpSettings {
        host: "mail.example.test".into(),
        username: Some("u".into()),
        password: Some(secret("p")),
        ..base()
    };
    assert!(refused(open.clone()).contains("set the mail encryption to starttls or tls"));
    assert!(
        MailTransport::new(SmtpSettings {
            encryption: Encryption::StartTls,
            ..open
        })
        .is_ok()
    );
}

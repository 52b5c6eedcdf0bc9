//! One SMTP conversation (RFC 5321), with faults where a drill wants them.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::store::Origin;
use crate::{
    faults::{FaultKind, Place},
    world::Shared,
};

/// Largest mail taken, in bytes.
const LARGEST_MAIL: usize = 25 * 1024 * 1024;
/// Longest line read, far beyond the 1,000 octets of the RFC.
const LONGEST_LINE: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_mins(5);

/// The mail in the making.
#[derive(Default)]
struct Envelope {
    sender: Option<String>,
    recipients: Vec<String>,
}

/// What DATA ended with.
enum Received {
    Mail(Vec<u8>),
    TooLarge,
    Gone,
}

/// Talks until QUIT, silence, or the end of the connection.
pub(super) async fn run_session(engine: &Shared, stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    reply(&mut stream, "220 sandbox.test ESMTP TimeTap sandbox").await?;
    let mut envelope = Envelope::default();
    let mut greeted = false;
    loop {
        let Some(line) = read_line(&mut stream).await? else {
            return Ok(());
        };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                (greeted, envelope) = (true, Envelope::default());
                let size = format!("250-SIZE {LARGEST_MAIL}");
                let lines = [
                    "250-sandbox.test",
                    &size,
                    "250-8BITMIME",
                    "250-SMTPUTF8",
                    "250-PIPELINING",
                ];
                let lines = format!("{}\r\n250 AUTH PLAIN", lines.join("\r\n"));
                reply(&mut stream, &lines).await?;
            }
            "HELO" => {
                (greeted, envelope) = (true, Envelope::default());
                reply(&mut stream, "250 sandbox.test").await?;
            }
            "AUTH" => authenticate(&mut stream, rest).await?,
            "MAIL" if !greeted => reply(&mut stream, "503 5.5.1 Say EHLO first").await?,
            "MAIL" => {
                let answer = take_sender(&mut envelope, rest);
                reply(&mut stream, answer).await?;
            }
            "RCPT" if envelope.sender.is_none() => reply(&mut stream, "503 5.5.1 MAIL first").await?,
            "RCPT" => {
                let answer = take_recipient(engine, &mut envelope, rest);
                reply(&mut stream, answer).await?;
            }
            "DATA" if envelope.recipients.is_empty() => reply(&mut stream, "503 5.5.1 RCPT first").await?,
            "DATA" => {
                reply(&mut stream, "354 End with <CR><LF>.<CR><LF>").await?;
                match read_data(&mut stream).await? {
                    Received::Gone => return Ok(()),
                    Received::TooLarge => reply(&mut stream, "552 5.3.4 Message too big").await?,
                    Received::Mail(raw) => {
                        let (id, lost) = deliver(engine, &envelope, raw);
                        if lost {
                            return Ok(());
                        }
                        reply(&mut stream, &format!("250 2.0.0 Taken as {id}")).await?;
                    }
                }
                envelope = Envelope::default();
            }
            "RSET" => {
                envelope = Envelope::default();
                reply(&mut stream, "250 2.0.0 Reset").await?;
            }
            "NOOP" => reply(&mut stream, "250 2.0.0 OK").await?,
            "VRFY" => reply(&mut stream, "252 2.5.2 Send it and see").await?,
            "QUIT" => {
                reply(&mut stream, "221 2.0.0 Bye").await?;
                return Ok(());
            }
            _ => reply(&mut stream, "502 5.5.2 Not known here").await?,
        }
    }
}

async fn reply(stream: &mut BufReader<TcpStream>, text: &str) -> io::Result<()> {
    stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?;
    stream.get_mut().flush().await
}

/// A line with its ending; `None` at the end of the connection, or after too long a silence or line.
async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut limited = stream.take(LONGEST_LINE);
    match tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await {
        Ok(read) => {
            read?;
            Ok(line.ends_with(b"\n").then_some(line))
        }
        Err(_) => Ok(None),
    }
}

/// Any name and password will do.
async fn authenticate(stream: &mut BufReader<TcpStream>, rest: &str) -> io::Result<()> {
    let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
    if !mechanism.eq_ignore_ascii_case("PLAIN") {
        return reply(stream, "504 5.5.4 Only AUTH PLAIN").await;
    }
    if initial.is_empty() {
        reply(stream, "334 ").await?;
        read_line(stream).await?;
    }
    reply(stream, "235 2.7.0 Welcome").await
}

fn take_sender(envelope: &mut Envelope, rest: &str) -> &'static str {
    let Some((sender, parameters)) = address_after(rest, "FROM:") else {
        return "501 5.5.4 Use MAIL FROM:<address>";
    };
    let size = parameters.to_ascii_uppercase();
    let size = size
        .split_whitespace()
        .find_map(|word| word.strip_prefix("SIZE=")?.parse::<usize>().ok());
    if size.is_some_and(|size| size > LARGEST_MAIL) {
        return "552 5.3.4 Message too big";
    }
    *envelope = Envelope {
        sender: Some(sender),
        recipients: Vec::new(),
    };
    "250 2.1.0 Sender taken"
}

fn take_recipient(engine: &Shared, envelope: &mut Envelope, rest: &str) -> &'static str {
    let Some((recipient, _)) = address_after(rest, "TO:").filter(|(address, _)| address.contains('@')) else {
        return "501 5.5.4 Use RCPT TO:<address>";
    };
    let account = recipient.to_lowercase();
    let fault = engine.change(|world| {
        world.faults.take(
            Place::SmtpRecipient,
            "smtp",
            Some(&account),
            None,
            &engine.options.entropy,
        )
    });
    match fault {
        Some(FaultKind::Smtp550) => "550 5.1.1 No such mailbox",
        Some(_) => "451 4.7.1 Greylisted, try again later",
        None => {
            envelope.recipients.push(recipient);
            "250 2.1.5 Recipient taken"
        }
    }
}

/// The address between angle brackets and what follows it.
fn address_after<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let start = rest
        .get(..keyword.len())
        .filter(|start| start.eq_ignore_ascii_case(keyword))?;
    let (address, parameters) = rest[start.len()..].trim_start().strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), parameters))
}

/// Reads up to the lone dot, taking away the dots the client stuffed.
async fn read_data(stream: &mut BufReader<TcpStream>) -> io::Result<Received> {
    let mut raw = Vec::new();
    let mut too_large = false;
    loop {
        let Some(line) = read_line(stream).await? else {
            return Ok(Received::Gone);
        };
        if line == b".\r\n" || line == b".\n" {
            return Ok(if too_large {
                Received::TooLarge
            } else {
                Received::Mail(raw)
            });
        }
        let content = line.strip_prefix(b".").unwrap_or(&line);
        if too_large || raw.len() + content.len() > LARGEST_MAIL {
            // Read on to the end, so that the client hears the refusal.
            (too_large, raw) = (true, Vec::new());
        } else {
            raw.extend_from_slice(content);
        }
    }
}

/// Stores the mail; tells its number and whether the answer is to be lost.
fn deliver(engine: &Shared, envelope: &Envelope, raw: Vec<u8>) -> (u64, bool) {
    let first = envelope.recipients.first().map(|recipient| recipient.to_lowercase());
    engine.change(|world| {
        let now = engine.options.clock.now();
        let sender = envelope.sender.as_deref().unwrap_or_default();
        let id = world
            .mailbox
            .receive(now, Origin::Smtp, sender, &envelope.recipients, raw);
        let fault = world
            .faults
            .take(Place::SmtpData, "smtp", first.as_deref(), None, &engine.options.entropy);
        (id, fault.is_some())
    })
}

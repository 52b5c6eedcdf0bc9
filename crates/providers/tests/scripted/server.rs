//! A server that plays a script byte by byte, and a client for it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use secrecy::SecretString;
use timetap_providers::google::{GoogleClient, GoogleCredentials, GoogleEndpoints};
use timetap_providers::http::{Timeouts, build_client};
use url::Url;

pub const CLIENT_ID: &str = "timetap-test";
pub const CLIENT_SECRET: &str = "timetap-test-secret";
pub const REDIRECT: &str = "http://127.0.0.1:3000/api/google/calendar/callback";

/// A client whose patience fits a test.
pub fn client_at(base: &str) -> GoogleClient {
    client_with(
        base,
        Timeouts {
            connect: Duration::from_millis(600),
            total: Duration::from_millis(900),
        },
    )
}

pub fn client_with(base: &str, timeouts: Timeouts) -> GoogleClient {
    GoogleClient::new(
        GoogleCredentials {
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.to_owned().into(),
        },
        GoogleEndpoints::at(&Url::parse(base).unwrap()),
        Url::parse(REDIRECT).unwrap(),
        build_client(timeouts).unwrap(),
    )
    .unwrap()
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What the scripted server does with one request.
pub enum Reply {
    /// A whole answer: status line's end, further headers, body.
    Answer(u16, &'static str, String),
    /// These bytes, then the connection ends.
    Raw(String),
    /// The connection ends without a byte.
    HangUp,
    /// Nothing, until the client gives up.
    Silence,
    /// These bytes, then nothing.
    RawThenSilence(String),
}

pub fn ok(body: &str) -> Reply {
    Reply::Answer(200, "", body.to_owned())
}

pub fn refuse(status: u16, body: &str) -> Reply {
    Reply::Answer(status, "", body.to_owned())
}

/// A server that plays one reply per request and keeps what it was sent.
pub struct Scripted {
    pub base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for reply in replies {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let Some(request) = read_request(&mut stream) else {
                    return;
                };
                seen.lock().unwrap().push(request);
                play(&mut stream, reply);
            }
        });
        Self { base, requests }
    }

    /// The requests so far: request line, headers, empty line, body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The query parameters of the request at `index`, decoded.
    pub fn query(&self, index: usize) -> Vec<(String, String)> {
        let request = &self.requests()[index];
        let target = request.split(' ').nth(1).unwrap();
        let url = Url::parse(&self.base).unwrap().join(target).unwrap();
        url.query_pairs().into_owned().collect()
    }

    /// The form fields of the request at `index`, decoded.
    pub fn form(&self, index: usize) -> Vec<(String, String)> {
        let requests = self.requests();
        let body = requests[index].split_once("\r\n\r\n").unwrap().1;
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
    }
}

fn play(stream: &mut TcpStream, reply: Reply) {
    let (bytes, wait) = match reply {
        Reply::Answer(status, headers, body) => (
            format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            false,
        ),
        Reply::Raw(bytes) => (bytes, false),
        Reply::HangUp => return,
        Reply::Silence => (String::new(), true),
        Reply::RawThenSilence(bytes) => (bytes, true),
    };
    let _ = stream.write_all(bytes.as_bytes());
    if wait {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let _ = stream.read(&mut [0]);
    }
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).ok()?)
}

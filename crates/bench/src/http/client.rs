//! A client that costs next to nothing: one connection, requests as they are, answers read and counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Failure;

/// What came of asking.
#[derive(Debug, Default)]
pub struct Asked {
    /// Answers in a second.
    pub rate: f64,
    /// The statuses that were seen.
    pub statuses: Vec<u16>,
}

impl Asked {
    /// Together with what another connection saw.
    pub fn add(&mut self, other: &Self) {
        self.rate += other.rate;
        self.statuses.extend(&other.statuses);
        self.statuses.sort_unstable();
        self.statuses.dedup();
    }
}

/// An answer, as far as anybody asks.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its entity tag.
    pub tag: Option<String>,
}

/// A request that keeps the connection.
pub fn ask(path: &str, headers: &[(&str, &str)]) -> String {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html,*/*\r\n");
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request + "\r\n"
}

/// A connection.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Client {
    /// To a port of this machine.
    pub fn connect(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends the requests in turn until the time is over.
    pub fn ask_until(mut self, time: Duration, requests: &[String]) -> Result<Asked, Failure> {
        let started = Instant::now();
        let mut asked = Asked::default();
        let mut count = 0_u32;
        for request in requests.iter().cycle() {
            let status = self.ask(request)?.status;
            if !asked.statuses.contains(&status) {
                asked.statuses.push(status);
            }
            count += 1;
            if started.elapsed() >= time {
                break;
            }
        }
        asked.rate = f64::from(count) / started.elapsed().as_secs_f64();
        Ok(asked)
    }

    /// Sends one request and reads its answer to the end (RFC 9112, section 6).
    pub fn ask(&mut self, request: &str) -> Result<Answer, Failure> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status: u16 = self.read_line()?.split(' ').nth(1).ok_or("no status")?.parse()?;
        let (mut length, mut chunked, mut tag) = (0_usize, false, None);
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").ok_or("no header")?;
            match name {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => chunked = true,
                "etag" => tag = Some(value.to_owned()),
                _ => {}
            }
        }
        if status == 304 {
            length = 0;
        }
        if chunked {
            loop {
                let size = usize::from_str_radix(self.read_line()?, 16)?;
                self.skip(size)?;
                self.read_line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.skip(length)?;
        }
        Ok(Answer { status, tag })
    }

    fn read_line(&mut self) -> Result<&str, Failure> {
        self.line.clear();
        if self.stream.read_line(&mut self.line)? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(self.line.trim_end())
    }

    fn skip(&mut self, length: usize) -> Result<(), Failure> {
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(())
    }
}

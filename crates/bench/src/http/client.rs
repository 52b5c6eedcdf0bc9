//! A client that costs next to nothing: one connection, requests as they are, answers read and counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Failure;

/// A request, and the status with which it must be answered.
#[derive(Clone, Debug)]
pub struct Request {
    path: String,
    text: String,
    status: u16,
}

impl Request {
    /// A request that keeps the connection.
    pub fn new(path: &str, headers: &[(&str, &str)], status: u16) -> Self {
        let mut text = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/html,*/*\r\n");
        for (name, value) in headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text += "\r\n";
        let path = path.to_owned();
        Self { path, text, status }
    }
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

    /// Sends the requests in turn until the time is over; answers in a second.
    pub fn ask_until(mut self, time: Duration, requests: &[Request]) -> Result<f64, Failure> {
        let started = Instant::now();
        let mut count = 0_u32;
        for request in requests.iter().cycle() {
            self.ask(request)?;
            count += 1;
            if started.elapsed() >= time {
                break;
            }
        }
        Ok(f64::from(count) / started.elapsed().as_secs_f64())
    }

    /// Sends one request and reads its answer to the end (RFC 9112, section 6); its entity tag. An answer with another
    /// status than the wanted one is an error.
    pub fn ask(&mut self, request: &Request) -> Result<Option<String>, Failure> {
        self.stream.get_mut().write_all(request.text.as_bytes())?;
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
        if status != request.status {
            return Err(format!(
                "{} was answered with {status} instead of {}",
                request.path, request.status
            )
            .into());
        }
        Ok(tag)
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

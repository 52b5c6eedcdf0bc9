//! A demo TimeTap of the browser tests' own: new data, free ports, stopped when the tests are done.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    background::Background, build_site::set_leptos_options, failure::Failure, free_port::free_ports, shell, workspace,
};

/// Migrating and seeding included, on a machine that is busy with other things.
const READY_WITHIN: Duration = Duration::from_secs(90);
/// Longer than the server itself waits for requests in flight.
const STOPS_WITHIN: Duration = Duration::from_secs(20);

/// The running server; dropping it stops it.
pub struct DemoServer {
    server: Background,
    port: u16,
    sandbox_port: u16,
    data: PathBuf,
    log: PathBuf,
}

impl DemoServer {
    /// Starts the development build with its data and log in `folder`, and waits until it answers.
    pub fn start(folder: &Path) -> Result<Self, Failure> {
        let [port, sandbox_port, smtp_port] = free_ports()?;
        let (data, log) = (folder.join("data"), folder.join("server.log"));
        let mut command = shell::command(workspace::server_binary(false));
        command.arg("demo").arg("--data-dir").arg(&data);
        for (option, port) in [
            ("--port", port),
            ("--sandbox-port", sandbox_port),
            ("--smtp-port", smtp_port),
        ] {
            command.arg(option).arg(port.to_string());
        }
        set_leptos_options(&mut command, false, port);
        let mut server = Background::start(&mut command, "TimeTap", log.clone(), "-TERM", STOPS_WITHIN)?;
        server.wait_until(|| answers(port, "/readyz"), READY_WITHIN)?;
        Ok(Self {
            server,
            port,
            sandbox_port,
            data,
            log,
        })
    }

    /// What the tests are told of it, as environment variables.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("TIMETAP_URL", format!("http://127.0.0.1:{}", self.port)),
            ("SANDBOX_URL", format!("http://127.0.0.1:{}", self.sandbox_port)),
            ("TIMETAP_DATA", self.data.display().to_string()),
            ("TIMETAP_LOG", self.log.display().to_string()),
        ]
    }

    /// Whether it still runs, which it should when the tests are done.
    pub fn is_running(&mut self) -> bool {
        self.server.is_running()
    }

    /// The end of its log.
    pub fn last_words(&self) -> String {
        self.server.last_words()
    }
}

/// Whether GET `path` on that port is answered with 200.
pub fn answers(port: u16, path: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let limit = Some(Duration::from_secs(5));
    if stream
        .set_read_timeout(limit)
        .and_then(|()| stream.set_write_timeout(limit))
        .is_err()
    {
        return false;
    }
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut start = [0; 12];
    stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.read_exact(&mut start))
        .is_ok()
        && start.ends_with(b" 200")
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    fn serve_once(answer: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let length = stream.read(&mut request).unwrap();
            assert!(request[..length].starts_with(b"GET /healthz HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        port
    }

    #[test]
    fn only_200_counts_as_an_answer() {
        assert!(answers(serve_once("HTTP/1.1 200 OK\r\n\r\nok"), "/healthz"));
        assert!(!answers(
            serve_once("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
            "/healthz"
        ));
        assert!(!answers(serve_once("HTTP/1.1"), "/healthz"));
    }

    #[test]
    fn nobody_there_is_no_answer() {
        let [port] = free_ports().unwrap();
        assert!(!answers(port, "/healthz"));
    }
}

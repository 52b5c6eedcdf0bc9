//! Requests a second of a running TimeTap beside those of the least that axum can answer: a few connections that stay open,
//! each asking again as soon as it has its answer, a second here and a second there in turn.
//!
//! `bench-http compare PORT PAGE FILE` measures, `bench-http load PORT SECONDS STATUS:PATH…` only asks, `bench-http hello` is
//! what is compared with. An answer with another status than the wanted one ends either.
#![expect(clippy::print_stdout, reason = "what it measures is printed")]

mod client;

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use client::{Client, Request};

/// Connections that ask at once.
const CONNECTIONS: usize = 8;
/// Rounds, and how long each of what is compared is asked in a round.
const ROUNDS: usize = 9;
const TURN: Duration = Duration::from_secs(1);

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["hello"] => hello(),
        ["compare", port, page, file] => port
            .parse()
            .map_err(Into::into)
            .and_then(|port| compare(port, page, file)),
        ["load", port, seconds, ref paths @ ..] if !paths.is_empty() => load(port, seconds, paths),
        _ => Err("compare PORT PAGE FILE, load PORT SECONDS STATUS:PATH…, or hello".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves "hello" on a free port, which it prints, until it is killed.
fn hello() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("{}", listener.local_addr()?.port());
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "hello" }));
        axum::serve(listener, router).await?;
        Ok(())
    })
}

fn compare(port: u16, page: &str, file: &str) -> Result<(), Failure> {
    let mut other = Command::new(std::env::current_exe()?)
        .arg("hello")
        .stdout(Stdio::piped())
        .spawn()?;
    let measured = other
        .stdout
        .take()
        .ok_or_else(|| "hello says nothing".into())
        .and_then(|said| rounds(BufReader::new(said), port, page, file));
    other.kill()?;
    other.wait()?;
    measured
}

fn rounds(mut said: impl BufRead, port: u16, page: &str, file: &str) -> Result<(), Failure> {
    let mut line = String::new();
    said.read_line(&mut line)?;
    let hello_port: u16 = line.trim().parse()?;
    let tag = Client::connect(port)?
        .ask(&Request::new(file, &[], 200))?
        .ok_or("the file has no ETag")?;
    let compressed = [("accept-encoding", "gzip, deflate, br, zstd")];
    // Pages are kept only for those who come without any cookie.
    let known = [("cookie", "been=here")];
    let contestants: [(&str, u16, Request); 6] = [
        ("hello", hello_port, Request::new("/", &[], 200)),
        ("booking page", port, Request::new(page, &[], 200)),
        ("booking page, compressed", port, Request::new(page, &compressed, 200)),
        ("booking page, made anew", port, Request::new(page, &known, 200)),
        (
            "304 for a file",
            port,
            Request::new(file, &[("if-none-match", &tag)], 304),
        ),
        ("a file, compressed", port, Request::new(file, &compressed, 200)),
    ];
    for (_, port, request) in &contestants {
        ask_for(TURN / 4, *port, std::slice::from_ref(request))?;
    }
    let mut rates = vec![Vec::new(); contestants.len()];
    for _ in 0..ROUNDS {
        for ((_, port, request), rates) in contestants.iter().zip(&mut rates) {
            rates.push(ask_for(TURN, *port, std::slice::from_ref(request))?);
        }
    }
    let floors = ["none", "at least 0.05", "none", "none", "at least 0.5", "none"];
    for (((name, ..), own), floor) in contestants.iter().zip(&rates).zip(floors) {
        println!("figure\tnone\t{name}\t{:.0}\t/s", median(own.clone()));
        if *name != "hello" {
            let ratios = own.iter().zip(&rates[0]).map(|(own, hello)| own / hello).collect();
            println!("figure\t{floor}\t{name} by hello\t{:.4}\t×", median(ratios));
        }
    }
    Ok(())
}

fn load(port: &str, seconds: &str, wanted: &[&str]) -> Result<(), Failure> {
    let compressed = [("accept-encoding", "gzip, deflate, br, zstd")];
    let mut requests = Vec::new();
    for wanted in wanted {
        let (status, path) = wanted.split_once(':').ok_or("what is asked for is STATUS:PATH")?;
        requests.push(Request::new(path, &compressed, status.parse()?));
    }
    let rate = ask_for(Duration::from_secs(seconds.parse()?), port.parse()?, &requests)?;
    println!("{rate:.0}/s");
    Ok(())
}

/// Asks for what is wanted in turn, on all connections at once; answers in a second.
fn ask_for(time: Duration, port: u16, requests: &[Request]) -> Result<f64, Failure> {
    let mut rate = 0.0;
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let requests = requests.to_vec();
            std::thread::spawn(move || Client::connect(port)?.ask_until(time, &requests))
        })
        .collect();
    for thread in threads {
        rate += thread.join().map_err(|_| "a connection's thread ended")??;
    }
    Ok(rate)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

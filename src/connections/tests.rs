//! Clients that never finish, never listen or come all at once, against the real serving with short limits.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{MethodRouter, get};
use tokio::net::TcpSocket;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Limits, begin};

const SHORT: Limits = Limits {
    most: 1000,
    first_head: Duration::from_millis(400),
    next_head: Duration::from_millis(1200),
    unread: Duration::from_millis(400),
};
const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";

/// What serves: one thread for the pages, one for taking connections in.
struct Stage {
    address: SocketAddr,
    closing: CancellationToken,
    connections: TaskTracker,
    runtime: Runtime,
}

impl Stage {
    fn start(limits: Limits, line: u32, router: Router) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let closing = CancellationToken::new();
        let inside = runtime.enter();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener: TcpListener = socket.listen(line).unwrap().into_std().unwrap();
        let address = listener.local_addr().unwrap();
        let connections = begin(listener, router, limits, closing.clone()).unwrap();
        drop(inside);
        Self {
            address,
            closing,
            connections,
            runtime,
        }
    }

    fn greeting(limits: Limits) -> Self {
        Self::start(limits, 64, Router::new().route("/", get(|| async { "hello" })))
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream
    }
}

/// Asks, and waits for the whole answer.
fn ask(stream: &mut TcpStream) -> bool {
    let mut answer = Vec::new();
    let mut part = [0; 1024];
    if stream.write_all(ASK).is_err() {
        return false;
    }
    while !answer.ends_with(b"hello") {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return false,
            Ok(length) => answer.extend_from_slice(&part[..length]),
        }
    }
    answer.starts_with(b"HTTP/1.1 200")
}

/// A page that holds its thread, as one that computes: whether it is being made, and the word that lets it end.
fn page_that_computes() -> (Arc<AtomicBool>, Arc<AtomicBool>, MethodRouter) {
    let (making, enough) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let page = {
        let (making, enough) = (making.clone(), enough.clone());
        get(move || async move {
            making.store(true, Ordering::SeqCst);
            while !enough.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            "hello"
        })
    };
    (making, enough, page)
}

fn wait_for(what: &dyn Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it never came to this");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How long until the other side closes. A minute stands for never.
fn closed_after(stream: &mut TcpStream) -> Duration {
    let begun = Instant::now();
    let mut rest = [0; 1024];
    loop {
        match stream.read(&mut rest) {
            Ok(0) => return begun.elapsed(),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return begun.elapsed(),
            Err(_) => return Duration::from_mins(1),
        }
    }
}

#[test]
fn whoever_never_finishes_the_first_head_is_closed() {
    // The limit between requests, which is longer, must not be the one that ends it.
    let stage = Stage::greeting(Limits {
        next_head: Duration::from_mins(1),
        ..SHORT
    });
    let mut says_nothing = stage.connect();
    let mut stops_within = stage.connect();
    stops_within.write_all(b"GET / HT").unwrap();
    let mut trickles = stage.connect();
    let trickle = trickles.try_clone().unwrap();
    let trickling = std::thread::spawn(move || {
        let mut trickle = trickle;
        let head = b"GET / HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat_n(&b'x', 100));
        let begun = Instant::now();
        for byte in head {
            if trickle.write_all(&[*byte]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        begun.elapsed()
    });
    for stream in [&mut says_nothing, &mut stops_within, &mut trickles] {
        let after = closed_after(stream);
        assert!(after < Duration::from_secs(3), "{after:?}");
    }
    assert!(trickling.join().unwrap() < Duration::from_secs(3));
    assert!(ask(&mut stage.connect()), "everybody else is served");
}

#[test]
fn a_connection_is_kept_between_requests_and_not_for_ever() {
    let stage = Stage::greeting(SHORT);
    let mut stream = stage.connect();
    assert!(ask(&mut stream));
    std::thread::sleep(SHORT.first_head + Duration::from_millis(300));
    assert!(ask(&mut stream), "longer than for a first head");
    stream.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let after = closed_after(&mut stream);
    assert!(
        after > Duration::from_millis(600) && after < Duration::from_secs(4),
        "{after:?}"
    );
}

#[test]
fn whoever_does_not_take_the_answer_is_closed() {
    let long = Router::new().route("/", get(|| async { "x".repeat(64 << 20) }));
    let stage = Stage::start(SHORT, 64, long);
    let mut stream = stage.connect();
    stream.write_all(ASK).unwrap();
    // The thread that takes connections in is one that the tracker counts.
    wait_for(&|| stage.connections.len() == 2);
    wait_for(&|| stage.connections.len() == 1);
    let mut taken = 0;
    let mut part = vec![0; 1 << 16];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        taken += length;
    }
    assert!(taken < 64 << 20, "{taken}");
}

#[test]
fn as_many_as_may_be_are_held_and_the_next_waits_for_its_turn() {
    let stage = Stage::greeting(Limits { most: 2, ..SHORT });
    let (mut first, mut second, mut third) = (stage.connect(), stage.connect(), stage.connect());
    assert!(ask(&mut first) && ask(&mut second));
    third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(!ask(&mut third), "it is in the line, not refused");
    drop(first);
    third.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut answer = [0; 12];
    third.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    assert!(ask(&mut second));
}

#[test]
fn connections_are_taken_in_while_every_thread_makes_pages() {
    let (making, enough, page) = page_that_computes();
    let stage = Stage::start(Limits { most: 1000, ..SHORT }, 256, Router::new().route("/", page));
    let mut busy = stage.connect();
    busy.write_all(ASK).unwrap();
    wait_for(&|| making.load(Ordering::SeqCst));
    let crowd: Vec<TcpStream> = (0..100).map(|_| stage.connect()).collect();
    // The thread that takes them in, the busy one, and the crowd.
    wait_for(&|| stage.connections.len() == 102);
    enough.store(true, Ordering::SeqCst);
    let mut answer = [0; 12];
    busy.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    drop(crowd);
}

#[test]
fn told_to_close_it_takes_nobody_in_and_finishes_what_began() {
    let slow = get(|| async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "hello"
    });
    let stage = Stage::start(SHORT, 64, Router::new().route("/", slow));
    let mut idle = stage.connect();
    assert!(ask(&mut idle));
    let mut under_way = stage.connect();
    let asking = std::thread::spawn(move || ask(&mut under_way));
    std::thread::sleep(Duration::from_millis(150));
    stage.closing.cancel();
    let end = async { tokio::time::timeout(Duration::from_secs(2), stage.connections.wait()).await };
    stage.runtime.block_on(end).unwrap();
    assert!(asking.join().unwrap());
    assert!(closed_after(&mut idle) < Duration::from_secs(1));
    assert!(TcpStream::connect(stage.address).is_err());
}

#[test]
fn told_to_close_it_reads_what_had_arrived_before() {
    let (making, enough, page) = page_that_computes();
    let router = Router::new().route("/", get(|| async { "hello" })).route("/busy", page);
    let stage = Stage::start(SHORT, 64, router);
    let mut clients: Vec<TcpStream> = (0..20).map(|_| stage.connect()).collect();
    for client in &mut clients {
        assert!(ask(client));
    }
    let mut busy = stage.connect();
    busy.write_all(b"GET /busy HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
    wait_for(&|| making.load(Ordering::SeqCst));
    // The only thread is busy: these arrive, and nobody reads them before the end is announced.
    for client in &mut clients {
        client.write_all(ASK).unwrap();
    }
    std::thread::sleep(Duration::from_millis(50));
    stage.closing.cancel();
    enough.store(true, Ordering::SeqCst);
    for (number, client) in clients.iter_mut().enumerate() {
        let mut answer = [0; 12];
        let read = client.read_exact(&mut answer);
        assert!(read.is_ok() && &answer == b"HTTP/1.1 200", "client {number}: {read:?}");
    }
}

#[test]
fn there_are_always_files_left_for_the_rest() {
    for (files, most) in [
        (None, 16_384),
        (Some(1 << 20), 16_384),
        (Some(1024), 768),
        (Some(256), 128),
        (Some(0), 1),
    ] {
        assert_eq!(Limits::with_open_files(files).most, most, "{files:?}");
    }
}

//! Bytes of any kind in the addresses, forms, cookies and headers of every address: each answer is one that was meant, none
//! takes long, and nothing breaks inside.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::{Duration, Instant};

use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, torture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use support::browser::{Browser, PASSWORD, location, profile};
use support::reading::{between, booking_fields, free_times, hidden, page};
use support::{Server, free_address};

/// No answer takes longer, however busy the machine.
const LONG: Duration = Duration::from_secs(10);

/// What stands where it should not, as it goes over the wire.
const ODD: [&[u8]; 26] = [
    b"%00",
    b"%FF",
    b"%",
    b"%E2%80%A8",
    b"%0D%0A",
    b"%F0%9F%98%80",
    b"%u0041",
    b"\xff\xfe",
    b"\xe2\x80",
    b"\t",
    b"&",
    b"=",
    b"+",
    b"#",
    b"/../",
    b"{id}",
    b"null",
    b"-1",
    b"1e400",
    b"9223372036854775808",
    b"-377705023201001",
    b"9999-12",
    b"-009999-01-01",
    b"24:60",
    b"Europe/Nowhere",
    b"<script>",
];

/// Draws what is sent.
struct Draw(Entropy);

impl Draw {
    fn one_in(&self, number: i64) -> bool {
        self.0.between(1, number) == 1
    }

    fn index(&self, length: usize) -> usize {
        usize::try_from(self.0.between(0, i64::try_from(length).unwrap() - 1)).unwrap()
    }

    /// Some odd pieces and bytes in a row; nothing that ends a line of the head.
    fn odd(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..self.0.between(0, 6) {
            match self.0.between(0, 9) {
                0 => bytes.extend(self.0.bytes::<7>()),
                1 => bytes.extend(self.0.token().bytes()),
                2 => bytes.extend(std::iter::repeat_n(b'9', self.index(3000))),
                _ => bytes.extend(ODD[self.index(ODD.len())]),
            }
        }
        bytes.retain(|byte| !matches!(byte, b'\r' | b'\n'));
        bytes
    }

    /// As [`Self::odd`], for within an address: a space would end it there.
    fn odd_in_address(&self) -> Vec<u8> {
        let mut bytes = self.odd();
        bytes.retain(|byte| !matches!(byte, b' ' | b'\t' | 0..=31 | 127));
        bytes
    }

    /// The fields, of which some are missing, doubled, changed or replaced.
    fn form(&self, fields: &[(String, String)]) -> Vec<u8> {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for (name, value) in fields {
            let mut bytes = value.bytes().flat_map(encoded).collect::<Vec<u8>>();
            match self.0.between(0, 7) {
                0 => continue,
                1 => bytes = self.odd(),
                2 => {
                    let place = self.index(bytes.len() + 1);
                    bytes.splice(place..place, self.odd());
                }
                3 => bytes.truncate(self.index(bytes.len() + 1)),
                _ => {}
            }
            let part = [name.as_bytes(), b"=", &bytes].concat();
            if self.one_in(8) {
                parts.push(part.clone());
            }
            parts.push(part);
        }
        if self.one_in(4) {
            parts.push(self.odd());
        }
        parts.join(&b'&')
    }
}

/// A byte as forms write it.
fn encoded(byte: u8) -> Vec<u8> {
    if byte.is_ascii_alphanumeric() {
        vec![byte]
    } else {
        format!("%{byte:02X}").into_bytes()
    }
}

/// The names of the fields on a page, with what stands in them.
fn fields_of(page: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for kind in ["<input", "<textarea", "<select", "<button"] {
        for tag in between(page, kind, ">") {
            let text = |what: &str| between(tag, what, "\"").first().map(|text| (*text).to_owned());
            if let Some(name) = text("name=\"") {
                fields.push((name, text("value=\"").unwrap_or_default()));
            }
        }
    }
    fields
}

/// What is known of the server that is tried.
struct Scene {
    server: Server,
    routes: Vec<(String, String)>,
    booking: String,
    service: String,
    token: String,
    /// The address of the form with which a time is booked.
    time: String,
    draw: Draw,
}

impl Scene {
    async fn start(engine: Engine, seed: u64) -> Self {
        // Every visitor is another one, so that no limit of tries keeps anybody from what stands behind it. There is no mail
        // server, and nobody who would complain of that.
        let settings = [("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned())];
        let server = Server::start_with(engine, free_address(), &settings, &["serve", "--no-worker"]).await;
        let listed = server.command().arg("routes").output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let routes: Vec<(String, String)> = listed
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(method, path)| (method.to_owned(), path.trim().to_owned()))
            .collect();
        assert!(routes.len() > 50, "{listed}");
        let mut scene = Self {
            server,
            routes,
            booking: String::new(),
            service: String::new(),
            token: String::new(),
            time: String::new(),
            draw: Draw(Entropy::seeded(seed)),
        };
        let anna = Browser::sign_in(&scene.server, "anna", "admin").await;
        anna.post("/host/profile", &profile("anna")).await;
        scene.service = hidden(&anna.page("/host/services").await, "service");
        let (path, times) = free_times(&scene.server, "anna", "Europe/Madrid").await;
        let form = page(&scene.server, &times[0]).await;
        let fields = booking_fields(&form, "Ben", "ben@example.com");
        let request = scene.server.http.post(scene.server.url(&path)).form(&fields);
        let booked = location(&request.send().await.unwrap());
        between(&booked, "/bookings/", "?")[0].clone_into(&mut scene.booking);
        scene.time.clone_from(&times[1]);
        between(&booked, "token=", "&")[0].clone_into(&mut scene.token);
        scene
    }

    /// What stands in this place of a route, where there is something.
    fn known<'a>(&'a self, route: &str, part: &'a str) -> &'a str {
        match part {
            "{id}" if route.contains("/services/") => &self.service,
            "{id}" => &self.booking,
            "{slug}" => "anna",
            "{service}" => "one-hour-session",
            _ if part.starts_with('{') => "nothing.js",
            _ => part,
        }
    }

    /// The route with something in its places: mostly what is there, sometimes anything.
    fn path(&self, route: &str) -> Vec<u8> {
        let mut path = Vec::new();
        for part in route.split('/').skip(1) {
            path.push(b'/');
            if part.starts_with('{') && self.draw.one_in(4) {
                path.extend(self.draw.odd_in_address());
            } else {
                path.extend(self.known(route, part).bytes());
            }
        }
        path
    }

    /// The fields of the form that is sent to this route, as its page has them for Anna.
    async fn fields(&self, cookie: &str, route: &str) -> Vec<(String, String)> {
        let parts: Vec<&str> = route.split('/').map(|part| self.known(route, part)).collect();
        let address = match route {
            "/{slug}/{service}" => self.time.clone(),
            _ => format!("{}?token={}", parts.join("/"), self.token),
        };
        let request = self.server.http.get(self.server.url(&address));
        let page = request.header("Cookie", cookie).send().await.unwrap();
        fields_of(&page.text().await.unwrap())
    }

    /// Anna's session, begun anew.
    async fn sign_in(&self) -> String {
        let nobody = Browser {
            server: &self.server,
            cookie: String::new(),
        };
        let fields = [("email", "anna@example.org"), ("password", PASSWORD)];
        let answer = nobody.post("/sign-in", &fields).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// One request with a sound frame and anything within it.
    fn request(&self, method: &str, route: &str, fields: &[(String, String)], cookie: &str) -> Vec<u8> {
        let mut request = format!("{method} ").into_bytes();
        request.extend(self.path(route));
        let asked: Vec<(String, String)> = [
            "token", "month", "day", "slot", "tz", "done", "state", "code", "subject", "zone",
        ]
        .iter()
        .map(|name| ((*name).to_owned(), self.token.clone()))
        .collect();
        request.push(b'?');
        let mut query = self.draw.form(&asked);
        query.retain(|byte| !matches!(byte, 0..=32 | 127));
        if self.draw.one_in(2) {
            query = format!("token={}", self.token).into_bytes();
        }
        request.extend(query);
        let visitor = self.draw.0.bytes::<2>();
        let head = format!(
            " HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Forwarded-For: 10.0.{}.{}\r\n",
            self.server.address, visitor[0], visitor[1]
        );
        request.extend(head.bytes());
        if !self.draw.one_in(8) {
            request.extend(b"Sec-Fetch-Site: same-origin\r\n");
        }
        let mut headers: Vec<(&str, Vec<u8>)> = vec![
            ("Accept", b"text/html".to_vec()),
            ("Cookie", cookie.as_bytes().to_vec()),
        ];
        for name in [
            "X-Request-Id",
            "Origin",
            "Referer",
            "Accept-Language",
            "If-None-Match",
            "Authorization",
            "Cookie",
        ] {
            if self.draw.one_in(6) {
                let mut value = self.draw.odd();
                value.retain(|byte| !matches!(byte, 0..=8 | 10..=31 | 127));
                headers.push((name, value));
            }
        }
        for (name, value) in headers {
            request.extend([name.as_bytes(), b": ", &value, b"\r\n"].concat());
        }
        let body = if method == "POST" {
            self.draw.form(fields)
        } else {
            Vec::new()
        };
        if method == "POST" {
            let kind: &[u8] = match self.draw.0.between(0, 9) {
                0 => b"application/json",
                1 => b"application/x-www-form-urlencoded; charset=\xff",
                _ => b"application/x-www-form-urlencoded",
            };
            request.extend([b"Content-Type: ", kind, b"\r\n"].concat());
            request.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
        }
        request.extend(b"\r\n");
        request.extend(body);
        request
    }

    /// Sends it, and gives the whole answer.
    async fn send(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.server.address).await.unwrap();
        // Whoever is refused on account of the head may find the line closed before the body is out.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    }

    async fn try_out(&self, request: &[u8]) {
        let begun = Instant::now();
        let answer = tokio::time::timeout(LONG, self.send(request)).await;
        let shown = || String::from_utf8_lossy(request).into_owned();
        let answer = answer.unwrap_or_else(|_| panic!("no answer in {LONG:?} to {}", shown()));
        assert!(begun.elapsed() < LONG);
        let status = answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
        let status: u16 = String::from_utf8_lossy(status.unwrap_or_default())
            .parse()
            .unwrap_or_else(|_| panic!("{:?} to {}", String::from_utf8_lossy(&answer), shown()));
        assert!((200..500).contains(&status), "{status} to {}", shown());
        // What came with the request ends no line of the answer's head, and makes none.
        let head = String::from_utf8_lossy(&answer)
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .to_owned();
        for line in head.split("\r\n").skip(1) {
            let name = line.split_once(": ").map(|(name, _)| name).unwrap_or_default();
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(!name.is_empty() && name.bytes().all(plain), "{line:?} to {}", shown());
        }
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_answer_to_any_bytes_is_one_that_was_meant(#[case] engine: Engine) {
    let seed = std::env::var("TIMETAP_SEED").map_or(17, |seed| seed.parse().unwrap());
    println!("TIMETAP_SEED={seed}");
    let scene = Scene::start(engine, seed).await;
    let mut cookie = scene.sign_in().await;
    let (mut forms, mut with_fields) = (Vec::new(), 0);
    for (method, route) in &scene.routes {
        let mut fields = Vec::new();
        if method == "POST" {
            fields = scene.fields(&cookie, route).await;
            with_fields += usize::from(!fields.is_empty());
            let asks_for = |wanted: &str| fields.iter().any(|(name, _)| name == wanted);
            assert!(
                route != "/{slug}/{service}" || (asks_for("email") && asks_for("start")),
                "{fields:?}"
            );
            // Names that only some pages have.
            let more = ["form", "start", "id", "connection", "write", "do"];
            fields.extend(more.map(|name| (name.to_owned(), scene.booking.clone())));
        }
        forms.push(fields);
    }
    assert!(with_fields >= 14, "the forms of the pages are known: {with_fields}");
    // What was found once.
    for address in [
        "/%00",
        "/anna/%00",
        "/anna/one-hour-session?tz=%00&slot=%00",
        "/bookings/%00?token=%00",
    ] {
        let head = format!("GET {address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        scene.try_out(head.as_bytes()).await;
    }
    for _ in 0..torture(3, 400) {
        for ((method, route), fields) in scene.routes.iter().zip(&forms) {
            // What ends the session that the rest is sent in is sent without one.
            let alone = route == "/sign-out" || scene.draw.one_in(4);
            let cookie = if alone { "" } else { cookie.as_str() };
            scene.try_out(&scene.request(method, route, fields, cookie)).await;
        }
        // Some form may have ended it.
        let request = scene.server.http.get(scene.server.url("/account"));
        if request.header("Cookie", &cookie).send().await.unwrap().status() != 200 {
            cookie = scene.sign_in().await;
        }
    }
    let (in_order, log) = scene.server.terminate();
    assert!(in_order, "{log}");
    for word in ["panicked", "ERROR"] {
        let line = log.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "{line:?}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_is_no_request_at_all_is_refused_or_closed_and_the_next_one_served(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let draw = Draw(Entropy::seeded(18));
    let heads: [&[u8]; 11] = [
        b"GET a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ];
    let mut answered = 0;
    for round in 0..torture(60, 5_000) {
        let mut bytes = heads[round % heads.len()].to_vec();
        if round >= heads.len() {
            let place = draw.index(bytes.len());
            bytes.splice(place..place, draw.0.bytes::<5>());
        }
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let _ = stream.write_all(&bytes).await;
        // Whoever may still be saying something is waited for by the server, and not here.
        let mut answer = vec![0; 4096];
        let read = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut answer)).await;
        let length = read.map_or(0, Result::unwrap_or_default);
        answered += usize::from(length > 0);
        let shown = String::from_utf8_lossy(&answer[..length]);
        assert!(
            !shown.starts_with("HTTP/1.1 5"),
            "{shown} to {:?}",
            String::from_utf8_lossy(&bytes)
        );
    }
    assert!(answered > torture(60, 5_000) / 3, "{answered}");
    page(&server, "/sign-in").await;
    let (in_order, log) = server.terminate();
    assert!(in_order && !log.contains("panicked") && !log.contains("ERROR"), "{log}");
}

//! Accounts as a browser and an operator meet them: forms, cookies, redirects, roles and the command line.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Output, Stdio};

use reqwest::header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Response, StatusCode};
use rstest::rstest;
use timetap_testing::Engine;

use support::{Server, free_address, timetap};

const PASSWORD: &str = "a grove of olive trees";

/// Runs `timetap user …` with a text on standard input.
fn user_command(server: &Server, arguments: &[&str], input: &str) -> Output {
    let mut child = timetap(&server.database.url, server.address)
        .arg("user")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn create(server: &Server, email: &str, role: &str) {
    let arguments = [
        "create",
        "--email",
        email,
        "--name",
        "Anna",
        "--role",
        role,
        "--password-stdin",
    ];
    let output = user_command(server, &arguments, &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{output:?}");
}

/// Posts a form as a browser of this site does.
async fn post(server: &Server, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Response {
    let mut request = server
        .http
        .post(server.url(path))
        .header("Sec-Fetch-Site", "same-origin")
        .form(fields);
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    request.send().await.unwrap()
}

async fn get(server: &Server, path: &str, cookie: Option<&str>) -> Response {
    let mut request = server.http.get(server.url(path)).header(ACCEPT, "text/html");
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    request.send().await.unwrap()
}

fn location(response: &Response) -> &str {
    response.headers()[LOCATION].to_str().unwrap()
}

/// The `name=value` of the cookie that the answer sets.
fn cookie(response: &Response) -> String {
    let whole = response.headers()[SET_COOKIE].to_str().unwrap();
    whole.split(';').next().unwrap().to_owned()
}

async fn sign_in(server: &Server, email: &str) -> String {
    let answer = post(server, "/sign-in", None, &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    cookie(&answer)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_way_in_and_out(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    create(&server, "anna@example.org", "customer");

    let shut = get(&server, "/account", None).await;
    assert!(shut.status().is_redirection(), "{}", shut.status());
    assert_eq!(location(&shut), "/sign-in?next=%2Faccount");
    let shut = post(&server, "/account", None, &[("form", "name"), ("name", "Eve")]).await;
    assert_eq!(location(&shut), "/sign-in?next=%2Faccount");

    let wrong = [
        ("email", "anna@example.org"),
        ("password", "wr0ng-wr0ng"),
        ("next", "/account"),
    ];
    let wrong = post(&server, "/sign-in", None, &wrong).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.headers().get(SET_COOKIE).is_none());
    let page = wrong.text().await.unwrap();
    assert!(page.contains("do not fit together"), "{page}");
    assert!(
        page.contains("anna@example.org") && page.contains(r#"name="next" value="/account""#),
        "{page}"
    );
    assert!(!page.contains("wr0ng-wr0ng"), "a password is never sent back");

    let right = [
        ("email", "Anna@Example.org"),
        ("password", PASSWORD),
        ("next", "/account?x=1"),
    ];
    let right = post(&server, "/sign-in", None, &right).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&right), "/account?x=1");
    let whole = right.headers()[SET_COOKIE].to_str().unwrap();
    let (_, attributes) = whole.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    let session = cookie(&right);
    assert!(session.starts_with("timetap_session="), "{session}");

    let account = get(&server, "/account", Some(&session)).await;
    assert_eq!(account.status(), StatusCode::OK);
    assert_eq!(account.headers()["cache-control"], "private, no-cache");
    let page = account.text().await.unwrap();
    assert!(page.contains("Your account") && page.contains("This one"), "{page}");
    let home = get(&server, "/sign-in", Some(&session)).await;
    assert_eq!(location(&home), "/account");

    let looked = get(&server, "/sign-out", Some(&session)).await;
    assert_eq!(looked.status(), StatusCode::OK, "looking signs nobody out");
    assert_eq!(get(&server, "/account", Some(&session)).await.status(), StatusCode::OK);
    let out = post(&server, "/sign-out", Some(&session), &[]).await;
    assert_eq!(location(&out), "/sign-in?done=signed-out");
    assert_eq!(cookie(&out), "timetap_session=");
    let shut = get(&server, "/account", Some(&session)).await;
    assert_eq!(location(&shut), "/sign-in?next=%2Faccount", "the token itself is dead");
}

#[tokio::test]
async fn signing_in_leads_nowhere_else() {
    let server = Server::start(Engine::Sqlite).await;
    create(&server, "anna@example.org", "staff");
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\r\nX: y",
        "",
        "host",
    ] {
        let fields = [("email", "anna@example.org"), ("password", PASSWORD), ("next", next)];
        let answer = post(&server, "/sign-in", None, &fields).await;
        assert_eq!(location(&answer), "/host", "{next:?}");
        let query = next
            .bytes()
            .fold(String::new(), |query, byte| format!("{query}%{byte:02X}"));
        let page = get(&server, &format!("/sign-in?next={query}"), None).await;
        let page = page.text().await.unwrap();
        assert!(!page.contains(r#"name="next""#), "{next:?}");
        let signed_in = get(&server, &format!("/sign-in?next={query}"), Some(&cookie(&answer))).await;
        assert_eq!(location(&signed_in), "/host", "{next:?}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let server = Server::start(Engine::Sqlite).await;
    create(&server, "anna@example.org", "staff");
    let session = sign_in(&server, "anna@example.org").await;
    for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")] {
        let answer = server
            .http
            .post(server.url("/sign-out"))
            .header(name, value)
            .header(COOKIE, &session)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}");
    }
    assert_eq!(get(&server, "/account", Some(&session)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_sign_up_keeps_what_was_typed_and_answers_all_addresses_alike() {
    let server = Server::start(Engine::Sqlite).await;
    create(&server, "known@example.org", "staff");
    let bad = [
        ("wish", "offer"),
        ("name", r#""><script>alert(1)</script>"#),
        ("email", "anna"),
        ("password", "short-pw"),
    ];
    let answer = post(&server, "/sign-up", None, &bad).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("2 things to fix") && page.contains("needs an @"),
        "{page}"
    );
    assert!(
        page.contains(r##"href="#field-email""##) && page.contains(r#"id="field-email""#),
        "{page}"
    );
    assert!(!page.contains("<script>alert") && !page.contains("short-pw"), "{page}");
    assert!(page.contains("&quot;&gt;&lt;script&gt;alert(1)"), "{page}");
    for email in ["new@example.org", "known@example.org"] {
        let fields = [
            ("wish", "book"),
            ("name", "Ben"),
            ("email", email),
            ("password", "seven quiet harbours"),
        ];
        let answer = post(&server, "/sign-up", None, &fields).await;
        assert_eq!(
            (answer.status(), location(&answer)),
            (StatusCode::SEE_OTHER, "/sign-up?done=sent")
        );
        let answer = post(&server, "/forgot-password", None, &[("email", email)]).await;
        assert_eq!(location(&answer), "/forgot-password?done=sent");
    }
    let page = get(&server, "/sign-up?done=sent", None).await.text().await.unwrap();
    assert!(page.contains("Look into your inbox"), "{page}");
    for (path, says) in [
        ("/verify-email?token=x", "This link no longer works"),
        ("/reset-password?token=x", "This link no longer works"),
        ("/setup?token=x", "This link no longer works"),
    ] {
        assert!(
            get(&server, path, None).await.text().await.unwrap().contains(says),
            "{path}"
        );
        let fields = [
            ("name", "Ben"),
            ("email", "b@example.org"),
            ("password", "seven quiet harbours"),
        ];
        let answer = post(&server, path, None, &fields).await;
        assert_eq!(answer.status(), StatusCode::GONE, "{path}");
    }
}

#[tokio::test]
async fn too_many_tries_are_answered_with_429() {
    let server = Server::start(Engine::Sqlite).await;
    let fields = [("email", "nobody@example.org"), ("password", "a guess")];
    for _ in 0..10 {
        let answer = post(&server, "/sign-in", None, &fields).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = post(&server, "/sign-in", None, &fields).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Too many tries. Wait ") && page.contains("or choose a new password"),
        "{page}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_administrators_reach_the_people(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    create(&server, "target@example.org", "customer");
    let change = [
        ("form", "role"),
        ("id", "00000000-0000-0000-0000-000000000000"),
        ("role", "admin"),
    ];
    let shut = get(&server, "/admin/people", None).await;
    assert_eq!(location(&shut), "/sign-in?next=%2Fadmin%2Fpeople");
    assert!(location(&post(&server, "/admin/people", None, &change).await).starts_with("/sign-in"));
    for role in ["customer", "staff", "manager"] {
        create(&server, &format!("{role}@example.org"), role);
        let session = sign_in(&server, &format!("{role}@example.org")).await;
        let page = get(&server, "/admin/people", Some(&session)).await;
        assert_eq!(page.status(), StatusCode::FORBIDDEN, "{role}");
        assert!(!page.text().await.unwrap().contains("target@example.org"));
        let answer = post(&server, "/admin/people", Some(&session), &change).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{role}");
    }
    create(&server, "admin@example.org", "admin");
    let session = sign_in(&server, "admin@example.org").await;
    let page = get(&server, "/admin/people?q=TARGET", Some(&session)).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("target@example.org") && !page.contains("manager@example.org"),
        "{page}"
    );
    let marker = r#"name="id" value=""#;
    let id = &page[page.find(marker).unwrap() + marker.len()..][..36];
    let answer = post(
        &server,
        "/admin/people?q=TARGET&page=1",
        Some(&session),
        &[("form", "role"), ("id", id), ("role", "manager")],
    )
    .await;
    assert_eq!(location(&answer), "/admin/people?q=TARGET&page=1&done=role");
    let disable = [("form", "access"), ("id", id), ("access", "disabled")];
    let target = sign_in(&server, "target@example.org").await;
    let answer = post(&server, "/admin/people", Some(&session), &disable).await;
    assert!(location(&answer).ends_with("done=disabled"));
    let shut = get(&server, "/account", Some(&target)).await;
    assert!(shut.status().is_redirection());
    let unknown = post(&server, "/admin/people", Some(&session), &change).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text().await.unwrap().contains("There is no such account."));
}

#[tokio::test]
async fn the_server_prints_one_link_for_the_first_administrator() {
    // A server of its own, whose standard output is read.
    let other = Server::start(Engine::Sqlite).await;
    let address: SocketAddr = free_address();
    let mut child = timetap(&other.database.url, address)
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let link = lines
        .find_map(|line| line.ok().filter(|line| line.contains("/setup?token=")))
        .unwrap();
    let path = link
        .trim()
        .strip_prefix(&format!("http://{address}"))
        .unwrap()
        .to_owned();
    assert!(
        get(&other, &path, None)
            .await
            .text()
            .await
            .unwrap()
            .contains("Welcome to TimeTap")
    );
    let fields = [("name", "Anna"), ("email", "anna@example.org"), ("password", PASSWORD)];
    let answer = post(&other, &path, None, &fields).await;
    assert_eq!(location(&answer), "/account?done=setup");
    let people = get(&other, "/admin/people", Some(&cookie(&answer))).await;
    assert_eq!(people.status(), StatusCode::OK);
    let again = post(&other, &path, None, &fields).await;
    assert_eq!(again.status(), StatusCode::GONE);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn the_operator_makes_and_changes_accounts() {
    let server = Server::start(Engine::Sqlite).await;
    create(&server, "anna@example.org", "staff");
    let session = sign_in(&server, "anna@example.org").await;
    let complaint = |arguments: &[&str], input: &str| {
        let output = user_command(&server, arguments, input);
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let again = [
        "create",
        "--email",
        "anna@example.org",
        "--name",
        "A",
        "--role",
        "staff",
    ];
    assert!(complaint(&again, "").contains("There is an account with this e-mail address already."));
    let bad = ["create", "--email", "ben", "--name", "B", "--role", "staff"];
    assert!(complaint(&bad, "").contains("needs an @"));
    let bad = ["create", "--email", "b@example.org", "--name", "B", "--role", "king"];
    assert!(complaint(&bad, "").contains("customer, staff, manager, admin"));
    assert!(complaint(&["set-password", "anna@example.org"], "").contains("no password came on standard input"));
    assert!(complaint(&["set-password", "anna@example.org"], "short").contains("at least 10"));
    assert!(complaint(&["set-password", "b@example.org"], PASSWORD).contains("There is no account"));
    assert!(complaint(&["set-role", "b@example.org", "admin"], "").contains("There is no such account."));

    assert!(
        user_command(&server, &["set-role", "anna@example.org", "admin"], "")
            .status
            .success()
    );
    let people = get(&server, "/admin/people", Some(&session)).await;
    assert_eq!(people.status(), StatusCode::OK);
    assert!(complaint(&["set-role", "anna@example.org", "staff"], "").contains("only administrator"));
    let output = user_command(&server, &["set-password", "anna@example.org"], "seven quiet harbours\n");
    assert!(output.status.success(), "{output:?}");
    let shut = get(&server, "/account", Some(&session)).await;
    assert!(shut.status().is_redirection());
    let invited = [
        "create",
        "--email",
        "ben@example.org",
        "--name",
        "Ben",
        "--role",
        "manager",
    ];
    let output = user_command(&server, &invited, "");
    assert!(String::from_utf8(output.stdout).unwrap().contains("/forgot-password"));
}

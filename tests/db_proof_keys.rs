//! `timetap keys rotate` beside a server that books, mails and writes calendars meanwhile; then life without the old key.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_core::entropy::Entropy;
use timetap_sandbox::{MailFilter, Origin};
use timetap_testing::{Engine, torture};
use timetap_usecases::Keyring;
use uuid::Uuid;

use support::browser::{PASSWORD, profile};
use support::reading::between;
use support::visitor::Visitor;
use support::whole_program::{FIRST_KEY, WholeProgram};

const ADA: &str = "ada@sandbox.test";
const SECOND_KEY: &str = "2222222222222222222222222222222222222222222222222222222222222222";

/// Anna, a host with a service and a connected calendar; signed in.
async fn add_host(program: &WholeProgram) -> Visitor {
    let anna = program.visitor("198.51.100.1");
    let email = "anna@example.org";
    let made = ["user", "create", "--email", email, "--name", "Anna", "--role", "staff"];
    assert!(program.run(&made).await.status.success());
    anna.post("/forgot-password", &[("email", email)]).await;
    let link = mail_link(program, email, "/reset-password?").await;
    let token = between(&link, "token=", "&")[0].to_owned();
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    anna.post(&link, &fields).await.location();
    if anna.cookies().is_empty() {
        anna.sign_in(email, PASSWORD).await.location();
    }
    anna.post("/host/profile", &profile("anna")).await.location();
    anna.connect_google(ADA).await;
    anna
}

/// The path of the link in the newest mail to `email` that begins with `path`.
async fn mail_link(program: &WholeProgram, email: &str, path: &str) -> String {
    let begun = Instant::now();
    loop {
        for mail in program.sandbox.control().mails(&MailFilter::to(email)) {
            let base = program.url("");
            let links = mail.content.links.iter().filter_map(|link| link.strip_prefix(&base));
            if let Some(link) = links.into_iter().find(|link| link.starts_with(path)) {
                return link.to_owned();
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no mail with {path}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Values that a rotation takes a while for.
async fn fill(program: &WholeProgram, number: u32) {
    let entropy = Entropy::seeded(3);
    let key: [u8; 32] = data_encoding::HEXLOWER
        .decode(FIRST_KEY.as_bytes())
        .unwrap()
        .try_into()
        .unwrap();
    let keys = Keyring::new(vec![("first".to_owned(), key)]).unwrap();
    let on = program.database.db.writer();
    for chunk in (0..number).collect::<Vec<_>>().chunks(500) {
        let txn = program.database.db.begin().await.unwrap();
        for index in chunk {
            let id = Uuid::from_u128(u128::from(*index) + 1);
            let secret = format!("{{\"number\":{index}}}").into();
            let sealed = keys.seal(&secret, "messages.payload_sealed", id, &entropy).unwrap();
            let sql = "INSERT INTO messages (id, dedupe_key, message_id, kind, recipient, audience, state, payload_sealed, \
                       attempts, created_at, updated_at) VALUES ($1, $2, $2, 'verify_email', 'x@example.org', 'account', \
                       'failed', $3, 0, 0, 0)";
            let values = [id.into(), format!("filling:{index}").into(), sealed.into()];
            txn.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
                .await
                .unwrap();
        }
        txn.commit().await.unwrap();
    }
}

/// Books one time after the other, and looks at each booking by its link, until told to stop. Gives back the links.
async fn customers(program: &WholeProgram, number: u8, slots: Vec<String>, stop: &AtomicBool) -> Vec<String> {
    let mut links = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        if stop.load(Ordering::Relaxed) && links.len() >= 2 {
            break;
        }
        let customer = program.visitor(&format!("203.0.113.{number}{}", index % 10));
        let email = format!("guest.{number}.{index}@example.com");
        let booked = customer.book(slot, &[("name", "Ben Okafor"), ("email", &email)]).await;
        let link = booked.location();
        assert!(customer.page(&link).await.body.contains("Booked."));
        links.push(link);
    }
    links
}

async fn wait_for_mails(program: &WholeProgram, number: usize) {
    let begun = Instant::now();
    let from_us = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to("@example.com")
    };
    loop {
        let there = program.sandbox.control().mails(&from_us).len();
        if there >= number {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(40),
            "{there} of {number} mails: {}",
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_changed_while_the_program_serves(#[case] engine: Engine) {
    let mut program = WholeProgram::start(engine, &[]).await;
    let host = add_host(&program).await;
    let (first, second) = (format!("first:{FIRST_KEY}"), format!("second:{SECOND_KEY}"));
    let service = format!(
        "/anna/{}",
        between(&host.page("/anna").await.body, "href=\"/anna/", "\"")[0]
    );
    let mut links = {
        let slots = host.free_times(&service, 0).await;
        customers(&program, 1, slots[..2].to_vec(), &AtomicBool::new(false)).await
    };
    fill(&program, torture(1_500, 60_000)).await;

    // One process: the new key first, and a restart.
    program.stop().await;
    program.set("TIMETAP_KEYS", &format!("{second},{first}"));
    program.serve().await;
    let slots = [host.free_times(&service, 1).await, host.free_times(&service, 2).await];
    let [one, other] = slots;
    let stop = AtomicBool::new(false);
    let begun = Instant::now();
    let rotation = async {
        let output = program.run(&["keys", "rotate"]).await;
        stop.store(true, Ordering::Relaxed);
        output
    };
    let forget = async {
        // Access tokens run out again and again: refreshes go on all the while.
        program.sandbox.control().expire_access_tokens(None);
        while !stop.load(Ordering::Relaxed) {
            let sql = "UPDATE calendar_connections SET access_token_expires_at = 0";
            program.database.db.writer().execute_unprepared(sql).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let (output, mine, yours, ()) = tokio::join!(
        rotation,
        customers(&program, 2, one, &stop),
        customers(&program, 3, other, &stop),
        forget
    );
    let said = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}{told}");
    assert!(said.contains("Everything is sealed with second."), "{said}");
    assert!(said.contains("Nothing is sealed with first any more."), "{said}");
    assert!(begun.elapsed() < Duration::from_mins(torture(1, 5)));
    links.extend(mine);
    links.extend(yours);
    wait_for_mails(&program, links.len()).await;

    // Without the old key, everything opens.
    program.stop().await;
    program.set("TIMETAP_KEYS", &second);
    let listed = program.run(&["keys", "list"]).await;
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.starts_with("second: seals ") && listed.lines().count() == 1,
        "{listed}"
    );
    program.serve().await;
    for link in &links {
        host.page(link).await;
        let page = link.split('?').next().unwrap();
        let file = link.replacen(page, &format!("{page}/invite.ics"), 1);
        assert!(
            host.page(&file).await.body.contains(page),
            "the file leads to its booking"
        );
    }
    program.sandbox.control().expire_access_tokens(None);
    let more = host.free_times(&service, 3).await;
    let last = customers(&program, 4, more[..2].to_vec(), &AtomicBool::new(false)).await;
    links.extend(last);
    wait_for_mails(&program, links.len()).await;
    let begun = Instant::now();
    while program.sandbox.control().events(ADA).unwrap().len() < links.len() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "not all events stand: {}",
            program.log()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    program.stop().await;
    let log = program.log();
    assert!(!log.contains("sealed value") && !log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn a_missing_key_is_named_and_ends_with_an_error() {
    let mut program = WholeProgram::start(Engine::Sqlite, &[]).await;
    fill(&program, 3).await;
    program.stop().await;
    program.set("TIMETAP_KEYS", &format!("second:{SECOND_KEY}"));
    let output = program.run(&["keys", "rotate"]).await;
    let said = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("messages.payload_sealed: 0 sealed anew with second"),
        "{said}"
    );
    assert!(
        said.contains("3 still sealed with \"first\", which is not configured"),
        "{said}"
    );
    assert!(told.contains("keep the other keys"), "{told}");
    assert!(!format!("{said}{told}").contains(SECOND_KEY));
    let listed = program.run(&["keys", "list"]).await;
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(
        listed.contains("first: seals 3 in messages.payload_sealed, and is not configured"),
        "{listed}"
    );
}

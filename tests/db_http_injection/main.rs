//! Hostile text in every field of every form: what is accepted stays text. The calendar file is still one event that says the
//! same, the mails have the headers and recipients that were meant, and no page holds markup that somebody typed.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calendar_file;
mod mail;
mod markup;
mod orders;
mod paid;
#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use rstest::rstest;
use timetap_sandbox::{MailFilter, Origin};
use timetap_testing::Engine;

use calendar_file::{check_ics, read_lines, unescape};
use mail::{addresses_in, header, shape_of};
use markup::{check_markup, check_page};
use support::visitor::{Seen, Visitor, between};
use support::whole_program::WholeProgram;

const HOST: &str = "anna@example.org";
const ADA: &str = "ada@sandbox.test";
const PASSWORD: &str = "a grove of olive trees";

/// What is typed into every field, after a plain beginning. The first is harmless and shows what is meant to be.
fn hostile_texts() -> Vec<String> {
    let long: String = "long ".repeat(2_000);
    [
        "",
        "\r\nBcc: evil@example.net\r\nX-Evil: 1\r\n\r\n<b>body</b>",
        "BEGIN:VEVENT;END:VEVENT:,;\\n\\N\\\\",
        "<script>tt_evil()</script><img src=x onerror=tt_evil()>",
        "\" onmouseover=\"tt_evil()\" x=\"' onfocus='tt_evil()",
        "</title></textarea><!-- --><svg/onload=tt_evil()>",
        "=cmd|'/c calc'!A1",
        "{{ 7919 * 104729 }}{% for x in y %}${7919*104729}",
        "\nATTENDEE:mailto:evil@example.net\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:evil",
        "\rDTSTART:19700101T000000Z",
        "nul\0nul",
        "\u{2028}BEGIN:VEVENT\u{2029}END:VCALENDAR",
        "\u{202e}gnp.exe\u{2066}\u{2069}",
        "👩‍👩‍👧‍👦 עברית العربية e\u{301}\u{200b}\u{feff}",
        "evil@example.net, more@example.net; <x@example.net>",
        "=?utf-8?Q?=0D=0ABcc:_evil@example.net?=",
        &long,
    ]
    .into_iter()
    .map(str::to_owned)
    .collect()
}

/// A field of a form: its name, the hostile value, and a plain one for where that is refused.
type Field<'a> = (&'a str, String, &'a str);

/// Posts the form; where fields are refused, again with those plain. A refusal is a page with the complaint, and no more.
async fn submit(visitor: &Visitor, path: &str, fields: &[Field<'_>]) -> Seen {
    let mut values: Vec<(&str, String)> = fields
        .iter()
        .map(|(name, hostile, _)| (*name, hostile.clone()))
        .collect();
    for _ in 0..3 {
        let pairs: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let seen = visitor.post(path, &pairs).await;
        if seen.status == StatusCode::SEE_OTHER {
            let location = seen.location();
            assert!(location.starts_with('/') && !location.starts_with("//"), "{location}");
            return seen;
        }
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", seen.gist());
        check_page(&seen);
        let mut mended = 0;
        for ((name, value), (_, _, plain)) in values.iter_mut().zip(fields) {
            if seen.body.contains(&format!("id=\"field-{name}-error\"")) {
                (*plain).clone_into(value);
                mended += 1;
            }
        }
        if mended == 0 {
            for ((_, value), (_, _, plain)) in values.iter_mut().zip(fields) {
                (*plain).clone_into(value);
            }
        }
    }
    panic!("{path} takes nothing");
}

async fn until(what: &str, check: impl Fn() -> bool) {
    let begun = Instant::now();
    while !check() {
        assert!(begun.elapsed() < Duration::from_secs(40), "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until so many mails of ours reached a guest.
async fn told(program: &WholeProgram, guest: &str, number: usize) {
    let filter = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to(guest)
    };
    let control = program.sandbox.control();
    until("a mail", || control.mails(&filter).len() >= number).await;
}

/// What a round left behind.
struct Round {
    guest: String,
    title: String,
}

async fn play(program: &WholeProgram, host: &Visitor, round: usize, text: &str) -> Round {
    let hostile = |plain: &str| format!("{plain}{text}");
    let both = |name: &'static str, plain: &'static str| (name, hostile(plain), plain);
    submit(
        host,
        "/account",
        &[("form", "name".into(), "name"), both("name", "Anna")],
    )
    .await;
    let profile = [
        both("display_name", "Anna Lind"),
        ("slug", "anna".into(), "anna"),
        ("time_zone", "Europe/Madrid".into(), "Europe/Madrid"),
        both("about", "Piano for everyone"),
        both("phone", ""),
    ];
    submit(host, "/host/profile", &profile).await;
    let service = [
        both("title", "Lesson"),
        ("slug", "lesson".into(), "lesson"),
        both("description", "An hour"),
        ("duration_minutes", "60".into(), "60"),
        ("location_kind", "in_person".into(), "in_person"),
        both("location_address", "Calle Mayor 1"),
        both("location_phone", ""),
        both("location_link", ""),
        ("active", "on".into(), "on"),
        ("question-1-id", "q1".into(), "q1"),
        both("question-1-label", "Why"),
        ("question-1-kind", "line".into(), "line"),
        both("question-1-options", ""),
        ("question-2-id", "q2".into(), "q2"),
        both("question-2-label", "More"),
        ("question-2-kind", "block".into(), "block"),
        ("question-3-id", "q3".into(), "q3"),
        ("question-3-label", "Which".into(), "Which"),
        ("question-3-kind", "choice".into(), "choice"),
        both("question-3-options", "One\nTwo"),
    ];
    let page = host.page("/host/services").await;
    let edit = format!(
        "/host/services/{}",
        between(&page.body, "href=\"/host/services/", "\"")
            .into_iter()
            .find(|id| id.len() == 36)
            .unwrap()
    );
    submit(host, &edit, &service).await;

    let guest = program.visitor(&format!("203.0.113.{round}"));
    let slots = guest.free_times("/anna/lesson", 0).await;
    let form = guest.page(&slots[0]).await;
    let (start, key) = (form.field("start"), form.field("idempotency_key"));
    let email = format!("guest.{round}@example.com");
    let option = between(&form.body, "<option", "</option>")
        .into_iter()
        .filter_map(|option| option.split('>').nth(1))
        .find(|option| option.starts_with("Two"))
        .map(|option| support::visitor::unescape(option.split('<').next().unwrap()))
        .unwrap_or_default();
    let book = [
        ("start", start.clone(), start.as_str()),
        ("idempotency_key", key.clone(), key.as_str()),
        ("time_zone", "Europe/Madrid".into(), "Europe/Madrid"),
        both("name", "Gus"),
        // The address is the one field whose hostile form could reach others.
        ("email", format!("{email}{text}"), email.as_str()),
        both("phone", ""),
        both("answer-q1", "Because"),
        both("answer-q2", "Much\nmore"),
        ("answer-q3", option.clone(), option.as_str()),
    ];
    let link = submit(&guest, "/anna/lesson", &book).await.location();
    let seen = guest.page(&link).await;
    check_page(&seen);
    let (page, query) = link.split_once('?').unwrap();
    let file = guest.page(&format!("{page}/invite.ics?{query}")).await.body;
    let lines = read_lines(&file);
    let title = unescape(&lines.iter().find(|(name, _)| name == "SUMMARY").unwrap().1);
    assert!(
        title.starts_with("Lesson") && title.contains(" with Anna Lind"),
        "{title}"
    );
    check_ics(&file, &title);
    let stands = |name: &str| lines.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let from: i64 = start.parse().unwrap();
    for (name, at) in [("DTSTART", from), ("DTEND", from + 3_600_000)] {
        let at = jiff::Timestamp::from_millisecond(at).unwrap();
        assert_eq!(stands(name), at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }
    let same = [
        ("URL", program.url(link.trim_end_matches("&done=booked"))),
        ("STATUS", "CONFIRMED".to_owned()),
        ("SEQUENCE", "0".to_owned()),
    ];
    for (name, value) in same {
        assert_eq!(stands(name), value);
    }
    for path in [
        "/anna",
        "/anna/lesson",
        &format!("{page}/reschedule?{query}"),
        &format!("{page}/cancel?{query}"),
    ] {
        check_page(&guest.page(path).await);
    }
    let choice = guest.page(&format!("{page}/reschedule?{query}")).await;
    let later = between(choice.links("tt-slot").last().unwrap(), "slot=", "#")[0].to_owned();
    told(program, &email, 1).await;
    let moving = [
        ("start", later.clone(), later.as_str()),
        both("message", "A later train"),
    ];
    submit(&guest, &format!("{page}/reschedule?{query}"), &moving).await;
    told(program, &email, 2).await;
    for path in [
        "/host",
        "/host/profile",
        "/host/services",
        &edit,
        "/host/bookings",
        "/account",
        &format!("/host{page}"),
        "/admin/people",
    ] {
        check_page(&host.page(path).await);
    }
    if round.is_multiple_of(2) {
        submit(&guest, &format!("{page}/cancel?{query}"), &[both("message", "Ill")]).await;
    } else {
        submit(host, &format!("/host{page}/cancel"), &[both("message", "Ill")]).await;
    }
    check_page(&guest.page(&link).await);
    check_page(&host.page(&format!("/host{page}")).await);
    Round { guest: email, title }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_type_stays_text(#[case] engine: Engine) {
    let program = WholeProgram::start(engine, &[]).await;
    let host = program.set_up_host("198.51.100.1", HOST, PASSWORD).await;
    host.connect_google(ADA).await;

    let mut rounds = Vec::new();
    for (round, text) in hostile_texts().iter().enumerate() {
        rounds.push(play(&program, &host, round, text).await);
    }
    let control = program.sandbox.control();
    let ours = |to: &str| {
        control.mails(&MailFilter {
            origin: Some(Origin::Smtp),
            ..MailFilter::to(to)
        })
    };
    // Booked, moved, cancelled: to each guest and to the host.
    until("all mails", || rounds.iter().all(|round| ours(&round.guest).len() == 3)).await;
    until("the host's mails", || ours(HOST).len() == 3 * rounds.len()).await;
    let mut shapes: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    let mut mails = ours("");
    mails.reverse();
    assert_eq!(mails.len(), 6 * rounds.len(), "nobody else got any");
    for mail in &mails {
        let [recipient] = mail.recipients.as_slice() else {
            panic!("{:?}", mail.recipients)
        };
        assert!(
            recipient == HOST || rounds.iter().any(|round| round.guest == *recipient),
            "{recipient}"
        );
        assert!(
            mail.content.to.ends_with(&format!("<{recipient}>")) || mail.content.to == *recipient,
            "{}",
            mail.content.to
        );
        assert_eq!(addresses_in(&header(&program, mail, "to")), [recipient.as_str()]);
        assert_eq!(addresses_in(&header(&program, mail, "from")).len(), 1);
        check_markup(&mail.content.subject, mail.content.html.as_deref().unwrap());
        let (kind, headers, parts) = shape_of(&program, mail);
        let expected = shapes.entry(kind.clone()).or_insert((headers.clone(), parts.clone()));
        assert_eq!((&headers, &parts), (&expected.0, &expected.1), "{kind}");
        for part in mail
            .content
            .parts
            .iter()
            .filter(|part| part.content_type.starts_with("text/calendar"))
        {
            let file = part.text.as_deref().unwrap();
            let title = unescape(&read_lines(file).iter().find(|(name, _)| name == "SUMMARY").unwrap().1);
            check_ics(file, &title);
            let round = rounds.iter().find(|round| round.guest == *recipient);
            assert!(round.is_none_or(|round| round.title == title), "{title}");
        }
    }
    assert_eq!(shapes.len(), 6, "{:?}", shapes.keys());
    // And at Google: one event a booking, one guest, the description as text.
    until("the events", || {
        control
            .events(ADA)
            .unwrap()
            .iter()
            .all(|event| event["status"] == "cancelled")
    })
    .await;
    let log = program.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

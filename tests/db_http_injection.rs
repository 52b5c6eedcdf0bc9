//! Hostile text in every field of every form: what is accepted stays text. The calendar file is still one event that says the
//! same, the mails have the headers and recipients that were meant, and no page holds markup that somebody typed.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use icalendar::{Calendar, CalendarComponent, Component};
use reqwest::StatusCode;
use rstest::rstest;
use timetap_sandbox::{MailFilter, MailView, Origin};
use timetap_testing::{Engine, torture};

use support::visitor::{Seen, Visitor, between};
use support::whole_program::WholeProgram;

const HOST: &str = "anna@example.org";
const ADA: &str = "ada@sandbox.test";
const PASSWORD: &str = "a grove of olive trees";

/// What is typed into every field, after a plain beginning. The first is harmless and shows what is meant to be; the first
/// six are those of every run.
fn hostile_texts() -> Vec<String> {
    let long: String = "long ".repeat(2_000);
    let mut texts: Vec<String> = [
        "",
        "\r\nBcc: evil@example.net\r\nX-Evil: 1\r\n\r\n<b>body</b>",
        "BEGIN:VEVENT;END:VEVENT:,;\\n\\N\\\\",
        "<script>tt_evil()</script><img src=x onerror=tt_evil()>",
        "\" onmouseover=\"tt_evil()\" x=\"' onfocus='tt_evil()",
        "</title></textarea><!-- --><svg/onload=tt_evil()>",
        "=cmd|'/c calc'!A1",
        "{{ 7 * 191 }}{% for x in y %}${7*191}",
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
    .collect();
    texts.truncate(torture(6, texts.len()));
    texts
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

/// Nothing that was typed is markup.
fn check_page(seen: &Seen) {
    check_markup(&seen.path, &seen.body);
    for value in seen.headers.values() {
        assert!(
            !String::from_utf8_lossy(value.as_bytes()).contains("evil"),
            "{}: {value:?}",
            seen.path
        );
    }
}

fn check_markup(what: &str, html: &str) {
    for tag in html.split('<').skip(1) {
        // Our own text never holds this word: where it stands, somebody typed it.
        let Some((inside, _)) = tag.split_once('>') else {
            continue;
        };
        let quotes = inside.split('"').step_by(2).collect::<String>();
        let at = html.find(&format!("<{inside}>")).unwrap();
        assert!(
            !quotes.contains("evil"),
            "{what}: <{inside}> in {}",
            &html[html.floor_char_boundary(at.saturating_sub(300))..html.ceil_char_boundary(at + 100)]
        );
    }
    for script in between(html, "<script", "</script>") {
        assert!(!script.contains("evil"), "{what}: a script holds what was typed");
    }
    assert!(!html.contains("1337"), "{what}: a template was carried out");
}

/// The names and values of an iCalendar file, unfolded by hand, after its lines were looked at (RFC 5545 3.1).
fn read_lines(file: &str) -> Vec<(String, String)> {
    assert!(file.ends_with("\r\n"));
    let lines: Vec<&str> = file.trim_end_matches("\r\n").split("\r\n").collect();
    for line in &lines {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(
            !line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')),
            "{line:?}"
        );
    }
    let mut unfolded: Vec<String> = Vec::new();
    for line in lines {
        match line.strip_prefix(' ') {
            Some(more) => unfolded.last_mut().unwrap().push_str(more),
            None => unfolded.push(line.to_owned()),
        }
    }
    unfolded
        .into_iter()
        .map(|line| {
            let end = line
                .find([':', ';'])
                .unwrap_or_else(|| panic!("{line} is no content line"));
            (line[..end].to_owned(), line[end + 1..].to_owned())
        })
        .collect()
}

/// Undoes the escapes of a text (RFC 5545 3.3.11).
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next().unwrap() {
                'n' | 'N' => plain.push('\n'),
                other => plain.push(other),
            },
            (c, false) => plain.push(c),
        }
    }
    plain
}

/// One event, of the properties that it is meant to have, which another's parser reads the same way.
fn check_ics(file: &str, title: &str) {
    let lines = read_lines(file);
    let names: Vec<&str> = lines.iter().map(|(name, _)| name.as_str()).collect();
    let known = [
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "URL",
        "ORGANIZER",
        "ATTENDEE",
        "STATUS",
        "TRANSP",
        "END",
    ];
    for name in &names {
        let most = if ["BEGIN", "END"].contains(name) { 2 } else { 1 };
        let times = names.iter().filter(|other| other == &name).count();
        assert!(
            known.contains(name) && times <= most,
            "{name} stands there {times} times: {file}"
        );
    }
    assert_eq!(
        lines
            .iter()
            .filter(|line| *line == &("BEGIN".into(), "VEVENT".into()))
            .count(),
        1
    );
    let value = |name: &str| {
        lines
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(unescape(value("SUMMARY").unwrap()), title);
    for person in ["ORGANIZER", "ATTENDEE"] {
        let addresses = value(person).map(|value| value.matches("mailto:").count());
        assert!(addresses.is_none_or(|number| number == 1), "{file}");
    }
    let parsed: Calendar = file.parse().unwrap();
    let [CalendarComponent::Event(event)] = parsed.components.as_slice() else {
        panic!("one event: {file}")
    };
    assert_eq!(event.get_summary(), Some(title));
    assert_eq!(event.property_value("DTSTART"), value("DTSTART"));
}

/// The header names of a raw mail, after its lines were looked at (RFC 5322 2.1.1).
fn header_names(raw: &[u8]) -> Vec<String> {
    let raw = std::str::from_utf8(raw).unwrap();
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
    assert!(raw.split("\r\n").all(|line| line.len() <= 998));
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines
        .map(|line| line.split_once(':').unwrap().0.to_ascii_lowercase())
        .collect()
}

/// The value of a header, unfolded.
fn header(program: &WholeProgram, mail: &MailView, name: &str) -> String {
    let raw = String::from_utf8(program.sandbox.control().raw_mail(mail.id).unwrap()).unwrap();
    let head = raw
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let line = head
        .split("\r\n")
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.unwrap().split_once(':').unwrap().1.trim().to_owned()
}

/// The addresses of a header of addresses: what is left when quoted names are taken away (RFC 5322 3.4).
fn addresses_in(header: &str) -> Vec<String> {
    let (mut plain, mut quoted, mut escaped) = (String::new(), false, false);
    for c in header.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if !quoted => plain.push(c),
            _ => {}
        }
    }
    assert!(!quoted, "{header}");
    plain
        .split(',')
        .map(|one| {
            between(one, "<", ">")
                .first()
                .map_or(one.trim(), |address| *address)
                .to_owned()
        })
        .collect()
}

/// The kind of a mail, by its words before the colon of the subject; the shape of its kind must always be the same.
fn shape_of(program: &WholeProgram, mail: &MailView) -> (String, Vec<String>, Vec<String>) {
    let raw = program.sandbox.control().raw_mail(mail.id).unwrap();
    let kind = mail.content.subject.split(':').next().unwrap().to_owned();
    let parts = mail
        .content
        .parts
        .iter()
        .map(|part| part.content_type.clone())
        .collect();
    let side = if mail.recipients == [HOST] { "host" } else { "guest" };
    (format!("{side}, {kind}"), header_names(&raw), parts)
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

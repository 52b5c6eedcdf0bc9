//! Hostile text in the forms of what is ordered: rooms, camps and parties, the checkout with its participants, a word with a
//! cancellation. Nothing costs anything, so that all of it goes through without a payment.

use rstest::rstest;
use timetap_sandbox::{MailFilter, Origin};
use timetap_testing::Engine;

use crate::calendar_file::read_lines;
use crate::mail::{addresses_in, header, header_names};
use crate::markup::{check_markup, check_page};
use crate::support::visitor::{Seen, Visitor, between};
use crate::support::whole_program::WholeProgram;
use crate::{ADA, HOST, PASSWORD, hostile_texts, submit, told, until};

/// The id in the last such address of the page.
pub fn last_id(page: &Seen, before: &str) -> String {
    let ids = page.body.split(before).skip(1).filter_map(|rest| rest.get(..36));
    let ids = ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'));
    let last = ids.last().unwrap_or_else(|| panic!("{} has no {before}", page.path));
    last.to_owned()
}

/// A service of this kind at this address, with hostile words.
async fn offer(host: &Visitor, kind: &str, slug: &str, place: &str, text: &str) -> String {
    let both = |name: &'static str, plain: &'static str| (name, format!("{plain}{text}"), plain);
    let fields = [
        both("title", "Spring"),
        ("slug", slug.to_owned(), slug),
        ("kind", kind.to_owned(), kind),
        both("price", ""),
        ("currency", "EUR".into(), "EUR"),
        ("refund_until_hours", "24".into(), "24"),
        ("late_refund_percent", "0".into(), "0"),
        both("description", "For all"),
        ("duration_minutes", "60".into(), "60"),
        ("location_kind", place.to_owned(), place),
        both("location_address", "Calle Mayor 1"),
        ("active", "on".into(), "on"),
    ];
    submit(host, "/host/services/new", &fields).await;
    let page = host.page("/host/services").await;
    check_page(&page);
    last_id(&page, "href=\"/host/services/")
}

/// Orders a place in a camp and a party at the customer's; gives who ordered.
async fn order(program: &WholeProgram, host: &Visitor, round: usize, text: &str) -> String {
    let both = |name: &'static str, plain: &'static str| (name, format!("{plain}{text}"), plain);
    // The newest one is the last by name.
    let name = format!("Room {round:02}");
    let room = [
        ("name", format!("{name}{text}"), name.as_str()),
        both("address", "Calle Mayor 1"),
        ("active", "on".into(), "on"),
    ];
    submit(host, "/host/team", &room).await;
    let room = last_id(&host.page("/host/team").await, "?room=");
    let (camp, party) = (format!("camp-{round}"), format!("party-{round}"));
    let service = offer(host, "camp", &camp, "in_person", text).await;
    let day = format!("2028-05-{:02}", round + 1);
    let date = [
        ("form", "add-date".into(), "add-date"),
        ("first_date", day.clone(), day.as_str()),
        ("days", "1".into(), "1"),
        ("hours", "day".into(), "day"),
        ("room", room.clone(), room.as_str()),
        ("seats", "3".into(), "3"),
    ];
    submit(host, &format!("/host/services/{service}/dates"), &date).await;
    offer(host, "party", &party, "at_customer", text).await;

    let guest = program.visitor(&format!("203.0.113.{round}"));
    let page = guest.page(&format!("/anna/{camp}")).await;
    check_page(&page);
    let occurrence = page.field("date");
    let put = [("date", occurrence.as_str()), ("quantity", "1")];
    guest.post(&format!("/anna/{camp}"), &put).await.location();
    // A day for each round.
    let slots = guest.free_times(&format!("/anna/{party}"), round).await;
    let start = between(&slots[0], "slot=", "#")[0]
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    guest
        .post(&format!("/anna/{party}"), &[("start", &*start)])
        .await
        .location();
    check_page(&guest.page("/cart").await);

    let checkout = guest.page("/checkout").await;
    check_page(&checkout);
    let (key, email) = (checkout.field("idempotency_key"), format!("guest.{round}@example.com"));
    let camper = between(&checkout.body, "name=\"p-", "-1-name\"")[0].to_owned();
    let person = |part: &str| format!("p-{camper}-1-{part}");
    let names = [
        person("name"),
        person("allergies"),
        person("notes"),
        person("age"),
        person("born"),
    ];
    let fields = [
        ("idempotency_key", key.clone(), key.as_str()),
        ("time_zone", "Europe/Madrid".into(), "Europe/Madrid"),
        both("name", "Gus"),
        ("email", format!("{email}{text}"), email.as_str()),
        both("phone", "+34 600 100 200"),
        both("address", "Calle Luna 2"),
        both("notes", "Ring twice"),
        (names[0].as_str(), format!("Mia{text}"), "Mia"),
        (names[1].as_str(), format!("Nuts{text}"), "Nuts"),
        (names[2].as_str(), format!("Sings{text}"), "Sings"),
        (names[3].as_str(), format!("8{text}"), "8"),
        (names[4].as_str(), text.to_owned(), ""),
    ];
    let link = submit(&guest, "/checkout", &fields).await.location();
    let (_, query) = link.split_once('?').unwrap();
    let (id, token) = query.split_once('&').unwrap();
    let page = format!("/orders/{}", id.trim_start_matches("order="));
    let seen = guest.page(&format!("{page}?{token}")).await;
    check_page(&seen);
    assert!(seen.body.contains("Booked. See you"), "{}", seen.gist());
    two_events(&guest.page(&format!("{page}/invites.ics?{token}")).await.body);
    for path in [
        "/host",
        "/host/team",
        &format!("/host/dates/{occurrence}"),
        &page,
        "/host/bookings",
    ] {
        check_page(&host.page(path).await);
    }
    for path in ["/anna", "/cart"] {
        check_page(&guest.page(path).await);
    }
    told(program, &email, 1).await;

    let item = last_id(&seen, "/cancel?item=");
    let cancel = format!("{page}/cancel?item={item}&{token}");
    check_page(&guest.page(&cancel).await);
    submit(&guest, &cancel, &[both("message", "Ill")]).await;
    check_page(&guest.page(&format!("{page}?{token}")).await);
    email
}

/// Two events, of the properties that they are meant to have.
fn two_events(file: &str) {
    let lines = read_lines(file);
    let begun = lines
        .iter()
        .filter(|line| **line == ("BEGIN".into(), "VEVENT".into()))
        .count();
    assert_eq!(begun, 2, "{file}");
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
        "STATUS",
        "TRANSP",
        "RRULE",
        "END",
    ];
    for (name, _) in &lines {
        assert!(known.contains(&name.as_str()), "{name} in {file}");
        let most = if name == "BEGIN" || name == "END" { 3 } else { 2 };
        assert!(
            lines.iter().filter(|(other, _)| other == name).count() <= most,
            "{name} in {file}"
        );
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_order_stays_text(#[case] engine: Engine) {
    let program = WholeProgram::start(engine, &[]).await;
    let host = program.set_up_host("198.51.100.1", HOST, PASSWORD).await;
    host.connect_google(ADA).await;
    let mut guests = Vec::new();
    for (round, text) in hostile_texts().iter().enumerate() {
        guests.push(order(&program, &host, round, text).await);
    }
    let control = program.sandbox.control();
    // Of each order one event stays, of the other nothing does.
    until("the events", || {
        let events = control.events(ADA).unwrap();
        let standing = events.iter().filter(|event| event["status"] == "confirmed");
        standing.count() == guests.len()
    })
    .await;
    let filter = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::to("")
    };
    let mails = control.mails(&filter);
    assert!(mails.len() >= 2 * guests.len(), "{} mails", mails.len());
    for mail in &mails {
        let [recipient] = mail.recipients.as_slice() else {
            panic!("{:?}", mail.recipients)
        };
        assert!(recipient == HOST || guests.contains(recipient), "{recipient}");
        assert_eq!(addresses_in(&header(&program, mail, "to")), [recipient.as_str()]);
        assert_eq!(addresses_in(&header(&program, mail, "from")).len(), 1);
        check_markup(&mail.content.subject, mail.content.html.as_deref().unwrap());
        let names = header_names(&control.raw_mail(mail.id).unwrap());
        assert!(
            names
                .iter()
                .all(|name| !name.contains("evil") && name != "bcc" && name != "cc"),
            "{names:?}"
        );
    }
    let log = program.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

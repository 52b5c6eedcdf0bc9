//! Hostile text on its way through the payment page: what was typed as a title, or as somebody's name, is the words of a line
//! there and nothing else, and the payment goes through.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::LOCATION;
use rstest::rstest;
use serde_json::Value;
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::{MailFilter, StripeOptions};
use timetap_testing::Engine;

use crate::mail::{addresses_in, header};
use crate::markup::{check_markup, check_page};
use crate::orders::last_id;
use crate::support::visitor::{Visitor, between, unescape};
use crate::support::whole_program::WholeProgram;
use crate::{HOST, PASSWORD, hostile_texts, submit, told, until};

/// A lesson with a price and a hostile title; the title as it is kept.
async fn offer(host: &Visitor, slug: &str, text: &str) -> String {
    let fields = [
        ("title", format!("Spring{text}"), "Spring"),
        ("slug", slug.to_owned(), slug),
        ("kind", "session".into(), "session"),
        ("price", "45".into(), "45"),
        ("currency", "EUR".into(), "EUR"),
        ("refund_until_hours", "24".into(), "24"),
        ("late_refund_percent", "0".into(), "0"),
        ("description", format!("For all{text}"), "For all"),
        ("duration_minutes", "60".into(), "60"),
        ("location_kind", "phone".into(), "phone"),
        ("active", "on".into(), "on"),
    ];
    submit(host, "/host/services/new", &fields).await;
    let list = host.page("/host/services").await;
    let form = host
        .page(&format!("/host/services/{}", last_id(&list, "href=\"/host/services/")))
        .await;
    form.field("title")
}

/// Sends the checkout with a hostile name, and where that is refused with a plain one; the address of the payment page.
async fn check_out(guest: &Visitor, email: &str, text: &str) -> String {
    let form = guest.page("/checkout").await;
    let key = form.field("idempotency_key");
    for name in [format!("Gus{text}"), "Gus".to_owned()] {
        let fields = [
            ("idempotency_key", key.as_str()),
            ("time_zone", "Europe/Madrid"),
            ("name", name.as_str()),
            ("email", email),
            ("phone", "+34 600 100 200"),
        ];
        let seen = guest.post("/checkout", &fields).await;
        if seen.status == StatusCode::SEE_OTHER {
            return seen.location();
        }
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", seen.gist());
        check_page(&seen);
    }
    panic!("the checkout takes nothing");
}

/// What Stripe's API says is paid for on this page.
async fn lines_of(program: &WholeProgram, session: &str) -> Vec<Value> {
    let address = format!(
        "{}v1/checkout/sessions/{session}/line_items",
        program.sandbox.stripe_url()
    );
    let http = build_client(Timeouts::default()).unwrap();
    let answer = http
        .get(address)
        .bearer_auth(StripeOptions::default().secret_key)
        .send()
        .await
        .unwrap();
    let list: Value = answer.error_for_status().unwrap().json().await.unwrap();
    list["data"].as_array().unwrap().clone()
}

async fn buy(program: &WholeProgram, host: &Visitor, round: usize, text: &str) {
    let (slug, email) = (format!("lesson-{round}"), format!("guest.{round}@example.com"));
    let title = offer(host, &slug, text).await;
    assert!(title.starts_with("Spring"), "{title}");
    let guest = program.visitor(&format!("203.0.113.{round}"));
    let slots = guest.free_times(&format!("/anna/{slug}"), round % 8).await;
    let start = between(&slots[0], "slot=", "#")[0]
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    guest
        .post(&format!("/anna/{slug}"), &[("start", &*start)])
        .await
        .location();
    let address = check_out(&guest, &email, text).await;

    let base = program.sandbox.base_url();
    let path = address.strip_prefix(base.trim_end_matches('/')).unwrap();
    let payer = Visitor::new(
        build_client(Timeouts::default()).unwrap(),
        base.trim_end_matches('/').to_owned(),
        "127.0.0.1",
    );
    let page = payer.page(path).await;
    check_markup("the payment page", &page.body);
    assert!(
        unescape(&page.body).contains(&title),
        "{title} is missing in {}",
        page.gist()
    );
    let session = path.rsplit('/').next().unwrap();
    let lines = lines_of(program, session).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["description"], title.as_str(), "Stripe has it to the letter");
    assert_eq!(
        (&line["quantity"], &line["amount_total"]),
        (&Value::from(1), &Value::from(4_500))
    );
    let kept = program.sandbox.control().stripe_object(session).unwrap();
    for own in [
        "success_url",
        "cancel_url",
        "metadata",
        "customer_email",
        "client_reference_id",
    ] {
        assert!(!kept[own].to_string().contains("evil"), "{own}: {}", kept[own]);
    }

    let who = format!("Gus{text}");
    let form = [
        ("email", email.as_str()),
        ("name", who.as_str()),
        ("with", "card"),
        ("action", "pay"),
    ];
    let paid = payer.post(path, &form).await;
    let back = paid.headers[LOCATION].to_str().unwrap();
    let own = back.strip_prefix(&format!("http://{}", program.address)).unwrap();
    check_page(&guest.page(own).await);
    let order = between(own, "order=", "&")[0];
    let token = own.split_once("token=").unwrap().1.split('&').next().unwrap();
    let order = format!("/orders/{order}?token={token}");
    let mut seen = guest.page(&order).await;
    for _ in 0..200 {
        if seen.body.contains("Booked. See you") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        seen = guest.page(&order).await;
    }
    assert!(seen.body.contains("Booked. See you"), "{}", seen.gist());
    check_page(&seen);
    assert!(
        unescape(&seen.body).contains(&title),
        "{title} is missing in {}",
        seen.gist()
    );
    told(program, &email, 1).await;
    for path in ["/host", "/host/bookings"] {
        check_page(&host.page(path).await);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_pay_for_stays_text(#[case] engine: Engine) {
    let program = WholeProgram::start_with_stripe(engine).await;
    let host = program.set_up_host("198.51.100.1", HOST, PASSWORD).await;
    let mut texts = hostile_texts();
    // In every run also what turns the reading direction around, what really is read from right to left, and a title that is
    // as long as one can be.
    texts.extend(["\u{202e}gnp.exe\u{2066}", "עברית العربية 👩‍👩‍👧"].map(str::to_owned));
    texts.push("<b>x".repeat(28));
    for (round, text) in texts.iter().enumerate() {
        buy(&program, &host, round, text).await;
    }
    let mails = || program.sandbox.control().mails(&MailFilter::to(""));
    until("a mail to each guest, and the host's", || {
        mails().len() >= 2 * texts.len()
    })
    .await;
    let mails = mails();
    for mail in &mails {
        let [recipient] = mail.recipients.as_slice() else {
            panic!("{:?}", mail.recipients)
        };
        assert_eq!(addresses_in(&header(&program, mail, "to")), [recipient.as_str()]);
        check_markup(&mail.content.subject, mail.content.html.as_deref().unwrap());
    }
    let log = program.log();
    assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
}

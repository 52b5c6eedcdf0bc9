//! A host sets up a page as a browser without any script does: links, forms, redirects, and nothing that was typed lost.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use jiff::tz::TimeZone;
use reqwest::{Response, StatusCode};
use rstest::rstest;
use timetap_core::clock::Clock;
use timetap_testing::Engine;

use support::Server;
use support::browser::{Browser, location, profile};
use support::orders::{account, set_manager};

/// The page after a submission, with the status that it has to have.
async fn again(answer: Response, status: StatusCode) -> String {
    assert_eq!(answer.status(), status);
    answer.text().await.unwrap()
}

/// The value that a field of the page shows; nothing where there is no such field.
fn value(page: &str, name: &str) -> Option<String> {
    let tag = page
        .split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .find(|tag| tag.contains(&format!(" name=\"{name}\"")))?;
    let value = tag
        .split(" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    Some(value.to_owned())
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_workplace_is_for_those_who_can_be_booked(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let visitor = Browser {
        server: &server,
        cookie: String::new(),
    };
    let customer = Browser::sign_in(&server, "customer", "customer").await;
    let new_host = Browser::sign_in(&server, "newcomer", "staff").await;
    for path in [
        "/host",
        "/host/profile",
        "/host/hours",
        "/host/services",
        "/host/services/new",
    ] {
        let to_sign_in = format!("/sign-in?next={}", path.replace('/', "%2F"));
        assert_eq!(location(&visitor.get(path).await), to_sign_in);
        assert_eq!(customer.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
        if path != "/host/profile" {
            assert_eq!(
                location(&new_host.get(path).await),
                "/host/profile?done=first",
                "{path}"
            );
        }
        if path != "/host" {
            let fields = [
                ("form", "weekly"),
                ("service", "0197f000-0000-7000-8000-000000000000"),
                ("do", "hide"),
            ];
            assert_eq!(location(&visitor.post(path, &fields).await), to_sign_in);
        }
    }
    let answer = customer.post("/host/profile", &profile("customer-page")).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let answer = new_host.post("/host/hours", &[("form", "weekly")]).await;
    assert_eq!(location(&answer), "/host/profile?done=first");
    let page = new_host.page("/host/profile?done=first").await;
    assert!(page.contains("your page needs an address"), "{page}");
    assert!(
        page.contains("Please check this one"),
        "the default zone is a guess: {page}"
    );
    let abroad = Browser {
        server: &server,
        cookie: format!("{}; timetap_zone=America/New_York", new_host.cookie),
    };
    assert!(abroad.page("/host/profile").await.contains("The zone of your browser."));
    assert_eq!(value(&page, "slug").as_deref(), Some("newcomer"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_administrator_without_a_page_is_asked_and_not_pushed(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let olga = Browser::sign_in(&server, "olga", "admin").await;
    assert_eq!(location(&olga.get("/host").await), "/admin/people");
    for path in [
        "/host/bookings",
        "/host/hours",
        "/host/services",
        "/host/services/new",
        "/host/why",
    ] {
        let page = olga.page(path).await;
        assert!(page.contains("You have no page of your own"), "{path}: {page}");
        assert!(page.contains("href=\"/host/profile\""), "{path}: the way to one");
        assert!(
            !page.contains("href=\"/host/hours\""),
            "{path}: nothing that leads back here"
        );
    }
    let created = olga.post("/host/profile", &profile("olga")).await;
    assert_eq!(created.status(), StatusCode::SEE_OTHER);
    assert!(olga.page("/host").await.contains("href=\"/host/hours\""));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn from_the_first_visit_to_an_open_page(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let anna = Browser::sign_in(&server, "anna", "staff").await;
    let mut reserved = profile("host");
    reserved[0].1 = "Dr. <b>Anna</b>";
    let page = again(
        anna.post("/host/profile", &reserved).await,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert!(
        page.contains("“host” is kept for TimeTap itself. “host-page” is free."),
        "{page}"
    );
    assert!(
        page.contains("Dr. &lt;b&gt;Anna&lt;/b&gt;") && !page.contains("<b>Anna</b>"),
        "{page}"
    );

    let answer = anna.post("/host/profile", &profile("anna-lind")).await;
    assert_eq!(location(&answer), "/host?done=welcome");
    let page = anna.page("/host?done=welcome").await;
    assert!(page.contains("Three steps to your first booking"), "{page}");
    assert!(page.contains("Mon–Fri 09:00–17:00"), "{page}");
    assert!(page.contains(&server.url("/anna-lind")), "{page}");
    // Words in the address are not repeated on the page.
    let page = anna.page("/host?done=You+are+hacked").await;
    assert!(!page.contains("hacked"), "{page}");
    // The second save is a change.
    let answer = anna.post("/host/profile", &profile("anna")).await;
    assert_eq!(location(&answer), "/host/profile?done=saved");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_hours_form_grows_and_keeps_what_was_typed(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let anna = Browser::host(&server, "anna").await;
    let page = anna.page("/host/hours").await;
    assert_eq!(value(&page, "mon-1-from").as_deref(), Some("09:00"));
    assert_eq!(value(&page, "mon-2-from").as_deref(), Some(""), "the spare row");

    let typed = [
        ("form", "weekly"),
        ("sat-1-from", "10:00"),
        ("sat-1-to", "14:00"),
        ("sun-1-from", "09:00"),
        ("sun-1-to", ""),
    ];
    let mut add = typed.to_vec();
    add.push(("do", "add-sat"));
    let page = again(anna.post("/host/hours", &add).await, StatusCode::OK).await;
    assert!(!page.contains("to fix"), "{page}");
    assert_eq!(value(&page, "sat-1-to").as_deref(), Some("14:00"));
    assert_eq!(value(&page, "sat-2-from").as_deref(), Some(""));
    assert_eq!(value(&page, "sat-3-from").as_deref(), Some(""));
    assert_eq!(value(&page, "sun-1-from").as_deref(), Some("09:00"));
    assert_eq!(value(&page, "mon-1-from").as_deref(), Some(""), "left out, so closed");

    let page = again(anna.post("/host/hours", &typed).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(
        page.contains("Sunday: please enter when these hours end, or clear both times."),
        "{page}"
    );
    assert!(page.contains("href=\"#field-sun-1-to\""), "{page}");
    assert_eq!(value(&page, "sat-1-from").as_deref(), Some("10:00"));

    let answer = anna.post("/host/hours", &typed[..3]).await;
    assert_eq!(location(&answer), "/host/hours?done=weekly");
    let page = anna.page("/host/hours?done=weekly").await;
    assert!(page.contains("Saved. Your week is open as below"), "{page}");
    assert_eq!(value(&page, "sat-1-from").as_deref(), Some("10:00"));
    assert_eq!(value(&page, "mon-1-from").as_deref(), Some(""));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn special_days_and_rules_stand_on_the_same_page(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let anna = Browser::host(&server, "anna").await;
    // Refused on whatever day the test runs.
    let far = "2100-01-01";
    let day = [("form", "day"), ("date", far), ("kind", "closed"), ("note", "Far away")];
    let page = again(anna.post("/host/hours", &day).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(page.contains("more than two years ahead"), "{page}");
    assert_eq!(value(&page, "note").as_deref(), Some("Far away"));
    assert_eq!(
        value(&page, "mon-1-from").as_deref(),
        Some("09:00"),
        "the week is as stored"
    );

    let add = [
        ("form", "day"),
        ("date", far),
        ("kind", "hours"),
        ("window-1-from", "10:00"),
        ("window-1-to", "12:00"),
        ("note", ""),
        ("do", "add"),
    ];
    let page = again(anna.post("/host/hours", &add).await, StatusCode::OK).await;
    assert_eq!(value(&page, "window-1-to").as_deref(), Some("12:00"));
    assert_eq!(value(&page, "window-2-to").as_deref(), Some(""));

    let gone = anna.post("/host/hours", &[("form", "remove-day"), ("date", far)]).await;
    let page = again(gone, StatusCode::CONFLICT).await;
    assert!(
        page.contains("There are no special hours on this day any more."),
        "{page}"
    );

    let rules = [
        ("form", "rules"),
        ("buffer_before", "0"),
        ("buffer_after", "10"),
        ("minimum_notice", "50"),
        ("horizon_days", "90"),
        ("slot_interval", "15"),
        ("daily_limit", "x"),
        ("change_cutoff", "120"),
        ("when_calendar_unknown", "offer_nothing"),
    ];
    let page = again(anna.post("/host/hours", &rules).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert!(
        page.contains("The daily limit has to be a whole number from 1 to 1000 bookings."),
        "{page}"
    );
    assert_eq!(value(&page, "horizon_days").as_deref(), Some("90"));
    let mut good = rules;
    good[6].1 = "3";
    let answer = anna.post("/host/hours", &good).await;
    assert_eq!(location(&answer), "/host/hours?done=rules");
    let page = anna.page("/host/hours").await;
    assert_eq!(value(&page, "daily_limit").as_deref(), Some("3"));
    assert!(
        page.contains("50 min"),
        "a notice that is none of the usual ones is shown: {page}"
    );

    let unknown = again(
        anna.post("/host/hours", &[("form", "x")]).await,
        StatusCode::BAD_REQUEST,
    )
    .await;
    assert!(
        unknown.contains("This form was not complete. Please try again."),
        "{unknown}"
    );
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn services_are_made_changed_hidden_and_nobody_elses(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let anna = Browser::host(&server, "anna").await;
    let berta = Browser::host(&server, "berta").await;
    let service = [
        ("title", "Chess <i>lesson</i>"),
        ("slug", ""),
        ("description", "Bring a board."),
        ("duration_minutes", "90"),
        ("location_kind", "link"),
        ("location_link", "https://meet.example.org/anna"),
        ("active", "yes"),
        ("question-1-id", "q1"),
        ("question-1-label", "Your level?"),
        ("question-1-kind", "line"),
        ("question-1-required", "yes"),
    ];
    let mut add = service.to_vec();
    add.push(("do", "add-question"));
    let page = again(anna.post("/host/services/new", &add).await, StatusCode::OK).await;
    assert!(!page.contains("to fix"), "{page}");
    assert_eq!(
        value(&page, "title").as_deref(),
        Some("Chess &lt;i&gt;lesson&lt;/i&gt;")
    );
    assert_eq!(value(&page, "question-1-label").as_deref(), Some("Your level?"));
    assert_eq!(value(&page, "question-2-id").as_deref(), Some("q2"));
    assert!(page.contains("Bring a board."), "{page}");

    let mut bad = service;
    bad[5].1 = "javascript:alert(1)";
    let page = again(
        anna.post("/host/services/new", &bad).await,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await;
    assert!(page.contains("href=\"#field-location_link\""), "{page}");

    let answer = anna.post("/host/services/new", &service).await;
    assert_eq!(location(&answer), "/host/services?done=created");
    let list = anna.page("/host/services?done=created").await;
    assert!(list.contains("/anna/chess-i-lesson-i"), "{list}");
    let id = list
        .split("name=\"service\" value=\"")
        .last()
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let own = format!("/host/services/{id}");
    let page = anna.page(&own).await;
    assert_eq!(
        value(&page, "location_link").as_deref(),
        Some("https://meet.example.org/anna")
    );
    assert_eq!(value(&page, "question-1-label").as_deref(), Some("Your level?"));

    // Berta neither sees nor changes it, and cannot tell whether it exists.
    assert_eq!(berta.get(&own).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(berta.post(&own, &service).await.status(), StatusCode::NOT_FOUND);
    let hide = [("service", id), ("do", "hide")];
    assert_eq!(
        berta.post("/host/services", &hide).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        anna.get("/host/services/nonsense").await.status(),
        StatusCode::NOT_FOUND
    );

    let answer = anna.post("/host/services", &hide).await;
    assert_eq!(location(&answer), "/host/services?done=hidden");
    assert!(anna.page("/host/services").await.contains("Hidden"));
    let answer = anna.post("/host/services", &[("service", id), ("do", "up")]).await;
    assert_eq!(location(&answer), "/host/services?done=moved");
    let list = anna.page("/host/services").await;
    assert!(
        list.find("Chess").unwrap() < list.find("One-hour session").unwrap(),
        "{list}"
    );

    let mut changed = service.to_vec();
    changed[0].1 = "Chess";
    let answer = anna.post(&own, &changed).await;
    assert_eq!(location(&answer), format!("{own}?done=saved"));
}

/// The id that the page's hidden field has.
fn hidden_id(page: &str, name: &str) -> String {
    value(page, name).unwrap_or_else(|| panic!("no {name}: {page}"))
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_manager_and_an_administrator_look_after_the_services_of_others(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let juno = Browser::host(&server, "juno").await;
    let renamed = [
        ("display_name", "Juno Hale"),
        ("slug", "juno"),
        ("time_zone", "Europe/Madrid"),
    ];
    assert_eq!(
        location(&juno.post("/host/profile", &renamed).await),
        "/host/profile?done=saved"
    );
    let db = &server.database.db;
    let juno_id = account(db, "juno@example.org").await;
    let max = Browser::sign_in(&server, "max", "manager").await;
    let olga = Browser::sign_in(&server, "olga", "admin").await;
    let list = format!("/host/team/{juno_id}/services");
    let next_year = Clock::system().now().to_zoned(TimeZone::UTC).year() + 1;

    // Max has no page of his own, and need not have one; nobody reports to him yet.
    assert_eq!(location(&max.get("/host").await), "/host/team");
    assert!(max.page("/host/services").await.contains("To the team"));
    assert!(!max.page("/host/team").await.contains(&list));
    for path in [list.clone(), format!("{list}/new")] {
        assert_eq!(max.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    set_manager(db, juno_id, account(db, "max@example.org").await).await;

    for (who, next) in [(&max, "05"), (&olga, "12")] {
        let team = who.page("/host/team").await;
        assert!(team.contains("> of Juno Hale<") && team.contains(&list), "{team}");
        let page = who.page(&list).await;
        for words in ["Services of Juno Hale", "their page", "href=\"/host/team\""] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(page.contains(&format!("href=\"{list}/new\"")), "{page}");
        let form = who.page(&format!("{list}/new")).await;
        assert!(form.contains("New service for Juno Hale"), "{form}");
        assert!(form.contains("Offered on their page") && !form.contains("Offered on my page"));

        let camp = [
            ("title", "Summer camp"),
            ("kind", "camp"),
            ("location_kind", "google_meet"),
            ("active", "yes"),
        ];
        let page = again(
            who.post(&format!("{list}/new"), &camp[1..]).await,
            StatusCode::UNPROCESSABLE_ENTITY,
        );
        assert!(page.await.contains("New service for Juno Hale"));
        let created = who.post(&format!("{list}/new"), &camp).await;
        assert_eq!(location(&created), format!("{list}?done=created"));
        let page = who.page(&list).await;
        let id = page
            .split("name=\"service\" value=\"")
            .last()
            .and_then(|rest| rest.split('"').next())
            .unwrap()
            .to_owned();
        let (service, dates) = (format!("/host/services/{id}"), format!("/host/services/{id}/dates"));
        let page = who.page(&service).await;
        assert!(
            page.contains(&format!("href=\"{list}\"")) && page.contains("Services of Juno Hale"),
            "{page}"
        );
        assert_eq!(
            location(&who.post(&service, &camp).await),
            format!("{service}?done=saved")
        );
        let up = [("service", &*id), ("do", "up")];
        assert_eq!(location(&who.post(&list, &up).await), format!("{list}?done=moved"));

        let day = format!("{next_year}-07-{next}");
        let date = [
            ("form", "add-date"),
            ("first_date", &*day),
            ("days", "1"),
            ("hours", "day"),
            ("seats", "5"),
        ];
        assert_eq!(location(&who.post(&dates, &date).await), format!("{dates}?done=added"));
        let page = who.page(&dates).await;
        assert!(
            page.contains("Services of Juno Hale") && page.contains("5 seats, all free"),
            "{page}"
        );
        assert!(
            page.contains("<p class=\"tt-muted text-sm\">Juno Hale<"),
            "who serves: {page}"
        );
        let date = hidden_id(&page, "occurrence");
        let seats = [
            ("form", "change"),
            ("occurrence", &*date),
            ("seats", "7"),
            ("do", "seats"),
        ];
        assert_eq!(location(&who.post(&dates, &seats).await), format!("{dates}?done=seats"));
        let roster = who.page(&format!("/host/dates/{date}")).await;
        assert!(
            roster.contains("0 of 7 seats are paid for.") && roster.contains(&format!("href=\"{dates}\"")),
            "{roster}"
        );
        // To Juno it is hers, as ever.
        let page = juno.page(&service).await;
        assert!(
            page.contains("Offered on my page") && !page.contains("Services of"),
            "{page}"
        );
    }

    // From the moment on that she does not report to him any more, there is nothing.
    let ida = Browser::sign_in(&server, "ida", "manager").await;
    set_manager(db, juno_id, account(db, "ida@example.org").await).await;
    let page = ida.page(&list).await;
    let id = hidden_id(&page, "service");
    let mut paths = vec![list.clone(), format!("{list}/new"), format!("/host/services/{id}")];
    for path in &paths {
        assert_eq!(ida.get(path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(max.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let hide = [("service", &*id), ("do", "hide")];
    paths.push("/host/services".to_owned());
    for path in &paths {
        assert_eq!(max.post(path, &hide).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!max.page("/host/team").await.contains("Juno Hale"));
}

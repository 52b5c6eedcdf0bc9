//! Booking as a browser without any script meets it: links, forms, redirects, and what is nobody else's business.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use reqwest::header::{ACCEPT, COOKIE, LOCATION};
use reqwest::{Response, StatusCode};
use rstest::rstest;
use serde::Serialize;
use timetap_testing::Engine;

use support::Server;
use support::browser::{Browser, profile};
use support::orders::{account, set_manager};
use support::reading::{between, booking_fields, booking_fields_in, free_times, hidden, links};

async fn get(server: &Server, path: &str) -> (StatusCode, String) {
    let request = server.http.get(server.url(path)).header(ACCEPT, "text/html");
    let answer = request.send().await.unwrap();
    let status = answer.status();
    (status, answer.text().await.unwrap())
}

async fn post(server: &Server, path: &str, fields: &impl Serialize) -> Response {
    let request = server.http.post(server.url(path));
    let request = request.header("Sec-Fetch-Site", "same-origin");
    request.form(fields).send().await.unwrap()
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// A host with the hours and the service that every new profile begins with; gives back the session's cookie.
async fn add_host(server: &Server) -> String {
    let anna = Browser::host(server, "anna").await;
    let mut profile = profile("anna");
    profile[3] = ("about", "Piano for everyone.");
    let saved = anna.post("/host/profile", &profile).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    anna.cookie
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn links_and_forms_book_move_and_cancel(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let host = add_host(&server).await;
    let (_, page) = get(&server, "/anna").await;
    assert!(page.contains("Piano for everyone."), "{page}");
    let (path, times) = free_times(&server, "anna", "America/New_York").await;
    assert!(times.len() > 10, "{times:?}");

    let (status, form) = get(&server, &times[0]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(form.contains("America/New_York"));
    let (start, key) = (hidden(&form, "start"), hidden(&form, "idempotency_key"));
    assert!(times[0].ends_with(&format!("slot={start}")));
    let fields = |name: &str, email: &str| booking_fields_in("America/New_York", &form, name, email);

    // What is wrong is said, and what was typed stays, as text.
    let wrong = post(&server, &path, &fields("<b>Ben</b>", "nowhere")).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        wrong.headers()["cache-control"],
        "no-store",
        "not to be met again by going back"
    );
    let page = wrong.text().await.unwrap();
    assert!(page.contains("An e-mail address needs an @"), "{page}");
    assert!(
        page.contains("value=\"&lt;b&gt;Ben&lt;/b&gt;\"") && !page.contains("<b>Ben"),
        "{page}"
    );
    assert_eq!(hidden(&page, "start"), start);
    assert_eq!(hidden(&page, "idempotency_key"), key);

    let booked = post(&server, &path, &fields("Ben Okafor", "ben@example.com")).await;
    let address = location(&booked);
    assert!(address.ends_with("&done=booked"), "{address}");
    // The same form again, as by a second press of the button or a way back: the same booking.
    let again = post(&server, &path, &fields("Ben Okafor", "ben@example.com")).await;
    assert_eq!(location(&again), address);
    // Somebody else comes too late, loses nothing, and is shown other times.
    let late = post(&server, &path, &fields("Cid Ray", "cid@example.com")).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let page = late.text().await.unwrap();
    assert!(page.contains("This time is no longer free."), "{page}");
    assert!(
        page.contains("value=\"Cid Ray\"") && page.contains("name=\"instead\""),
        "{page}"
    );

    let answer = server.http.get(server.url(&address)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(answer.headers()[name], value);
    }
    let page = answer.text().await.unwrap();
    assert!(page.contains("Booked. See you "), "{page}");
    assert!(page.contains("The Meet link will be sent by email") && page.contains("ben@example.com"));
    assert!(
        page.contains("America/New_York") && page.contains("Europe/Madrid"),
        "both zones"
    );

    let page = address.split('?').next().unwrap();
    let token = between(&address, "token=", "&")[0];
    // Moved to another time, by the form of links again.
    let (_, choice) = get(&server, &format!("{page}/reschedule?token={token}")).await;
    let other = between(&choice, "<a", ">")
        .into_iter()
        .filter(|tag| tag.contains("tt-slot"))
        .map(|tag| between(tag, "slot=", "\"")[0])
        .find(|slot| *slot != start)
        .unwrap();
    let reschedule = format!("{page}/reschedule?token={token}");
    let moved = post(
        &server,
        &reschedule,
        &[
            ("start", other),
            ("time_zone", "Asia/Kolkata"),
            ("message", "Later, please"),
        ],
    )
    .await;
    assert!(location(&moved).ends_with("&done=moved"));
    // It is told in the zone in which it was chosen.
    let (_, told) = get(&server, &location(&moved)).await;
    assert!(
        told.contains("Moved. See you ") && told.contains("(Asia/Kolkata"),
        "{told}"
    );
    // Where it stands already, nothing is claimed to have happened.
    let stands = post(&server, &reschedule, &[("start", other), ("message", "")]).await;
    let (_, told) = get(&server, &location(&stands)).await;
    assert!(
        told.contains("It stands at this time already.") && !told.contains("Moved. See you"),
        "{told}"
    );
    // The host reads it all.
    let id = page.rsplit('/').next().unwrap();
    let hosted = server
        .http
        .get(server.url(&format!("/host/bookings/{id}")))
        .header(COOKIE, &host)
        .send()
        .await
        .unwrap();
    let hosted = hosted.text().await.unwrap();
    assert!(hosted.contains("Moved by the customer from"), "{hosted}");
    let cancelled = post(&server, &format!("{page}/cancel?token={token}"), &[("message", "")]).await;
    assert!(location(&cancelled).ends_with("&done=cancelled"));
    let (_, page) = get(&server, &location(&cancelled)).await;
    assert!(page.contains("Cancelled. The time is free again."), "{page}");
    // The first form once more: its own time is free, and it books that anew.
    let anew = post(&server, &path, &fields("Ben Okafor", "ben@example.com")).await;
    let anew = location(&anew);
    assert_ne!(anew.split('?').next(), address.split('?').next());
    let (_, page) = get(&server, &anew).await;
    assert!(page.contains("Booked. See you "), "{page}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_zone_that_nobody_chose_is_in_no_address(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    add_host(&server).await;
    let (path, chosen) = free_times(&server, "anna", "America/New_York").await;
    assert!(chosen.iter().all(|time| time.contains("tz=America/New_York")));
    let slot = chosen[0].rsplit("slot=").next().unwrap();

    let (_, month) = get(&server, &path).await;
    for class in ["tt-month-step", "tt-day-free", "tt-slot"] {
        for link in links(&month, class) {
            assert!(!link.contains("tz="), "{link}");
        }
    }
    // What wakes the islands comes once, however many there are, and not to a page without one.
    assert_eq!(month.matches("type=\"module\"").count(), 1, "{month}");
    let (_, front) = get(&server, "/").await;
    assert!(
        !front.contains("type=\"module\"") && !front.contains(".wasm"),
        "{front}"
    );
    // With a time chosen, the browser may still say its zone; once somebody chose one, it may not.
    let may_detect = |page: &str| {
        let mut islands = between(page, "<leptos-island", ">").into_iter();
        islands.any(|tag| tag.contains("DetectZone"))
    };
    let (_, form) = get(&server, &format!("{path}?slot={slot}")).await;
    assert!(form.contains("name=\"time_zone\"") && hidden(&form, "time_zone") == "Europe/Madrid");
    assert!(may_detect(&form), "{form}");
    let (_, form) = get(&server, &chosen[0]).await;
    assert_eq!(hidden(&form, "time_zone"), "America/New_York");
    assert!(!may_detect(&form), "{form}");
    // A form that comes back keeps the zone it was filled in with, and is not loaded again.
    let fields = booking_fields_in("Asia/Kolkata", &form, "Ben", "nowhere");
    let again = post(&server, &path, &fields).await.text().await.unwrap();
    assert_eq!(hidden(&again, "time_zone"), "Asia/Kolkata");
    assert!(!may_detect(&again), "{again}");
    assert!(!links(&again, "tt-slot").iter().any(|link| link.contains("tz=")));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_address_whose_time_is_gone_leads_to_other_times(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    add_host(&server).await;
    let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
    let (_, form) = get(&server, &times[0]).await;
    // The form stands open: its fields can be filled in and sent.
    assert!(
        form.contains("data-chosen=\"yes\"") && !form.contains("class=\"tt-gone\""),
        "{form}"
    );
    let start = hidden(&form, "start");
    let fields = booking_fields(&form, "Ben", "ben@example.com");
    location(&post(&server, &path, &fields).await);

    let own = "If it was you who booked it";
    let (_, gone) = get(&server, &times[0]).await;
    assert!(
        gone.contains("This time is no longer free.") && gone.contains(own),
        "{gone}"
    );
    // No form that could not be sent: the month is open, and the times nearby are links to it.
    assert!(gone.contains("data-chosen=\"no\""), "{gone}");
    assert!(!gone.contains("name=\"instead\""), "{gone}");
    let notice = between(&gone, "class=\"tt-gone\"", "tt-picker")[0];
    assert!(links(notice, "tt-button").len() > 1, "{notice}");

    // Nobody can have booked what is over or was never offered.
    for (slot, told) in [
        ("0".to_owned(), "This time has passed."),
        (
            (start.parse::<i64>().unwrap() + 60_000).to_string(),
            "This time is not offered.",
        ),
    ] {
        let (_, page) = get(&server, &format!("{path}?slot={slot}")).await;
        assert!(page.contains(told) && !page.contains(own), "{page}");
        let mut late = booking_fields(&form, "Cid", "cid@example.com");
        late[0].1 = slot;
        let refused = post(&server, &path, &late).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let page = refused.text().await.unwrap();
        assert!(page.contains(told) && !page.contains(own), "{page}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_booking_is_nobody_elses_business(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let host = add_host(&server).await;
    let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
    let mut addresses = Vec::new();
    // Starts come every half hour and a session takes an hour: the next but one is free still.
    for time in [&times[0], &times[2]] {
        let (_, form) = get(&server, time).await;
        let fields = booking_fields(&form, "Ben", "ben@example.com");
        addresses.push(location(&post(&server, &path, &fields).await));
    }
    let page = addresses[0].split('?').next().unwrap().to_owned();
    let token = between(&addresses[0], "token=", "&")[0].to_owned();
    let foreign = between(&addresses[1], "token=", "&")[0].to_owned();

    for part in ["", "/status", "/invite.ics", "/reschedule", "/cancel"] {
        for credential in [String::new(), "?token=".to_owned(), format!("?token={foreign}")] {
            let (status, _) = get(&server, &format!("{page}{part}{credential}")).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{part}{credential}");
        }
        let (status, _) = get(&server, &format!("{page}{part}?token={token}")).await;
        assert_eq!(status, StatusCode::OK, "{part}");
    }
    for part in ["cancel", "reschedule"] {
        let stranger = post(&server, &format!("{page}/{part}?token={foreign}"), &[("start", "0")]).await;
        assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
        let stranger = post(&server, &format!("/host{page}/{part}"), &[("start", "0")]).await;
        assert!(location(&stranger).starts_with("/sign-in"));
    }
    // The address as it stands in the host's calendar: it leads on, and does not say whether there is such a booking.
    for address in [page.as_str(), "/bookings/0193f0aa-0000-7000-8000-000000000000"] {
        let (status, text) = get(&server, address).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{address}");
        assert!(
            text.contains("the link in the confirmation e-mail"),
            "{address}: {text}"
        );
    }
    let (status, _) = get(&server, "/bookings/not-an-id?token=x").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // What the picker asks in the background is answered to the same people only.
    let id = page.rsplit('/').next().unwrap();
    for (subject, token, expected) in [
        (format!("booking:{id}"), token.as_str(), StatusCode::OK),
        (format!("booking:{id}"), foreign.as_str(), StatusCode::NOT_FOUND),
        (format!("booking:{id}"), "", StatusCode::NOT_FOUND),
        (format!("hosted:{id}"), token.as_str(), StatusCode::NOT_FOUND),
        (format!("service:{}", path.trim_start_matches('/')), "", StatusCode::OK),
        ("nothing".to_owned(), "", StatusCode::NOT_FOUND),
    ] {
        let query = format!("subject={subject}&token={token}&zone=Europe/Madrid&month=&day=");
        let asked = server.http.get(server.url(&format!("/api/fn/pick_times?{query}")));
        let answer = asked.header(ACCEPT, "application/json").send().await.unwrap();
        assert_eq!(answer.status(), expected, "{subject}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        if expected == StatusCode::OK {
            // Only the picker takes it for HTML; and its links stay on the page that it is on.
            assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
            let shown = answer.text().await.unwrap();
            let page = if subject.starts_with("booking") {
                format!("href=\"{page}/reschedule?token={token}&amp;month=")
            } else {
                format!("href=\"{path}?month=")
            };
            assert!(
                shown.contains("id=\"times\"") && shown.contains(&page),
                "{page} in {shown}"
            );
        }
    }
    // Addresses that make no sense still show the page.
    for query in [
        "month=9999-12",
        "slot=253402207199999",
        "slot=-377705023201000",
        "day=x",
        "tz=Nowhere",
    ] {
        let (status, _) = get(&server, &format!("{path}?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}");
    }

    let (_, status) = get(&server, &format!("{page}/status?token={token}")).await;
    assert!(
        status.contains("\"status\":\"scheduled\"") && status.contains("\"sequence\":0"),
        "{status}"
    );
    let file = server
        .http
        .get(server.url(&format!("{page}/invite.ics?token={token}")))
        .send()
        .await
        .unwrap();
    assert_eq!(file.headers()["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(file.headers()["cache-control"], "no-store");
    assert!(file.text().await.unwrap().starts_with("BEGIN:VCALENDAR\r\n"));

    // The host has other pages for the same, and may ask for the status too.
    let as_host = |path: String| {
        let request = server.http.get(server.url(&path)).header(ACCEPT, "text/html");
        request.header(COOKIE, &host).send()
    };
    let own = as_host(page.clone()).await.unwrap();
    assert!(own.status().is_redirection());
    assert_eq!(
        as_host(format!("{page}/status")).await.unwrap().status(),
        StatusCode::OK
    );
    for part in ["", "/reschedule", "/cancel"] {
        let answer = as_host(format!("/host{page}{part}")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{part}");
    }
    assert_eq!(as_host("/host/why".to_owned()).await.unwrap().status(), StatusCode::OK);
    let list = as_host("/host/bookings".to_owned())
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(list.contains(&format!("/host{page}")), "{list}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn whoever_looks_after_a_host_reads_moves_and_cancels(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    add_host(&server).await;
    let db = &server.database.db;
    let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
    let (_, form) = get(&server, &times[0]).await;
    let booked = post(&server, &path, &booking_fields(&form, "Ben Okafor", "ben@example.com")).await;
    let address = location(&booked);
    let id = between(&address, "/bookings/", "?")[0];
    let at = format!("/host/bookings/{id}");

    let anna = account(db, "anna@example.org").await;
    let max = Browser::sign_in(&server, "max", "manager").await;
    let olga = Browser::sign_in(&server, "olga", "admin").await;
    let list = format!("/host/team/{anna}/bookings");
    for page in [&at, &list, &format!("{at}/cancel"), &format!("{at}/reschedule")] {
        assert_eq!(max.get(page).await.status(), StatusCode::NOT_FOUND, "{page}");
    }
    let refused = max.post(&format!("{at}/cancel"), &[("message", "")]).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    set_manager(db, anna, account(db, "max@example.org").await).await;

    for who in [&max, &olga] {
        let team = who.page("/host/team").await;
        assert!(team.contains(&format!("href=\"{list}\"")), "{team}");
        let page = who.page(&list).await;
        for words in ["Bookings of Anna Lind", "Ben Okafor", &format!("href=\"{at}\"")] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let found = who.page(&format!("{list}?q=nobody")).await;
        assert!(found.contains("Nobody of this name or address"), "{found}");
        let page = who.page(&at).await;
        for words in [
            "Ben Okafor",
            "ben@example.com",
            "Calendar of Anna Lind",
            "It is not in a calendar of Anna Lind’s.",
            &format!("href=\"{list}\""),
            &format!("href=\"{at}/cancel\""),
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // What only she can do in her own calendar is not offered.
        assert!(!page.contains("Connect Google"), "{page}");
        // A link of the customer's leads there, too.
        assert_eq!(
            support::browser::location(&who.get(&format!("/bookings/{id}")).await),
            at
        );
    }

    let choice = max.page(&format!("{at}/reschedule")).await;
    let now = hidden(&form, "start");
    let other = between(&choice, "<a", ">")
        .into_iter()
        .filter(|tag| tag.contains("tt-slot"))
        .map(|tag| between(tag, "slot=", "\"")[0])
        .find(|slot| *slot != now)
        .unwrap();
    let moved = max
        .post(&format!("{at}/reschedule"), &[("start", other), ("message", "")])
        .await;
    assert_eq!(support::browser::location(&moved), format!("{at}?done=moved"));
    let page = max.page(&format!("{at}?done=moved")).await;
    assert!(
        page.contains("The customer and who serves it are told") && page.contains("Moved by max"),
        "{page}"
    );
    // Whoever is shut out has bookings still, and somebody has to see to them.
    let anna_id = anna.to_string();
    let shut_out = [("form", "access"), ("access", "disabled"), ("id", &*anna_id)];
    let shut_out = olga.post("/admin/people", &shut_out).await;
    assert!(support::browser::location(&shut_out).contains("done=disabled"));
    for who in [&max, &olga] {
        let team = who.page("/host/team").await;
        assert!(team.contains(&list) && team.contains("Not booked any more"), "{team}");
    }
    let form = max.page(&format!("{at}/cancel")).await;
    assert!(
        form.contains("Anna Lind serves it. Ben Okafor is told in the name of Anna Lind"),
        "{form}"
    );
    let cancelled = olga.post(&format!("{at}/cancel"), &[("message", "Anna is ill.")]).await;
    assert_eq!(support::browser::location(&cancelled), format!("{at}?done=cancelled"));
    assert!(olga.page(&at).await.contains("Cancelled by olga"));
    assert!(max.page(&format!("{list}?show=cancelled")).await.contains("Ben Okafor"));
}

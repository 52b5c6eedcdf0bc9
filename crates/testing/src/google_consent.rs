//! Google's consent page as a person meets it: from the link that TimeTap makes to the answer that comes back.

use timetap_providers::http::{Timeouts, build_client};
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{ConsentAnswer, FinishConnectError, begin_connect, finish_connect};
use url::Url;
use uuid::Uuid;

/// The calendar scopes that TimeTap asks for.
pub const CALENDAR_SCOPES: [&str; 3] = [
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.freebusy",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
];

/// Connects `account` of the sandbox's Google for `person`, everything ticked, and gives the connection's id.
///
/// # Errors
/// What TimeTap says to it.
///
/// # Panics
/// When the consent page cannot be had.
pub async fn connect_google(
    app: &TimeTap,
    person: Uuid,
    session: Uuid,
    account: &str,
) -> Result<Uuid, FinishConnectError> {
    let page = begin_connect(app, person, session, None).await.unwrap();
    let answer = answer_consent(&page, account, "allow", &CALENDAR_SCOPES).await;
    finish_connect(app, person, session, &answer)
        .await
        .map(|connected| connected.connection_id)
}

/// Decides on the consent page (`allow` or `deny`) with these boxes ticked, and reads the address to which Google sends back.
///
/// # Panics
/// When the page does not answer as Google's does.
pub async fn answer_consent(page: &Url, account: &str, decision: &str, grant: &[&str]) -> ConsentAnswer {
    let mut form: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    form.push(("account".to_owned(), account.to_owned()));
    form.push(("decision".to_owned(), decision.to_owned()));
    form.extend(grant.iter().map(|scope| ("grant".to_owned(), (*scope).to_owned())));
    let mut address = page.clone();
    address.set_query(None);
    let http = build_client(Timeouts::default()).unwrap();
    let answer = http.post(address).form(&form).send().await.unwrap();
    let location = answer.headers().get("location").expect("a redirect").to_str().unwrap();
    let location: Url = location.parse().unwrap();
    assert_eq!(location.path(), "/api/google/calendar/callback");
    let value = |name: &str| {
        location
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    ConsentAnswer {
        state: value("state"),
        code: value("code"),
        error: value("error"),
    }
}

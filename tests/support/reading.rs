//! Reading pages without a browser.

use super::Server;

/// The texts between `before` and `after`, in order.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split(after).next())
        .collect()
}

/// The value of the hidden field of this name.
pub fn hidden(page: &str, name: &str) -> String {
    let tag = between(page, "<input", ">")
        .into_iter()
        .find(|tag| tag.contains(&format!("name=\"{name}\"")))
        .unwrap();
    between(tag, "value=\"", "\"")[0].to_owned()
}

/// What a customer without questions to answer sends from the form on `page`.
pub fn booking_fields(page: &str, name: &str, email: &str) -> [(&'static str, String); 5] {
    booking_fields_in("Europe/Madrid", page, name, email)
}

/// The same from a browser in another zone.
pub fn booking_fields_in(zone: &str, page: &str, name: &str, email: &str) -> [(&'static str, String); 5] {
    [
        ("start", hidden(page, "start")),
        ("time_zone", zone.to_owned()),
        ("idempotency_key", hidden(page, "idempotency_key")),
        ("name", name.to_owned()),
        ("email", email.to_owned()),
    ]
}

/// The links of a page that have this class.
pub fn links(page: &str, class: &str) -> Vec<String> {
    between(page, "<a", ">")
        .into_iter()
        .filter(|tag| tag.contains(class))
        .map(|tag| between(tag, "href=\"", "\"")[0].replace("&amp;", "&"))
        .collect()
}

/// The path of the host's first service, and the addresses of the times of a whole day: one of the next month, as what is
/// left of this one depends on the hour.
pub async fn free_times(server: &Server, slug: &str, zone: &str) -> (String, Vec<String>) {
    let page = page(server, &format!("/{slug}")).await;
    let service = between(&page, &format!("href=\"/{slug}/"), "\"")[0].to_owned();
    let path = format!("/{slug}/{service}");
    let this_month = self::page(server, &format!("{path}?tz={zone}")).await;
    let next_month = self::page(server, &links(&this_month, "tt-month-step").pop().unwrap()).await;
    let day = self::page(server, &links(&next_month, "tt-day-free").remove(1)).await;
    (path, links(&day, "tt-slot"))
}

/// The page at `path`, to nobody in particular.
pub async fn page(server: &Server, path: &str) -> String {
    let answer = server.http.get(server.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

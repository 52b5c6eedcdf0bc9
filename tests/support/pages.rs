//! The way to a free time, over the pages of a host called Anna.

use reqwest::StatusCode;

use super::Server;
use super::reading::{between, links};

/// The service's path, and the addresses of the times of a whole day: one of the next month, as what is left of this one
/// depends on the hour.
pub async fn free_times(server: &Server, zone: &str) -> (String, Vec<String>) {
    let page = read(server, "/anna").await;
    let service = between(&page, "href=\"/anna/", "\"")[0];
    let path = format!("/anna/{service}");
    let page = read(server, &format!("{path}?tz={zone}")).await;
    let next_month = links(&page, "tt-month-step").pop().unwrap();
    let page = read(server, &next_month).await;
    let day = links(&page, "tt-day-free").remove(1);
    let page = read(server, &day).await;
    (path, links(&page, "tt-slot"))
}

async fn read(server: &Server, path: &str) -> String {
    let answer = server.http.get(server.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

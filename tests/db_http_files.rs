//! The site's files are answered before anything else is done with a request, and yet carry what every answer does: a request
//! id, a count in the metrics, a line in the log for who wants one.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::collections::BTreeSet;

use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::{Client, Method, Response};
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::Engine;

use support::whole_program::WholeProgram;

const TOKEN: &str = "a-token-of-the-operator";
const FONT: &str = "/fonts/inter-latin.woff2";

async fn ask(http: &Client, program: &WholeProgram, method: Method, path: &str, header: (&str, &str)) -> Response {
    let request = http.request(method, program.url(path));
    request.header(header.0, header.1).send().await.unwrap()
}

fn id(answer: &Response) -> String {
    answer.headers()["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn files_are_counted_and_have_an_id_like_everything_else() {
    let program = WholeProgram::start(Engine::Sqlite, &[("TIMETAP_METRICS_TOKEN", TOKEN)]).await;
    let http = build_client(Timeouts::default()).unwrap();
    let whole = ask(&http, &program, Method::GET, FONT, ("accept", "*/*")).await;
    assert_eq!(whole.status(), 200);
    let tag = whole.headers()[ETAG].to_str().unwrap().to_owned();
    let mut ids = BTreeSet::from([id(&whole)]);
    assert_eq!(whole.text().await.unwrap(), "wOF2");
    for _ in 0..3 {
        let known = ask(&http, &program, Method::GET, FONT, (IF_NONE_MATCH.as_str(), &tag)).await;
        assert_eq!(known.status(), 304);
        assert!(ids.insert(id(&known)), "an id comes twice");
        assert_eq!(known.headers()["x-content-type-options"], "nosniff");
        assert!(known.text().await.unwrap().is_empty());
    }
    // As a proxy that is trusted calls it.
    let called = ask(&http, &program, Method::GET, FONT, ("x-request-id", "from-the-proxy-7")).await;
    assert_eq!(id(&called), "from-the-proxy-7");
    let head = ask(&http, &program, Method::HEAD, FONT, ("accept", "*/*")).await;
    assert_eq!(
        (head.status().as_u16(), &head.headers()["content-length"]),
        (200, &"4".parse().unwrap())
    );
    let nothing = ask(&http, &program, Method::GET, "/fonts/nothing", ("accept", "*/*")).await;
    assert_eq!(nothing.status(), 404);
    // A file of the site does not take the place of a page.
    let page = ask(&http, &program, Method::GET, "/favicon.svg/", ("accept", "*/*")).await;
    assert_eq!(page.status(), 404);

    let metrics = http
        .get(program.url("/metrics"))
        .bearer_auth(TOKEN)
        .send()
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    for (method, status, count) in [("GET", 200, 2), ("GET", 304, 3), ("HEAD", 200, 1), ("GET", 404, 1)] {
        let line = format!(
            "timetap_http_requests_total{{route=\"/fonts/*\",method=\"{method}\",status=\"{status}\"}} {count}\n"
        );
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    let line = "timetap_http_request_duration_seconds_count{route=\"/fonts/*\",method=\"GET\"} 6\n";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn who_wants_a_line_for_every_request_gets_one_for_files_too() {
    let program = WholeProgram::start(Engine::Sqlite, &[("TIMETAP_LOG", "info,timetap::http=debug")]).await;
    let http = build_client(Timeouts::default()).unwrap();
    let font = ask(&http, &program, Method::GET, FONT, ("accept", "*/*")).await;
    assert_eq!(
        (font.status().as_u16(), &font.headers()["x-content-type-options"]),
        (200, &"nosniff".parse().unwrap())
    );
    let id = id(&font);
    let log = program.log();
    let line = log.lines().find(|line| line.contains(&id));
    assert!(
        line.is_some_and(|line| line.contains("/fonts/*") && line.contains("200")),
        "{log}"
    );
}

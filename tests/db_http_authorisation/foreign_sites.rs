//! Requests that another site makes a browser send: refused at every address that changes something.

use std::process::Command;

use reqwest::StatusCode;
use reqwest::header::COOKIE;
use rstest::rstest;
use timetap_testing::{Engine, changes, fingerprint};

use crate::world::World;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn no_form_of_another_site_gets_through(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let booking = world.book("guest").await;
    let server = &world.stage.server;
    let output = Command::new(env!("CARGO_BIN_EXE_timetap"))
        .arg("routes")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let before = fingerprint(&server.database.db).await;
    let mut tried = 0;
    for path in text.lines().filter_map(|line| line.strip_prefix("POST")) {
        let path = path
            .trim()
            .replace("{id}", &booking.id)
            .replace("{slug}/{service}", world.service_path.trim_start_matches('/'));
        let address = server.url(&format!("{path}?token={}", booking.token));
        let foreign: [&[(&str, &str)]; 4] = [
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
            // Browsers that say no Sec-Fetch-Site say where the form stood.
            &[("Origin", "https://elsewhere.example")],
            &[("Origin", "null")],
        ];
        for headers in foreign {
            for name in ["host", "administrator", "customer"] {
                let mut request = server.http.post(&address).header(COOKIE, &world.person(name).cookie);
                for (header, value) in headers {
                    request = request.header(*header, *value);
                }
                let answer = request.form(&[("do", "hide")]).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {headers:?} as {name}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    let changed = changes(&before, &fingerprint(&server.database.db).await);
    assert!(changed.is_empty(), "{changed:#?}");
}

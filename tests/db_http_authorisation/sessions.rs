//! A session is good from one sign-in to its end, and no longer.

use reqwest::StatusCode;
use reqwest::header::{COOKIE, SET_COOKIE};
use rstest::rstest;
use timetap_testing::Engine;

use crate::support::Server;
use crate::support::browser::{Browser, PASSWORD, location};
use crate::support::reading::hidden;

async fn is_signed_in(server: &Server, cookie: &str) -> bool {
    let answer = server
        .http
        .get(server.url("/account"))
        .header(COOKIE, cookie)
        .send()
        .await
        .unwrap();
    if answer.status() != StatusCode::OK {
        assert!(location(&answer).starts_with("/sign-in"));
    }
    answer.status() == StatusCode::OK
}

/// Signs the account in once more and gives the new cookie.
async fn sign_in(server: &Server, name: &str, password: &str, with: &str) -> Option<String> {
    let browser = Browser {
        server,
        cookie: with.to_owned(),
    };
    let email = format!("{name}@example.org");
    let answer = browser
        .post("/sign-in", &[("email", email.as_str()), ("password", password)])
        .await;
    let cookie = answer.headers().get(SET_COOKIE)?.to_str().unwrap();
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn sessions_rotate_at_sign_in_and_die_at_every_end(#[case] engine: Engine) {
    let server = Server::start(engine).await;
    let first = Browser::sign_in(&server, "anna", "staff").await.cookie;
    assert!(is_signed_in(&server, &first).await);

    // A new sign-in in the same browser is a new token, and the old one is worth nothing.
    let second = sign_in(&server, "anna", PASSWORD, &first).await.unwrap();
    assert_ne!(first, second);
    assert!(!is_signed_in(&server, &first).await && is_signed_in(&server, &second).await);
    // A token that somebody planted beforehand is not taken over.
    let planted = format!("{}={}", first.split('=').next().unwrap(), "A".repeat(43));
    let third = sign_in(&server, "anna", PASSWORD, &planted).await.unwrap();
    assert!(third != planted && !is_signed_in(&server, &planted).await);

    // Signing out ends this session and no other.
    let browser = |cookie: &str| Browser {
        server: &server,
        cookie: cookie.to_owned(),
    };
    browser(&third).post("/sign-out", &[]).await;
    assert!(!is_signed_in(&server, &third).await && is_signed_in(&server, &second).await);

    // A new password ends all others, and this one goes on by another token.
    let elsewhere = sign_in(&server, "anna", PASSWORD, "").await.unwrap();
    let fields = [
        ("form", "password"),
        ("current_password", PASSWORD),
        ("new_password", "seven quiet winter gardens"),
    ];
    let answer = browser(&second).post("/account", &fields).await;
    assert_eq!(location(&answer), "/account?done=password");
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    let changed = cookie.split(';').next().unwrap().to_owned();
    assert_ne!(changed, second);
    assert!(
        !is_signed_in(&server, &second).await,
        "a token from before the new password"
    );
    assert!(!is_signed_in(&server, &elsewhere).await && is_signed_in(&server, &changed).await);
    assert!(
        sign_in(&server, "anna", PASSWORD, "").await.is_none(),
        "the old password"
    );

    // Being shut out ends them all, and no new one begins; being let in again brings none back.
    let root = Browser::sign_in(&server, "root", "admin").await;
    let id = hidden(&root.page("/admin/people?q=anna").await, "id");
    for (access, back) in [("disabled", false), ("enabled", true)] {
        let fields = [("form", "access"), ("access", access), ("id", id.as_str())];
        root.post("/admin/people?q=anna", &fields).await;
        assert!(!is_signed_in(&server, &changed).await, "{access}");
        let new = sign_in(&server, "anna", "seven quiet winter gardens", "").await;
        assert_eq!(new.is_some(), back, "{access}");
    }
}

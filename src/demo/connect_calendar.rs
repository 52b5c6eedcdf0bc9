//! Connects a demo host's calendar the way a person would: the consent page, "Allow", the callback.

use anyhow::{Context, bail};
use http::header::LOCATION;
use timetap_providers::http::{Timeouts, build_client};
use timetap_sandbox::Sandbox;
use timetap_usecases::TimeTap;
use timetap_usecases::calendars::{ConsentAnswer, begin_connect, finish_connect};
use url::Url;
use uuid::Uuid;

/// Grants everything that is asked for, in the name of `account`.
///
/// # Errors
/// The sandbox refused, which a person would have seen on its consent page.
pub async fn connect_calendar(app: &TimeTap, sandbox: &Sandbox, user_id: Uuid, account: &str) -> anyhow::Result<()> {
    // The trip is bound to a login session; nobody is signed in yet, so it is bound to one that will never exist.
    let session = app.entropy.uuid(app.clock.now());
    let consent = begin_connect(app, user_id, session, None).await?;
    let scopes = consent
        .query_pairs()
        .find(|(name, _)| name == "scope")
        .map(|(_, scopes)| scopes.into_owned())
        .context("the consent address names no scopes")?;
    let mut form: Vec<(String, String)> = consent.query_pairs().into_owned().collect();
    form.push(("account".to_owned(), account.to_owned()));
    form.push(("decision".to_owned(), "allow".to_owned()));
    form.extend(scopes.split(' ').map(|scope| ("grant".to_owned(), scope.to_owned())));
    let answer = build_client(Timeouts::default())?
        .post(format!("{}/o/oauth2/v2/auth", sandbox.base_url()))
        .form(&form)
        .send()
        .await
        .context("the sandbox's consent page")?;
    let Some(callback) = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()) else {
        bail!("the sandbox's consent page answered {}", answer.status());
    };
    let callback: Url = callback.parse().context("the sandbox's callback address")?;
    let parameter = |wanted: &str| {
        callback
            .query_pairs()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let answer = ConsentAnswer {
        state: parameter("state"),
        code: parameter("code"),
        error: parameter("error"),
    };
    finish_connect(app, user_id, session, &answer).await?;
    Ok(())
}

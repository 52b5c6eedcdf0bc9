//! The consent page: checks the request as Google does, shows accounts and scopes, and takes the decision.

use serde::Serialize;
use url::Url;

use super::{
    grants::{Challenge, Code},
    scopes::{self, Scopes},
};
use crate::{
    google::{
        answer::Answer,
        request::{Incoming, Params},
        turn::Turn,
    },
    pages::Pages,
};

/// A checked authorization request.
#[expect(clippy::struct_excessive_bools, reason = "four independent switches of the request")]
struct Asked {
    redirect_uri: String,
    state: Option<String>,
    scopes: Scopes,
    challenge: Option<Challenge>,
    offline: bool,
    prompt_consent: bool,
    prompt_none: bool,
    include_granted: bool,
}

/// A request that is refused with a page, because its redirect address cannot be trusted or it makes no sense.
#[derive(Serialize)]
struct Refusal {
    status: u16,
    error: &'static str,
    message: String,
}

#[derive(Serialize)]
struct ScopeRow {
    scope: String,
    words: &'static str,
    fixed: bool,
}

#[derive(Serialize)]
struct ConsentPage<'a> {
    client: &'a str,
    accounts: Vec<&'a crate::google::accounts::Account>,
    chosen: Option<&'a str>,
    scopes: Vec<ScopeRow>,
    carried: Vec<(&'a str, &'a str)>,
}

/// Parameters that travel from the page's address through its form.
const CARRIED: [&str; 10] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "access_type",
    "prompt",
    "include_granted_scopes",
];

/// GET: the page.
pub(crate) fn show_consent(turn: &mut Turn<'_>, incoming: &Incoming, pages: &Pages) -> Answer {
    let asked = match check(turn, &incoming.query) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(pages, &refusal),
    };
    if asked.prompt_none {
        return send_back(&asked, &[("error", "interaction_required")]);
    }
    let hint = incoming.query.get("login_hint");
    let chosen = turn
        .world
        .accounts
        .values()
        .find(|account| hint.is_some_and(|hint| hint.eq_ignore_ascii_case(&account.email) || hint == account.sub))
        .or_else(|| turn.world.accounts.values().next())
        .map(|account| account.email.as_str());
    let page = ConsentPage {
        client: &turn.options.client_id,
        accounts: turn.world.accounts.values().collect(),
        chosen,
        scopes: asked
            .scopes
            .iter()
            .map(|scope| ScopeRow {
                scope: scope.clone(),
                words: scopes::describe(scope),
                fixed: scopes::is_identity(scope),
            })
            .collect(),
        carried: CARRIED
            .iter()
            .filter_map(|name| Some((*name, incoming.query.get(name)?)))
            .collect(),
    };
    Answer::html(200, pages.render("consent.html", page))
}

/// POST: Allow or Deny.
pub(crate) fn decide_consent(turn: &mut Turn<'_>, incoming: &Incoming, pages: &Pages) -> Answer {
    let form = incoming.form();
    let asked = match check(turn, &form) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(pages, &refusal),
    };
    if form.get("decision") != Some("allow") {
        return send_back(&asked, &[("error", "access_denied")]);
    }
    let Some(account) = form
        .get("account")
        .filter(|email| turn.world.accounts.contains_key(*email))
    else {
        let message = "Choose one of the accounts of the sandbox.".to_owned();
        return refuse(
            pages,
            &Refusal {
                status: 400,
                error: "invalid_request",
                message,
            },
        );
    };
    let ticked: Vec<_> = form.all("grant").collect();
    let mut granted: Scopes = asked
        .scopes
        .iter()
        .filter(|scope| scopes::is_identity(scope) || ticked.contains(&scope.as_str()))
        .cloned()
        .collect();
    if granted.is_empty() {
        return send_back(&asked, &[("error", "access_denied")]);
    }
    let earlier = turn.world.grants.granted(account);
    // Google gives a refresh token on the first consent only, or where the client insists.
    let with_refresh = asked.offline && (earlier.is_none() || asked.prompt_consent);
    if asked.include_granted {
        granted.extend(earlier.into_iter().flatten().cloned());
    }
    let scope = scopes::join(&granted);
    let code = Code {
        account: account.to_owned(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        scopes: granted,
        with_refresh,
        expires: turn.now,
        used: None,
    };
    let code = turn.world.grants.consent(turn.entropy, turn.now, code);
    send_back(&asked, &[("code", &code), ("scope", &scope)]).with_effect()
}

fn check(turn: &Turn<'_>, params: &Params) -> Result<Asked, Refusal> {
    let refuse = |status, error, message: &str| {
        Err(Refusal {
            status,
            error,
            message: message.to_owned(),
        })
    };
    match params.get("client_id") {
        None => return refuse(400, "invalid_request", "Missing required parameter: client_id"),
        Some(id) if id != turn.options.client_id => {
            return refuse(401, "invalid_client", "The OAuth client was not found.");
        }
        Some(_) => {}
    }
    let Some(redirect_uri) = params.get("redirect_uri") else {
        return refuse(400, "invalid_request", "Missing required parameter: redirect_uri");
    };
    if !turn.options.redirect_uris.iter().any(|known| known == redirect_uri) {
        let message = "The redirect address in the request does not match one that is registered for this client.";
        return refuse(400, "redirect_uri_mismatch", message);
    }
    match params.get("response_type") {
        None => return refuse(400, "invalid_request", "Missing required parameter: response_type"),
        Some("code") => {}
        Some(_) => {
            return refuse(
                400,
                "unsupported_response_type",
                "This sandbox answers response_type=code only.",
            );
        }
    }
    let Some(scope) = params.get("scope") else {
        return refuse(400, "invalid_request", "Missing required parameter: scope");
    };
    let scopes = match scopes::parse(scope) {
        Ok(scopes) if !scopes.is_empty() => scopes,
        Ok(_) => return refuse(400, "invalid_request", "Missing required parameter: scope"),
        Err(unknown) => {
            let message = format!("Some requested scopes were invalid: {unknown}");
            return Err(Refusal {
                status: 400,
                error: "invalid_scope",
                message,
            });
        }
    };
    let challenge = match (params.get("code_challenge"), params.get("code_challenge_method")) {
        (None, None) => None,
        (None, Some(_)) => return refuse(400, "invalid_request", "code_challenge_method without code_challenge"),
        (Some(value), method) => {
            if !(43..=128).contains(&value.len()) {
                return refuse(400, "invalid_request", "code_challenge must have 43 to 128 characters.");
            }
            match method {
                Some("S256") => Some(Challenge {
                    value: value.to_owned(),
                    plain: false,
                }),
                None | Some("plain") => Some(Challenge {
                    value: value.to_owned(),
                    plain: true,
                }),
                Some(_) => return refuse(400, "invalid_request", "Unknown code_challenge_method."),
            }
        }
    };
    let offline = match params.get("access_type") {
        None | Some("online") => false,
        Some("offline") => true,
        Some(_) => return refuse(400, "invalid_request", "access_type must be online or offline."),
    };
    let prompts: Vec<_> = params.get("prompt").unwrap_or_default().split(' ').collect();
    Ok(Asked {
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        scopes,
        challenge,
        offline,
        prompt_consent: prompts.contains(&"consent"),
        prompt_none: prompts.contains(&"none"),
        include_granted: params.get("include_granted_scopes") == Some("true"),
    })
}

fn refuse(pages: &Pages, refusal: &Refusal) -> Answer {
    Answer::html(refusal.status, pages.render("refused.html", refusal))
}

/// Redirects to the client with the pairs and the state it gave.
fn send_back(asked: &Asked, pairs: &[(&str, &str)]) -> Answer {
    // Registered addresses are compared as text; one that is no URL can only be sent back to as it stands.
    let Ok(mut url) = Url::parse(&asked.redirect_uri) else {
        return Answer::redirect(asked.redirect_uri.clone());
    };
    {
        let mut query = url.query_pairs_mut();
        if let Some(state) = &asked.state {
            query.append_pair("state", state);
        }
        query.extend_pairs(pairs);
    }
    Answer::redirect(url.into())
}

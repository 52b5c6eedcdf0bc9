//! In which zone times are shown: as chosen, else as the browser said, else the host's; always said, always changeable.

use leptos::prelude::*;
use timetap_core::text::ZoneName;

use crate::components::icon::{Icon, IconView};
use crate::components::zone_options::zone_options;
use crate::islands::detect_zone::DetectZone;
use crate::page::form::{FormReply, Values};
use crate::site::wake_islands;

/// The zone of a page.
#[derive(Clone, Debug)]
pub struct ZoneChoice {
    /// The zone.
    pub zone: ZoneName,
    /// Whether somebody chose it: the address says so.
    pub chosen: bool,
    /// Whether the browser may still show the page in its own zone: not where a form came back with what was typed.
    pub open: bool,
    /// What to say about one that was asked for and does not exist.
    pub problem: Option<String>,
}

impl ZoneChoice {
    /// The zone that the address or the form asks for, else the one that the browser said last, else `fallback`. A form
    /// always asks for one; whether that was chosen is said by the address that the form was sent to.
    pub fn find(query: &Values, reply: Option<&FormReply>, fallback: &str) -> Self {
        let home = remembered_zone()
            .and_then(|name| ZoneName::parse(&name).ok())
            .or_else(|| ZoneName::parse(fallback).ok());
        Self::among(query, reply, home.unwrap_or_default())
    }

    /// The zone that the address or the form asks for, else the host's own `home`, whatever the browser believes.
    pub fn find_for_host(query: &Values, reply: Option<&FormReply>, home: &str) -> Self {
        let found = Self::among(query, reply, ZoneName::parse(home).unwrap_or_default());
        Self { open: false, ..found }
    }

    fn among(query: &Values, reply: Option<&FormReply>, home: ZoneName) -> Self {
        let asked = match reply {
            Some(reply) => reply.values.text("time_zone"),
            None => query.text("tz"),
        };
        let chosen = !query.text("tz").is_empty();
        let (zone, problem) = if asked.is_empty() {
            (home, None)
        } else {
            match ZoneName::parse(asked) {
                Ok(zone) => (zone, None),
                Err(error) => (home, Some(error.message)),
            }
        };
        Self {
            zone,
            chosen,
            open: !chosen && reply.is_none(),
            problem,
        }
    }
}

/// What the browser said of its zone on an earlier page.
pub fn remembered_zone() -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get(http::header::COOKIE)?.to_str().ok()?.to_owned();
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == "timetap_zone")
        .map(|(_, value)| value.to_owned())
}

/// The zone in words, and the form that changes it. `keep` are the choices that the form must not lose.
#[component]
pub fn ZoneForm(
    choice: ZoneChoice,
    label: String,
    path: String,
    #[prop(optional)] token: String,
    keep: Values,
) -> impl IntoView {
    let shown = choice.zone.as_str().to_owned();
    let problem = choice.problem;
    let opened = problem.is_some();
    let error_id = problem.as_ref().map(|_| "field-time_zone-error");
    let hidden: Vec<_> = ["month", "day", "slot"]
        .into_iter()
        .map(|name| {
            let value = keep.text(name).to_owned();
            view! { <input type="hidden" name=name id=format!("zone-{name}") value=value/> }
        })
        .collect();
    let item = keep.get("item").filter(|item| !item.is_empty()).map(str::to_owned);
    let options = zone_options(&shown);
    view! {
        <details class="tt-fold" open=opened data-zone=choice.zone.as_str().to_owned()>
            <summary class="inline-flex items-start gap-2 min-h-11 py-2">
                <span class="tt-muted mt-0.5"><IconView icon=Icon::Globe size=18/></span>
                <span>
                    <span class="sr-only">"Times are shown in "</span>
                    <span class="tt-figures">{label}</span>
                    <span class="tt-link ml-2">"Change"</span>
                </span>
            </summary>
            <form method="get" action=path class="flex flex-col gap-2 pt-2">
                {(!token.is_empty()).then(|| view! { <input type="hidden" name="token" value=token/> })}
                {hidden}
                {item.map(|item| view! { <input type="hidden" name="item" value=item/> })}
                <label class="tt-label" for="field-time_zone">"Time zone"</label>
                <select
                    class="tt-input"
                    id="field-time_zone"
                    name="tz"
                    aria-describedby=error_id
                    aria-invalid=error_id.map(|_| "true")
                    inner_html=options
                ></select>
                {problem.map(|problem| view! {
                    <p class="tt-error" id="field-time_zone-error"><IconView icon=Icon::Alert size=16/>{problem}</p>
                })}
                <button type="submit" class="tt-button tt-button-quiet">"Show times in this zone"</button>
            </form>
        </details>
        {choice.open.then(|| view! { <DetectZone/> {wake_islands()} })}
    }
}

//! One connected account: state, last success, and the one sensible action.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_usecases::calendars::{ConnectionView, Direction, Preferences};

use super::integrations::address;
use super::sync_preferences::SyncPreferences;
use crate::components::Tone;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::icon::{Icon, IconView};
use crate::page::ago::{ago, exactly};
use crate::page::viewer::is_host;

/// What stands here before anything is connected.
#[component]
pub fn NotConnectedRow(configured: bool) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <div class="flex flex-col gap-2 tt-prose">
                <p><Chip icon=Icon::Plug>"Not connected"</Chip></p>
                {if configured {
                    view! {
                        <p>
                            "Connect your Google account, and bookings appear in your calendar with their Meet link. You can disconnect at any time; bookings stay."
                        </p>
                    }
                    .into_any()
                } else {
                    view! {
                        <p>
                            "Google is not set up in this TimeTap yet. Whoever runs it can add a Google client id and secret; bookings work without."
                        </p>
                    }
                    .into_any()
                }}
            </div>
            {configured.then(|| view! { <ConnectLink account=None weight=Weight::Primary text="Connect Google"/> })}
        </div>
    }
}

/// Leads to Google's consent page. A link rather than a form, because browsers do not let a form lead to another site
/// where the page allows forms to itself only.
#[component]
fn ConnectLink(account: Option<String>, weight: Weight, text: &'static str) -> impl IntoView {
    let href = match account {
        None => "/api/google/calendar/connect".to_owned(),
        Some(account) => {
            let account = percent_encoding::utf8_percent_encode(&account, percent_encoding::NON_ALPHANUMERIC);
            format!("/api/google/calendar/connect?account={account}")
        }
    };
    view! { <a href=href rel="external" class=weight.class()>{text}</a> }
}

/// The row.
#[component]
pub fn ConnectionRow(connection: ConnectionView, now: Timestamp) -> impl IntoView {
    let id = connection.id.to_string();
    let (tone, icon, word) = match connection.status.as_str() {
        "active" => (Tone::Success, Icon::Check, "Connected"),
        "syncing" => (Tone::Neutral, Icon::Refresh, "Syncing"),
        "degraded" => (Tone::Warning, Icon::Alert, "Not up to date"),
        _ => (Tone::Danger, Icon::Alert, "Needs you"),
    };
    let is_host = is_host();
    let uses = match connection.preferences {
        Preferences {
            sync_enabled: false, ..
        } => "Sync is off",
        // When somebody who only books is busy is not read.
        Preferences {
            direction: Direction::Write | Direction::Both,
            ..
        } if !is_host => "Gets your bookings",
        Preferences {
            direction: Direction::Read,
            ..
        } => "Reads busy times",
        Preferences {
            direction: Direction::Write,
            ..
        } => "Writes bookings",
        Preferences {
            direction: Direction::Both,
            ..
        } => "Reads busy times, writes bookings",
    };
    let needs_owner = connection.status == "needs_reconnect";
    let degraded = connection.status == "degraded";
    let last = connection.last_success_at.map(|at| {
        view! {
            <span>
                "Last answer from Google "
                <time datetime=at.to_string() title=exactly(at)>{ago(at, now)}</time>
            </span>
        }
    });
    let trouble = (needs_owner || degraded).then(|| {
        let words = connection
            .trouble
            .clone()
            .unwrap_or_else(|| "Google gave no answer that we can use.".to_owned());
        let class = if needs_owner {
            "text-tt-danger"
        } else {
            "text-tt-warning"
        };
        view! { <p class=format!("tt-prose {class}")>{words}</p> }
    });
    let retry_label = format!("Look again now at {}", connection.account);
    let action = if needs_owner {
        let account = Some(connection.account.clone());
        view! { <ConnectLink account=account weight=Weight::Primary text="Reconnect"/> }.into_any()
    } else if degraded {
        view! {
            <form method="post" action=address()>
                <input type="hidden" name="form" value="retry_connection"/>
                <input type="hidden" name="connection" value=id.clone()/>
                <button type="submit" class=Weight::Quiet.class() aria-label=retry_label>"Retry"</button>
            </form>
        }
        .into_any()
    } else if connection.status == "syncing" {
        view! { <LinkButton href=address() weight=Weight::Quiet>"Refresh"</LinkButton> }.into_any()
    } else {
        ().into_any()
    };
    view! {
        <li class="flex flex-col gap-3 py-4 first:pt-0 last:pb-0">
            <div class="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
                <div class="flex flex-col gap-1 min-w-0">
                    <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                        <span class="font-medium break-all">{connection.account.clone()}</span>
                        <Chip tone=tone icon=icon>{word}</Chip>
                    </p>
                    <p class="tt-muted text-sm flex flex-wrap gap-x-4 gap-y-1">
                        <span>{uses}</span>
                        {last}
                    </p>
                </div>
                {action}
            </div>
            {trouble}
            <SyncPreferences connection=connection.clone()/>
            <Disconnect id=id account=connection.account/>
        </li>
    }
}

/// Says what disconnecting means before it offers the button; opens without any script.
#[component]
fn Disconnect(id: String, account: String) -> impl IntoView {
    let label = format!("Disconnect {account}");
    let meaning = if is_host() {
        "Bookings and the events that stand in Google stay. New bookings are no longer added, and busy times there no longer count."
    } else {
        "Bookings and the events that stand in Google stay. New bookings are no longer added."
    };
    view! {
        <details class="group">
            <summary class="tt-link cursor-pointer inline-flex items-center min-h-11" aria-label=format!("Disconnect {account}…")>
                "Disconnect…"
            </summary>
            <form
                method="post"
                action="/api/google/calendar/disconnect"
                class="mt-2 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-control bg-tt-surface-sunken p-4"
            >
                <input type="hidden" name="connection" value=id/>
                <p class="tt-prose flex gap-2">
                    <span class="shrink-0"><IconView icon=Icon::Info/></span>
                    <span>{meaning}</span>
                </p>
                <SubmitButton weight=Weight::Danger>{label}</SubmitButton>
            </form>
        </details>
    }
}

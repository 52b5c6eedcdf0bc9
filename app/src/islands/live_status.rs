//! How a booking stands, kept up to date while somebody looks at it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is shown. The fields are those of the status endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// The booking's own status.
    pub status: String,
    /// Grows with every change of the booking.
    pub sequence: i64,
    /// The calendar stage: `adding`, `added`, `not_connected`, `delayed`, `waiting`, `failed` or `gone`.
    pub calendar: String,
    /// The words for it.
    pub calendar_label: String,
    /// What it means, where that needs a sentence.
    pub calendar_sentence: Option<String>,
    /// The Meet link, as soon as there is one.
    pub meet_link: Option<String>,
    /// What to say where the last mail did not reach the customer.
    pub mail_problem: Option<String>,
    /// Whether nothing more is going to change by itself.
    pub settled: bool,
}

/// The Meet link or where it will be sent, and the calendar's state as a chip. Asks `url` for news, ever less often, only
/// while the page is seen, and until everything has settled.
#[island]
pub fn LiveStatus(
    /// What is shown first.
    view: StatusView,
    /// Where the status is to be had.
    url: String,
    /// The address that a Meet link is sent to; nothing where there is no Meet.
    link_goes_to: Option<String>,
    /// Where the page can be had anew, for those without scripts.
    refresh: String,
    /// The whole address of the page, to be kept by those whom no mail reaches.
    address: String,
) -> impl IntoView {
    let shown = RwSignal::new(view.clone());
    Effect::new(move |_| {
        if !view.settled {
            browser::watch(url.clone(), shown, view.status.clone(), view.sequence);
        }
    });
    let meet = move || {
        let goes_to = link_goes_to.clone()?;
        Some(match shown.get().meet_link {
            Some(link) => view! {
                <a class="tt-button tt-button-primary" href=link rel="noopener noreferrer" target="_blank">
                    <svg
                        width="20"
                        height="20"
                        viewBox="0 0 24 24"
                        fill="none"
                        stroke="currentColor"
                        stroke-width="1.75"
                        stroke-linejoin="round"
                        aria-hidden="true"
                    >
                        <path d="M3.5 7h11.5v10H3.5zM15 10.5l5.5-3v9l-5.5-3"></path>
                    </svg>
                    "Join Google Meet"
                </a>
            }
            .into_any(),
            None => view! {
                <p>
                    <span class="font-medium">"The Meet link will be sent by email"</span>
                    <span class="tt-muted block">{format!("to {goes_to}")}</span>
                </p>
            }
            .into_any(),
        })
    };
    let chip = move || {
        let view = shown.get();
        let (class, drawing) = match view.calendar.as_str() {
            "added" => ("tt-chip tt-chip-success", "m5 12.5 4.5 4.5L19 7.5"),
            "delayed" | "failed" => ("tt-chip tt-chip-warning", "M12 4 2.8 19.5h18.4L12 4Zm0 6v4.5m0 2.6v.1"),
            "adding" | "waiting" => ("tt-chip", "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 3.8V12l2.8 1.8"),
            _ => ("tt-chip", "M4 6.5h16v13H4zM4 10.5h16M8.5 4v4m7-4v4"),
        };
        view! {
            <span class=class data-calendar=view.calendar.clone()>
                <svg
                    width="14"
                    height="14"
                    viewBox="0 0 24 24"
                    fill="none"
                    stroke="currentColor"
                    stroke-width="2"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                    aria-hidden="true"
                >
                    <path d=drawing></path>
                </svg>
                {view.calendar_label}
            </span>
        }
    };
    view! {
        <div class="flex flex-col gap-3">
            <div class="flex flex-wrap items-center gap-x-4 gap-y-3" aria-live="polite">
                {meet}
                {chip}
            </div>
            {move || shown.get().calendar_sentence.map(|sentence| view! { <p class="tt-muted">{sentence}</p> })}
            <div role="status">
                {move || shown.get().mail_problem.map(|problem| view! {
                    <div class="tt-notice tt-notice-warning">
                        <div class="tt-prose flex flex-col gap-2 min-w-0 wrap-anywhere">
                            <p>{problem}</p>
                            <p class="text-sm select-all">{address.clone()}</p>
                        </div>
                    </div>
                })}
            </div>
            <noscript>
                {(!shown.get_untracked().settled).then(|| view! {
                    <p><a class="tt-link inline-flex items-center min-h-11" href=refresh>"Refresh the status"</a></p>
                })}
            </noscript>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    use super::StatusView;

    /// Milliseconds until the first question, and the most between two.
    const FIRST: u32 = 700;
    const SLOWEST: u32 = 30_000;
    /// So many questions without an end are enough; the page can be loaded again.
    const QUESTIONS: u32 = 200;

    pub(super) fn watch(url: String, shown: RwSignal<StatusView>, status: String, sequence: i64) {
        leptos::task::spawn_local(async move {
            let mut pause = FIRST;
            for _ in 0..QUESTIONS {
                gloo_timers::future::TimeoutFuture::new(pause).await;
                while is_hidden() {
                    gloo_timers::future::TimeoutFuture::new(1000).await;
                }
                pause = SLOWEST.min(pause + pause / 3);
                let Some(new) = ask(&url).await else { continue };
                if new.status != status || new.sequence != sequence {
                    // The booking itself has changed: everything on the page may be different.
                    if let Some(window) = web_sys::window() {
                        let _ = window.location().reload();
                    }
                    return;
                }
                let settled = new.settled;
                if shown.get_untracked() != new {
                    shown.set(new);
                }
                if settled {
                    return;
                }
            }
        });
    }

    fn is_hidden() -> bool {
        web_sys::window()
            .and_then(|window| window.document())
            .is_some_and(|document| document.hidden())
    }

    async fn ask(url: &str) -> Option<StatusView> {
        let window = web_sys::window()?;
        let response: web_sys::Response = window.fetch_with_str(url).await.ok()?.dyn_into().ok()?;
        if !response.ok() {
            return None;
        }
        let text = response.text().ok()?.await.ok()?.as_string()?;
        serde_json::from_str(&text).ok()
    }
}

/// The server shows what is, once.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::prelude::*;

    use super::StatusView;

    pub(super) fn watch(_url: String, _shown: RwSignal<StatusView>, _status: String, _sequence: i64) {}
}

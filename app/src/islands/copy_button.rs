//! A button that copies a text, beside the text itself: without scripts it stays away and the text can be marked.

use leptos::prelude::*;

/// How the last press went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    None,
    Copied,
    Refused,
}

/// Copies `text` when pressed and says so. Shown only where the browser has a clipboard for us (scripts run, and the page
/// came over HTTPS or from this machine).
#[island]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button says.
    label: String,
) -> impl IntoView {
    let usable = RwSignal::new(false);
    let outcome = RwSignal::new(Outcome::None);
    Effect::new(move |_| usable.set(clipboard::is_usable()));
    let press = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            outcome.set(if clipboard::write(&text).await {
                Outcome::Copied
            } else {
                Outcome::Refused
            });
            clipboard::wait_a_little().await;
            outcome.set(Outcome::None);
        });
    };
    view! {
        <button type="button" class="tt-button tt-button-quiet" hidden=move || !usable.get() on:click=press>
            <svg
                width="18"
                height="18"
                viewBox="0 0 24 24"
                fill="none"
                stroke="currentColor"
                stroke-width="1.75"
                stroke-linecap="round"
                stroke-linejoin="round"
                aria-hidden="true"
            >
                <path d="M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9"></path>
            </svg>
            <span aria-live="polite">
                {move || match outcome.get() {
                    Outcome::None => label.clone(),
                    Outcome::Copied => "Copied".to_owned(),
                    Outcome::Refused => "Not copied: the browser refused".to_owned(),
                }}
            </span>
        </button>
    }
}

/// The browser's clipboard.
#[cfg(feature = "hydrate")]
mod clipboard {
    use std::time::Duration;

    /// The clipboard is missing on pages that came over plain HTTP from elsewhere.
    pub(super) fn is_usable() -> bool {
        web_sys::window().is_some_and(|window| {
            js_sys::Reflect::get(&window.navigator(), &"clipboard".into())
                .is_ok_and(|clipboard| !clipboard.is_undefined() && !clipboard.is_null())
        })
    }

    pub(super) async fn write(text: &str) -> bool {
        match web_sys::window() {
            Some(window) if is_usable() => window.navigator().clipboard().write_text(text).await.is_ok(),
            _ => false,
        }
    }

    pub(super) async fn wait_a_little() {
        gloo_timers::future::sleep(Duration::from_secs(2)).await;
    }
}

/// There is no clipboard on the server, and nobody to press the button.
#[cfg(not(feature = "hydrate"))]
mod clipboard {
    pub(super) fn is_usable() -> bool {
        false
    }

    pub(super) async fn write(_text: &str) -> bool {
        std::future::ready(false).await
    }

    pub(super) async fn wait_a_little() {
        std::future::ready(()).await;
    }
}

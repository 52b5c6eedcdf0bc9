//! The behaviour of [`crate::components::copy_text::CopyText`].

use leptos::prelude::*;

/// Shows the button that is its child where the browser has a clipboard for us (scripts run, and the page came over HTTPS or
/// from this machine), copies its `data-copy` when it is pressed, and says so.
#[island]
pub fn CopyButton(children: Children) -> impl IntoView {
    browser::show_buttons();
    view! { <span class="contents" on:click=move |event| browser::press(&event)>{children()}</span> }
}

/// The browser's clipboard.
#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::MouseEvent;
    use web_sys::{Clipboard, Element};

    use crate::islands::document::{attribute, clicked, find_all, window};

    /// How long the outcome is shown, in milliseconds.
    const SHOWN: u32 = 2000;

    pub(super) fn show_buttons() {
        if clipboard().is_some() {
            for button in find_all("[data-copy]") {
                drop(button.remove_attribute("hidden"));
            }
        }
    }

    pub(super) fn press(event: &MouseEvent) {
        let Some(button) = clicked(event, "[data-copy]") else {
            return;
        };
        leptos::task::spawn_local(async move {
            let copied = match clipboard() {
                Some(clipboard) => clipboard.write_text(&attribute(&button, "data-copy")).await.is_ok(),
                None => false,
            };
            say(
                &button,
                if copied {
                    "Copied"
                } else {
                    "Not copied: the browser refused"
                },
            );
            gloo_timers::future::TimeoutFuture::new(SHOWN).await;
            say(&button, &attribute(&button, "data-label"));
        });
    }

    fn say(button: &Element, words: &str) {
        if let Ok(Some(label)) = button.query_selector("[aria-live]") {
            label.set_text_content(Some(words));
        }
    }

    /// Missing on pages that came over plain HTTP from elsewhere.
    fn clipboard() -> Option<Clipboard> {
        let navigator = window()?.navigator();
        let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
        (!clipboard.is_undefined() && !clipboard.is_null()).then(|| navigator.clipboard())
    }
}

/// There is no clipboard on the server, and nobody to press the button.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn show_buttons() {}

    pub(super) fn press(_event: &leptos::ev::MouseEvent) {}
}

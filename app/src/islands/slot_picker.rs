//! Choosing a time without leaving the page: the links of [`crate::pages::booking::picker`] are the choice, and the server
//! renders what they lead to. Where that fails, the link is simply followed.

use leptos::prelude::*;

/// Takes the clicks on the picker that is its child.
#[island]
pub fn SlotPicker(children: Children) -> impl IntoView {
    view! { <div class="contents" on:click=move |event| browser::take(&event)>{children()}</div> }
}

/// The page around the picker.
#[cfg(feature = "hydrate")]
mod browser {
    use leptos::ev::MouseEvent;
    use wasm_bindgen::JsValue;
    use web_sys::Element;

    use crate::islands::document::{
        attribute, clicked, fetch_text, find, focus, set_attribute, set_hidden, set_text, window,
    };

    /// Does what the clicked link is for.
    pub(super) fn take(event: &MouseEvent) {
        let Some(link) = clicked(event, "a[data-pick]") else {
            return;
        };
        event.prevent_default();
        match attribute(&link, "data-pick").as_str() {
            "show" => show(link),
            "time" => choose(&link),
            _ => reopen(),
        }
    }

    /// Shows another month or day.
    fn show(link: Element) {
        let Some(picker) = find("#picker") else { return };
        let url = attribute(&picker, "data-times") + &attribute(&link, "data-query");
        // Only the answer to the last question counts.
        drop(picker.set_attribute("data-asked", &url));
        leptos::task::spawn_local(async move {
            let answer = fetch_text(&url).await;
            if attribute(&picker, "data-asked") != url {
                return;
            }
            let Some(html) = answer else {
                if let Some(window) = window() {
                    drop(window.location().set_href(&attribute(&link, "href")));
                }
                return;
            };
            let held = focused_name();
            picker.set_inner_html(&html);
            if let Some(name) = held
                && !focus(&format!("#picker [data-name=\"{name}\"]"))
            {
                focus("#times");
            }
            if let Some(shown) = find("#picker-month") {
                let href = attribute(&shown, "data-href");
                set_address(&href, "");
                set_attribute("#zone-month", "value", &attribute(&shown, "data-month"));
                set_attribute("#zone-day", "value", &attribute(&shown, "data-day"));
                set_attribute("#picker-reopen", "href", &href);
                set_text("#picker-news", &attribute(&shown, "data-news"));
            }
        });
    }

    /// What the focused link of the picker is called there: its successor in the new month is called the same.
    fn focused_name() -> Option<String> {
        let focused = window()?.document()?.active_element()?;
        focused.closest("#picker").ok()??;
        Some(attribute(&focused, "data-name"))
    }

    fn choose(link: &Element) {
        let start = attribute(link, "data-start");
        let label = link.query_selector(".sr-only").ok().flatten();
        set_address(&attribute(link, "href"), &start);
        set_attribute("#field-start", "value", &start);
        set_text(
            "#your-details",
            &label.and_then(|label| label.text_content()).unwrap_or_default(),
        );
        set_text("#picker-short", &attribute(link, "data-short"));
        set_chosen(true);
        focus("#your-details");
    }

    fn reopen() {
        set_address(
            &find("#picker-month")
                .map(|shown| attribute(&shown, "data-href"))
                .unwrap_or_default(),
            "",
        );
        set_attribute("#field-start", "value", "");
        set_chosen(false);
        focus("#times");
    }

    fn set_chosen(chosen: bool) {
        set_attribute("#picker-all", "data-chosen", if chosen { "yes" } else { "no" });
        set_attribute("#picker-all", "data-gone", "no");
        set_hidden("#picker", chosen);
        set_hidden("#picker-rest", !chosen);
        set_hidden("#picker-send", false);
    }

    /// Puts the choice into the address and into the form that changes the zone, so that neither loses it.
    fn set_address(href: &str, slot: &str) {
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            drop(history.replace_state_with_url(&JsValue::NULL, "", Some(href)));
        }
        set_attribute("#zone-slot", "value", slot);
    }
}

/// Nobody clicks on the server.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn take(_event: &leptos::ev::MouseEvent) {}
}

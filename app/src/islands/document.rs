//! The page around an island: finding what stands on it, and asking the server for more.

use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Window};

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

/// The first element that the selector matches.
pub(super) fn find(selector: &str) -> Option<Element> {
    window()?.document()?.query_selector(selector).ok()?
}

/// All of them.
pub(super) fn find_all(selector: &str) -> Vec<Element> {
    let found = window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector_all(selector).ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

/// The value of an attribute, or nothing where the element does not have it.
pub(super) fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

pub(super) fn set_attribute(selector: &str, name: &str, value: &str) {
    if let Some(element) = find(selector) {
        drop(element.set_attribute(name, value));
    }
}

pub(super) fn set_text(selector: &str, text: &str) {
    if let Some(element) = find(selector) {
        element.set_text_content(Some(text));
    }
}

pub(super) fn set_hidden(selector: &str, hidden: bool) {
    if let Some(element) = find(selector) {
        drop(element.toggle_attribute_with_force("hidden", hidden));
    }
}

pub(super) fn focus(selector: &str) -> bool {
    let element = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| element.focus().is_ok())
}

/// The link or button that was clicked, as the selector describes it; not where the click asks for a new tab or window, which
/// is the browser's to open.
pub(super) fn clicked(event: &MouseEvent, selector: &str) -> Option<Element> {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
        return None;
    }
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()?
}

/// What the server answers there, where it is a success.
pub(super) async fn fetch_text(url: &str) -> Option<String> {
    let response: web_sys::Response = window()?.fetch_with_str(url).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    response.text().ok()?.await.ok()?.as_string()
}

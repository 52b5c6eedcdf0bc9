//! Shows times in the zone of the browser, unless another one was chosen.

use leptos::prelude::*;

/// Asks the browser for its zone. Where that is another one than `shown`, the page is loaded again with it; a cookie spares
/// that the next time. A form in which somebody has typed already stays, and only sends the browser's zone along.
#[island]
pub fn DetectZone(
    /// The zone in which the page shows its times.
    shown: String,
    /// Whether it may be replaced: nobody chose it.
    open: bool,
) -> impl IntoView {
    Effect::new(move |_| {
        if open {
            browser::show_in_own_zone(&shown);
        }
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{Element, HtmlInputElement};

    pub(super) fn show_in_own_zone(shown: &str) {
        let Some(own) = own_zone().filter(|own| own != shown) else {
            return;
        };
        let Some(window) = web_sys::window() else { return };
        remember(&own);
        if has_typed() {
            if let Some(field) = elements("input[name=time_zone]").into_iter().next() {
                let _ = field.set_attribute("value", &own);
            }
            return;
        }
        let Ok(address) = window.location().href() else { return };
        let Ok(url) = web_sys::Url::new(&address) else { return };
        url.search_params().set("tz", &own);
        let _ = window.location().replace(&url.href());
    }

    fn own_zone() -> Option<String> {
        let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
        let options = format.resolved_options();
        js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
            .ok()?
            .as_string()
            .filter(|zone| !zone.is_empty())
    }

    /// Whether a form that is sent holds anything that the page did not come with.
    fn has_typed() -> bool {
        let typed = |name: &str, element: &Element| {
            js_sys::Reflect::get(element, &JsValue::from_str(name))
                .ok()
                .and_then(|value| value.as_string())
                .unwrap_or_default()
        };
        elements("form[method=post] input, form[method=post] textarea")
            .iter()
            .filter(|element| {
                element
                    .dyn_ref::<HtmlInputElement>()
                    .is_none_or(|input| input.type_() != "hidden")
            })
            .any(|element| typed("value", element) != typed("defaultValue", element))
    }

    fn elements(selector: &str) -> Vec<Element> {
        let found = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.query_selector_all(selector).ok());
        let Some(found) = found else { return Vec::new() };
        (0..found.length())
            .filter_map(|index| found.item(index)?.dyn_into().ok())
            .collect()
    }

    /// For half a year, on this site only.
    fn remember(zone: &str) {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else {
            return;
        };
        let cookie = format!("timetap_zone={zone}; Path=/; Max-Age=15552000; SameSite=Lax");
        let _ = js_sys::Reflect::set(&document, &JsValue::from_str("cookie"), &JsValue::from_str(&cookie));
    }
}

/// The server has no zone of its own to show anything in.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn show_in_own_zone(_shown: &str) {}
}

//! Shows times in the zone of the browser, where nobody chose another one.

use leptos::prelude::*;

/// Asks the browser for its zone. Where that is another one than the page's `data-zone`, the page is loaded again with it; a
/// cookie spares that the next time. A form in which somebody has typed already stays, and only sends the browser's zone
/// along.
#[island]
pub fn DetectZone() -> impl IntoView {
    browser::show_in_own_zone();
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsValue;
    use web_sys::{Element, HtmlInputElement};

    use crate::islands::document::{attribute, find, find_all, set_attribute, window};

    pub(super) fn show_in_own_zone() {
        let Some(shown) = find("[data-zone]").map(|element| attribute(&element, "data-zone")) else {
            return;
        };
        let Some(own) = own_zone().filter(|own| *own != shown) else {
            return;
        };
        let Some(window) = window() else { return };
        remember(&own);
        if has_typed() {
            set_attribute("input[name=time_zone]", "value", &own);
            return;
        }
        let Ok(address) = window.location().href() else { return };
        let Ok(url) = web_sys::Url::new(&address) else { return };
        url.search_params().set("tz", &own);
        drop(window.location().replace(&url.href()));
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
        use wasm_bindgen::JsCast;

        let typed = |name: &str, element: &Element| {
            js_sys::Reflect::get(element, &JsValue::from_str(name))
                .ok()
                .and_then(|value| value.as_string())
                .unwrap_or_default()
        };
        find_all("form[method=post] input, form[method=post] textarea")
            .iter()
            .filter(|element| {
                element
                    .dyn_ref::<HtmlInputElement>()
                    .is_none_or(|input| input.type_() != "hidden")
            })
            .any(|element| typed("value", element) != typed("defaultValue", element))
    }

    /// For half a year, on this site only.
    fn remember(zone: &str) {
        let Some(document) = window().and_then(|window| window.document()) else {
            return;
        };
        let cookie = format!("timetap_zone={zone}; Path=/; Max-Age=15552000; SameSite=Lax");
        drop(js_sys::Reflect::set(
            &document,
            &JsValue::from_str("cookie"),
            &JsValue::from_str(&cookie),
        ));
    }
}

/// The server has no zone of its own to show anything in.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn show_in_own_zone() {}
}

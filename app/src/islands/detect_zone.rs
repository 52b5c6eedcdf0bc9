//! Shows times in the zone of the browser, unless another one was chosen.

use leptos::prelude::*;

/// Asks the browser for its zone. Where that is another one than `shown`, and nobody chose that, the page is loaded again
/// with it; a cookie spares that the next time.
#[island]
pub fn DetectZone(
    /// The zone in which the page shows its times.
    shown: String,
    /// Whether somebody chose it.
    chosen: bool,
) -> impl IntoView {
    Effect::new(move |_| {
        if !chosen {
            browser::show_in_own_zone(&shown);
        }
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsValue;

    pub(super) fn show_in_own_zone(shown: &str) {
        let Some(own) = own_zone().filter(|own| own != shown) else {
            return;
        };
        let Some(window) = web_sys::window() else { return };
        let Ok(address) = window.location().href() else { return };
        let Ok(url) = web_sys::Url::new(&address) else { return };
        url.search_params().set("tz", &own);
        remember(&own);
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

//! Counts down how long something is held, where the server said it once.

use leptos::prelude::*;

/// Its child says in `data-left` for how many seconds more it is held, counted from when the page was made: how late it is,
/// the server knows better than the clock of somebody's phone. At the end the page is loaded again.
#[island]
pub fn HoldCountdown(children: Children) -> impl IntoView {
    browser::count();
    view! { {children()} }
}

#[cfg(feature = "hydrate")]
mod browser {
    use gloo_timers::future::TimeoutFuture;

    use crate::islands::document::{attribute, find, set_text, window};

    pub(super) fn count() {
        leptos::task::spawn_local(async {
            let begun = js_sys::Date::now();
            loop {
                TimeoutFuture::new(1000).await;
                let Some(element) = find("[data-left]") else { return };
                let Ok(whole) = attribute(&element, "data-left").parse::<f64>() else {
                    return;
                };
                let left = (whole - (js_sys::Date::now() - begun) / 1000.0).floor();
                if left < 0.0 {
                    if let Some(window) = window() {
                        drop(window.location().reload());
                    }
                    return;
                }
                let (minutes, seconds) = ((left / 60.0).floor(), left % 60.0);
                set_text("[data-left]", &format!("{minutes}:{seconds:02} left"));
            }
        });
    }
}

/// The server says it once.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn count() {}
}

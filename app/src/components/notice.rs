//! A sentence that says what is going on, and perhaps the next step.

use leptos::prelude::*;

use super::Tone;
use super::icon::{Icon, IconView};

/// A notice in the flow of the page. Dangers are announced by screen readers at once, the rest politely.
#[component]
pub fn Notice(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Neutral => ("tt-notice", Icon::Info, "status"),
        Tone::Success => ("tt-notice tt-notice-success", Icon::Check, "status"),
        Tone::Warning => ("tt-notice tt-notice-warning", Icon::Alert, "status"),
        Tone::Danger => ("tt-notice tt-notice-danger", Icon::Alert, "alert"),
    };
    view! {
        <div class=class role=role>
            <IconView icon=icon/>
            <div class="tt-prose">{children()}</div>
        </div>
    }
}

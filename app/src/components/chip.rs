//! A state in a word or three, with an icon.

use leptos::prelude::*;

use super::Tone;
use super::icon::{Icon, IconView};

/// A small label for a state.
#[component]
pub fn Chip(#[prop(optional)] tone: Tone, #[prop(optional)] icon: Option<Icon>, children: Children) -> impl IntoView {
    let class = match tone {
        Tone::Neutral => "tt-chip",
        Tone::Success => "tt-chip tt-chip-success",
        Tone::Warning => "tt-chip tt-chip-warning",
        Tone::Danger => "tt-chip tt-chip-danger",
    };
    view! {
        <span class=class>
            {icon.map(|icon| view! { <IconView icon=icon size=14/> })}
            {children()}
        </span>
    }
}

//! A button that copies a text, beside the text itself: without scripts it stays away and the text can be marked.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::islands::copy_button::CopyButton;
use crate::site::wake_islands;

/// Copies `text` when pressed.
#[component]
pub fn CopyText(
    /// What is copied.
    text: String,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    view! {
        <CopyButton>
            <button type="button" class="tt-button tt-button-quiet" hidden=true data-copy=text data-label=label>
                <IconView icon=Icon::Copy size=18/>
                <span aria-live="polite">{label}</span>
            </button>
        </CopyButton>
        {wake_islands()}
    }
}

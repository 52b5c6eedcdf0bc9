//! Buttons that submit, and links that look like them.

use leptos::prelude::*;

/// How loud a button is. One primary button a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// The next step.
    #[default]
    Primary,
    /// Another thing one may do.
    Quiet,
    /// What cannot be undone.
    Danger,
    /// A link in all but name.
    Plain,
}

impl Weight {
    /// The classes of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "tt-button tt-button-primary",
            Self::Quiet => "tt-button tt-button-quiet",
            Self::Danger => "tt-button tt-button-danger",
            Self::Plain => "tt-button tt-button-plain",
        }
    }
}

/// Submits the form around it. `name` and `value` tell apart several buttons of one form.
#[component]
pub fn SubmitButton(
    #[prop(optional)] weight: Weight,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <button type="submit" class=format!("{} {class}", weight.class()) name=name value=value>
            {children()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] weight: Weight,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=format!("{} {class}", weight.class())>
            {children()}
        </a>
    }
}

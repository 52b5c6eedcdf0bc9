//! The page that stands where another one cannot.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;

use super::button::{LinkButton, Weight};
use super::layout::PublicLayout;

/// A heading, a sentence, and the way back.
#[component]
pub fn ProblemPage(#[prop(into)] title: String, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <PageTitle text=title.clone()/>
        <PublicLayout>
            <div class="tt-card max-w-xl mx-auto w-full flex flex-col gap-4">
                <h1>{title}</h1>
                <p>{text}</p>
                <p><LinkButton href="/" weight=Weight::Quiet>"To the front page"</LinkButton></p>
            </div>
        </PublicLayout>
    }
}

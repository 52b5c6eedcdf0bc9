//! The answer to an address where nothing stands, and to requests that were refused before any page was made.

use leptos::prelude::*;

use crate::components::problem::ProblemPage;

/// What is said instead, where it is not the address that is wrong. The status is whoever's who provides this.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The heading.
    pub title: String,
    /// What happened, and what to do.
    pub text: String,
}

/// 404, or the [`Problem`] of the context.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    if let Some(Problem { title, text }) = use_context() {
        return view! { <ProblemPage title=title text=text/> };
    }
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <ProblemPage
            title="There is nothing here"
            text="The address may be mistyped, or what stood here is gone."
        />
    }
}

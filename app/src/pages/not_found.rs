//! The answer to an address where nothing stands.

use leptos::prelude::*;

use crate::components::problem::ProblemPage;

/// 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
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

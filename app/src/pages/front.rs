//! The front page: what this is, and where to go.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::button::{LinkButton, Weight};
use crate::components::layout::PublicLayout;

/// `/`.
#[component]
pub fn FrontPage() -> impl IntoView {
    view! {
        <Title text="TimeTap"/>
        <PublicLayout>
            <div class="tt-card flex flex-col gap-4 max-w-2xl">
                <h1>"Booking that keeps its word"</h1>
                <p class="tt-prose">
                    "Choose a time with somebody; the event stands in both calendars, with its Meet link, and stays right when things change."
                </p>
                <p class="flex flex-wrap gap-3">
                    <LinkButton href="/sign-in">"Sign in"</LinkButton>
                    <LinkButton href="/sign-up" weight=Weight::Quiet>"Make an account"</LinkButton>
                </p>
            </div>
        </PublicLayout>
    }
}

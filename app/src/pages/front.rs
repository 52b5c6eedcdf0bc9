//! The front page: what this is, and where to go.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::components::button::{LinkButton, Weight};
use crate::components::layout::PublicLayout;
use crate::page::viewer::viewer;

/// `/`.
#[component]
pub fn FrontPage() -> impl IntoView {
    let ways = match viewer() {
        None => view! {
            <LinkButton href="/sign-in">"Sign in"</LinkButton>
            <LinkButton href="/sign-up" weight=Weight::Quiet>"Make an account"</LinkButton>
        }
        .into_any(),
        Some(viewer) if viewer.has_only_others() && !viewer.role.is_admin() => {
            view! { <LinkButton href=viewer.home()>"To your team"</LinkButton> }.into_any()
        }
        Some(viewer) if viewer.has_only_others() => view! {
            <LinkButton href=viewer.home()>"To the people"</LinkButton>
            <LinkButton href="/admin/jobs" weight=Weight::Quiet>"To the jobs"</LinkButton>
        }
        .into_any(),
        Some(viewer) if viewer.role.is_host() => view! {
            <LinkButton href="/host">"To your bookings"</LinkButton>
            {viewer
                .host_slug
                .map(|slug| view! {
                    <LinkButton href=format!("/{slug}") weight=Weight::Quiet>"See your page"</LinkButton>
                })}
        }
        .into_any(),
        Some(_) => view! { <LinkButton href="/account/bookings">"To your bookings"</LinkButton> }.into_any(),
    };
    view! {
        <PageTitle text="TimeTap"/>
        <Meta
            name="description"
            content="Choose a time with somebody; the event stands in both calendars, with its Meet link, and stays right."
        />
        <PublicLayout>
            <div class="tt-card flex flex-col gap-4 max-w-2xl mx-auto w-full mt-4">
                <h1>"Booking that keeps its word"</h1>
                <p class="tt-prose">
                    "Choose a time with somebody; the event stands in both calendars, with its Meet link, and stays right when things change."
                </p>
                <p class="flex flex-wrap gap-3">{ways}</p>
            </div>
        </PublicLayout>
    }
}

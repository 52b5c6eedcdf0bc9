//! What a manager or an administrator without a page of their own finds where hosts have theirs.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;

use super::button::{LinkButton, Weight};
use super::layout::{HostLayout, Section};
use crate::page::viewer::is_admin;

/// Says what would stand here, and offers both ways on.
#[component]
pub fn NoPage() -> impl IntoView {
    let (without, others, back) = if is_admin() {
        ("You can run this TimeTap without one", "/admin/people", "To the people")
    } else {
        ("You can look after others without one", "/host/team", "To the team")
    };
    view! {
        <PageTitle text="No page of your own · TimeTap"/>
        <HostLayout current=Section::Profile>
            <div class="tt-card max-w-xl w-full flex flex-col gap-4">
                <h1>"You have no page of your own"</h1>
                <p class="tt-prose">
                    {format!("Bookings, services and hours belong to a public page. {without}; open one if people should book time with you too.")}
                </p>
                <p class="flex flex-wrap gap-3">
                    <LinkButton href="/host/profile">"Open a page of your own"</LinkButton>
                    <LinkButton href=others weight=Weight::Quiet>{back}</LinkButton>
                </p>
            </div>
        </HostLayout>
    }
}

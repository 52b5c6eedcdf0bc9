//! The one narrow card that every page before signing in is made of.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;

use crate::components::button::{LinkButton, Weight};
use crate::components::icon::{Icon, IconView};
use crate::components::layout::PublicLayout;

/// A heading and what belongs under it, in the middle of the page.
#[component]
pub fn AccountCard(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <PageTitle text=format!("{title} · TimeTap")/>
        <PublicLayout>
            <div class="tt-card max-w-md mx-auto w-full flex flex-col gap-5 sm:mt-6">
                <h1>{title}</h1>
                {children()}
            </div>
        </PublicLayout>
    }
}

/// What stands there after a mail was sent, or would have been.
#[component]
pub fn LookIntoInbox(
    /// Where the address was typed.
    back: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <AccountCard title="Look into your inbox">
            <p class="text-tt-primary"><IconView icon=Icon::Mail size=40/></p>
            {children()}
            <p class="tt-muted">
                "Nothing after a few minutes? Look among the unwanted mail, or "
                <a class="tt-link" href=back>"check the address"</a>"."
            </p>
        </AccountCard>
    }
}

/// What stands behind a link that no longer works, with the way to a new one.
#[component]
pub fn DeadLink(#[prop(into)] text: String, #[prop(into)] href: String, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <AccountCard title="This link no longer works">
            <p>{text}</p>
            <p><LinkButton href=href weight=Weight::Quiet>{label}</LinkButton></p>
        </AccountCard>
    }
}

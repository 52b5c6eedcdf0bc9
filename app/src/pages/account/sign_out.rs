//! Signing out, for those who come by a link: looking at a page changes nothing, the button does.

use leptos::prelude::*;

use super::account_card::AccountCard;
use crate::components::button::SubmitButton;
use crate::page::send_to::send_to;
use crate::page::viewer::viewer;

/// `/sign-out`.
#[component]
pub fn SignOutPage() -> impl IntoView {
    let Some(viewer) = viewer() else {
        send_to(use_context().as_ref(), "/sign-in?done=signed-out");
        return ().into_any();
    };
    view! {
        <AccountCard title="Sign out?">
            <p>"You are signed in as "<strong class="font-medium">{viewer.email}</strong>"."</p>
            <form method="post" action="/sign-out"><SubmitButton>"Sign out"</SubmitButton></form>
        </AccountCard>
    }
    .into_any()
}

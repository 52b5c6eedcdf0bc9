//! Signing in.

use leptos::prelude::*;

use super::account_card::AccountCard;
use crate::components::button::SubmitButton;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};
use crate::page::local_path::local_path;
use crate::page::query::{done_notice, query};
use crate::page::send_to::send_to;
use crate::page::viewer::viewer;

/// `/sign-in`. `?next=` is the path of ours that led here.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = query();
    let form = FormState::new("", Values::from_pairs([("next", query.text("next"))]));
    let next = local_path(&form.value("next")).map(str::to_owned);
    if let Some(viewer) = viewer() {
        let home = if viewer.role.is_host() { "/host" } else { "/account" };
        send_to(use_context().as_ref(), next.as_deref().unwrap_or(home));
        return ().into_any();
    }
    view! {
        <AccountCard title="Sign in">
            {done_notice(&[
                ("verified", "Your address is confirmed. Sign in to begin."),
                ("password", "Your new password is set. Sign in with it."),
                ("signed-out", "You are signed out. See you soon."),
            ])}
            <FormSummary form=form.clone()/>
            <form method="post" action="/sign-in" class="flex flex-col gap-5" novalidate>
                {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                <TextField
                    form=form.clone()
                    name="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="username"
                    maxlength=254
                />
                <TextField
                    form=form
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    maxlength=256
                />
                <SubmitButton>"Sign in"</SubmitButton>
            </form>
            <p class="flex flex-wrap justify-between gap-x-4 gap-y-2">
                <a class="tt-link" href="/forgot-password">"Forgot password?"</a>
                <a class="tt-link" href="/sign-up">"Make an account"</a>
            </p>
        </AccountCard>
    }
    .into_any()
}

//! Asking for a link to choose a new password.

use leptos::prelude::*;

use super::account_card::{AccountCard, LookIntoInbox};
use crate::components::button::SubmitButton;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};
use crate::page::query::query;

/// `/forgot-password`.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    if query().text("done") == "sent" {
        return view! {
            <LookIntoInbox back="/forgot-password">
                <p>"If there is an account with this address, a mail with a link is on its way. The link works for one hour."</p>
            </LookIntoInbox>
        }
        .into_any();
    }
    let form = FormState::new("", Values::default());
    view! {
        <AccountCard title="Choose a new password">
            <p class="tt-muted">"We send a link to your address. It lets you choose a new password."</p>
            <FormSummary form=form.clone()/>
            <form method="post" action="/forgot-password" class="flex flex-col gap-5" novalidate>
                <TextField
                    form=form
                    name="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="username"
                    maxlength=254
                />
                <SubmitButton>"Send the link"</SubmitButton>
            </form>
            <p><a class="tt-link" href="/sign-in">"Back to signing in"</a></p>
        </AccountCard>
    }
    .into_any()
}

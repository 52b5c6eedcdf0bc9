//! Making the first administrator.

use leptos::prelude::*;
use timetap_usecases::accounts::set_up::is_setup_open;

use super::account_card::{AccountCard, DeadLink};
use crate::components::button::SubmitButton;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::query;
use crate::page::timetap;

/// `/setup?token=`.
#[component]
pub fn SetupPage() -> impl IntoView {
    let app = timetap();
    let token = query().text("token").to_owned();
    let form = FormState::new("", Values::default());
    load_page(async move {
        if !is_setup_open(&app, &token).await? {
            return Ok(view! {
                <DeadLink
                    text="It works once, and only while there is no administrator. If there is none yet, restart TimeTap: it prints a new one."
                    href="/sign-in"
                    label="Sign in"
                />
            }
            .into_any());
        }
        Ok(view! {
            <AccountCard title="Welcome to TimeTap">
                <p class="tt-muted">"You are the first here. Your account will run this installation."</p>
                <FormSummary form=form.clone()/>
                <form method="post" action=format!("/setup?token={token}") class="flex flex-col gap-5" novalidate>
                    <TextField form=form.clone() name="name" label="Your name" autocomplete="name" maxlength=120/>
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
                        hint="At least 10 characters. A few words make a good one."
                        kind="password"
                        autocomplete="new-password"
                        maxlength=256
                    />
                    <SubmitButton>"Make the administrator"</SubmitButton>
                </form>
            </AccountCard>
        }
        .into_any())
    })
}

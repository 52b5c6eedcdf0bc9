//! Choosing a new password by a link.

use leptos::prelude::*;
use timetap_usecases::accounts::one_time_link::{LinkOwner, Purpose, look_at_link};

use super::account_card::{AccountCard, DeadLink};
use crate::components::button::SubmitButton;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::query;
use crate::page::timetap;

/// `/reset-password?token=`.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let app = timetap();
    let token = query().text("token").to_owned();
    let form = FormState::new("", Values::default());
    load_page(async move {
        let owner = look_at_link(&app, Purpose::ResetPassword, &token).await?;
        Ok(match owner {
            Some(owner) => view! { <ChoosePassword owner=owner token=token form=form/> }.into_any(),
            None => view! {
                <DeadLink
                    text="It was used already, or it is older than an hour. A new one is quickly sent."
                    href="/forgot-password"
                    label="Send a new link"
                />
            }
            .into_any(),
        })
    })
}

#[component]
fn ChoosePassword(owner: LinkOwner, token: String, form: FormState) -> impl IntoView {
    view! {
        <AccountCard title="Choose a new password">
            <p class="tt-muted">"Afterwards you are signed out everywhere, and sign in with it."</p>
            <FormSummary form=form.clone()/>
            <form method="post" action=format!("/reset-password?token={token}") class="flex flex-col gap-5" novalidate>
                // For password managers: whose password it is.
                <input type="hidden" name="username" autocomplete="username" value=owner.email.clone()/>
                <p>"For "<strong class="font-medium">{owner.email}</strong></p>
                <TextField
                    form=form
                    name="password"
                    label="New password"
                    hint="At least 10 characters. A few words make a good one."
                    kind="password"
                    autocomplete="new-password"
                    maxlength=256
                />
                <SubmitButton>"Set the password"</SubmitButton>
            </form>
        </AccountCard>
    }
}

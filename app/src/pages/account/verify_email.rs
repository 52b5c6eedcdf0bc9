//! Confirming an address by a link. Looking at the page changes nothing: mail scanners look at every link.

use leptos::prelude::*;
use timetap_usecases::accounts::one_time_link::{Purpose, look_at_link};

use super::account_card::{AccountCard, DeadLink};
use crate::components::button::SubmitButton;
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::query;
use crate::page::timetap;
use crate::page::viewer::viewer;

/// `/verify-email?token=`.
#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    let token = query().text("token").to_owned();
    let form = FormState::new("", Values::default());
    load_page(async move {
        let Some(owner) = look_at_link(&app, Purpose::VerifyEmail, &token).await? else {
            let (text, label) = match viewer {
                Some(viewer) if viewer.email_verified => (
                    "Your address is confirmed already; there is nothing left to do.",
                    "To your account",
                ),
                Some(_) => (
                    "It was used already, or it is too old. Your account page sends a new one.",
                    "To your account",
                ),
                None => (
                    "Perhaps your address is confirmed already: sign in to see. There you can also have a new link sent.",
                    "Sign in",
                ),
            };
            return Ok(view! { <DeadLink text=text href="/account" label=label/> }.into_any());
        };
        Ok(view! {
            <AccountCard title="Is this your address?">
                <FormSummary form=form/>
                <p>
                    <strong class="font-medium">{owner.email}</strong>" for the account of "
                    <strong class="font-medium">{owner.name}</strong>"."
                </p>
                <form method="post" action=format!("/verify-email?token={token}")>
                    <SubmitButton>"Yes, confirm it"</SubmitButton>
                </form>
                <p class="tt-muted">"You did not make this account? Then close this page, and nothing happens."</p>
            </AccountCard>
        }
        .into_any())
    })
}

//! Making an account.

use leptos::prelude::*;

use super::account_card::{AccountCard, LookIntoInbox};
use crate::components::button::SubmitButton;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::page::form::{FormState, Values};
use crate::page::query::query;

/// `/sign-up`.
#[component]
pub fn SignUpPage() -> impl IntoView {
    if query().text("done") == "sent" {
        return view! {
            <LookIntoInbox back="/sign-up">
                <p>"We sent you a mail with the next step. Open it on any device to finish your account."</p>
            </LookIntoInbox>
        }
        .into_any();
    }
    let form = FormState::new("", Values::default());
    view! {
        <AccountCard title="Make an account">
            <FormSummary form=form.clone()/>
            <form method="post" action="/sign-up" class="flex flex-col gap-5" novalidate>
                <WishField form=form.clone()/>
                <TextField form=form.clone() name="name" label="Your name" autocomplete="name" maxlength=120/>
                <TextField
                    form=form.clone()
                    name="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="email"
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
                <SubmitButton>"Make an account"</SubmitButton>
            </form>
            <p class="tt-muted">"You have one already? "<a class="tt-link" href="/sign-in">"Sign in"</a>"."</p>
        </AccountCard>
    }
    .into_any()
}

/// What the account is for: two choices, each a large target.
#[component]
fn WishField(form: FormState) -> impl IntoView {
    let error = form.error("wish");
    let described = error.as_ref().map(|_| "field-wish-error");
    let choices = [
        (
            "offer",
            "I offer appointments",
            "You get a page where others book you.",
            "field-wish",
        ),
        (
            "book",
            "I book appointments",
            "You keep your bookings in one place.",
            "field-wish-book",
        ),
    ]
    .map(|(value, label, text, id)| {
        let checked = form.chosen("wish", value);
        view! {
            <label class="tt-check rounded-control border border-tt-control-border px-3" for=id>
                <input type="radio" id=id name="wish" value=value checked=checked required/>
                <span>
                    <span class="block font-medium">{label}</span>
                    <span class="block tt-muted text-sm">{text}</span>
                </span>
            </label>
        }
    });
    view! {
        <fieldset aria-describedby=described>
            <legend class="tt-label">"What is it for?"</legend>
            <div class="flex flex-col gap-2">{choices.into_iter().collect_view()}</div>
            {error.map(|error| view! {
                <p class="tt-error" id="field-wish-error"><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </fieldset>
    }
}

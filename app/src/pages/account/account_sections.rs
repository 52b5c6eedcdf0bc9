//! The parts of the account page that are forms.

use leptos::prelude::*;

use crate::components::Tone;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::components::icon::Icon;
use crate::components::notice::Notice;
use crate::page::form::{FormState, Values};
use crate::page::viewer::Viewer;

/// The address, and the way to confirm it.
#[component]
pub fn AddressSection(viewer: Viewer) -> impl IntoView {
    let form = FormState::new("verify", Values::default());
    let (tone, icon, word) = if viewer.email_verified {
        (Tone::Success, Icon::Check, "Confirmed")
    } else {
        (Tone::Warning, Icon::Mail, "Not confirmed yet")
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="address-heading">
            <h2 id="address-heading">"E-mail address"</h2>
            <FormSummary form=form/>
            <p class="flex flex-wrap items-center gap-3">
                <span class="font-medium">{viewer.email}</span>
                <Chip tone=tone icon=icon>{word}</Chip>
            </p>
            {(!viewer.email_verified).then(|| view! {
                <Notice tone=Tone::Warning>
                    <p>"Open the mail that we sent you and follow its link, so that we know we can reach you."</p>
                </Notice>
                <form method="post" action="/account">
                    <input type="hidden" name="form" value="verify"/>
                    <SubmitButton weight=Weight::Quiet>"Send the link again"</SubmitButton>
                </form>
            })}
        </section>
    }
}

/// How one is addressed.
#[component]
pub fn NameSection(name: String) -> impl IntoView {
    let form = FormState::new("name", Values::from_pairs([("name", name)]));
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="name-heading">
            <h2 id="name-heading">"Name"</h2>
            <FormSummary form=form.clone()/>
            <form method="post" action="/account" class="flex flex-col gap-5" novalidate>
                <input type="hidden" name="form" value="name"/>
                <TextField
                    form=form
                    name="name"
                    label="Your name"
                    hint="How we address you. A host's public page has a name of its own."
                    autocomplete="name"
                    maxlength=120
                />
                <div><SubmitButton weight=Weight::Quiet>"Save the name"</SubmitButton></div>
            </form>
        </section>
    }
}

/// Another password.
#[component]
pub fn PasswordSection(email: String) -> impl IntoView {
    let form = FormState::new("password", Values::default());
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <FormSummary form=form.clone()/>
            <form method="post" action="/account" class="flex flex-col gap-5" novalidate>
                <input type="hidden" name="form" value="password"/>
                <input type="hidden" name="username" autocomplete="username" value=email/>
                <TextField
                    form=form.clone()
                    name="current_password"
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    maxlength=256
                />
                <TextField
                    form=form
                    name="new_password"
                    label="New password"
                    hint="At least 10 characters. A few words make a good one. Everywhere else you will be signed out."
                    kind="password"
                    autocomplete="new-password"
                    maxlength=256
                />
                <div><SubmitButton weight=Weight::Quiet>"Change the password"</SubmitButton></div>
            </form>
        </section>
    }
}

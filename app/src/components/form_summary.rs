//! What went wrong with a form, in one place at its top that takes the focus, each message a link to its field.

use leptos::prelude::*;

use super::Tone;
use super::notice::Notice;
use crate::page::form::FormState;

/// The summary; nothing where nothing is wrong, as when a form is shown again with one more row.
#[component]
pub fn FormSummary(form: FormState) -> impl IntoView {
    let wrong = form
        .reply()
        .filter(|reply| !reply.errors.is_empty() || reply.message.is_some());
    wrong.cloned().map(|reply| {
        let errors: Vec<(String, String)> = reply
            .errors
            .iter()
            .map(|(field, message)| (field.to_owned(), message.to_owned()))
            .collect();
        let heading = match (errors.len(), reply.message.is_some()) {
            (_, true) | (0, _) => None,
            (1, _) => Some("One thing to fix:".to_owned()),
            (several, _) => Some(format!("{several} things to fix:")),
        };
        view! {
            <div id="form-summary" tabindex="-1" autofocus=true>
                <Notice tone=Tone::Danger>
                    {reply.message.map(|message| view! { <p>{message}</p> })}
                    {heading.map(|heading| view! { <p class="font-medium">{heading}</p> })}
                    <ul>
                        {errors
                            .into_iter()
                            .map(|(field, message)| view! {
                                <li><a class="underline" href=format!("#field-{field}")>{message}</a></li>
                            })
                            .collect_view()}
                    </ul>
                </Notice>
            </div>
        }
    })
}

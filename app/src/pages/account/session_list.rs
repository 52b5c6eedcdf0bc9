//! Where one is signed in.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_usecases::accounts::list_sessions::SessionView;

use crate::components::Tone;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::Icon;
use crate::page::ago::{ago, exactly};
use crate::page::form::{FormState, Values};

/// The list, each with a way to end it.
#[component]
pub fn SessionSection(sessions: Vec<SessionView>, now: Timestamp) -> impl IntoView {
    let form = FormState::new("session", Values::default());
    let others = sessions.iter().any(|session| !session.current);
    let rows = sessions
        .into_iter()
        .map(|session| view! { <SessionRow session=session now=now/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="sessions-heading">
            <h2 id="sessions-heading">"Where you are signed in"</h2>
            <FormSummary form=form/>
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
            {others.then(|| view! {
                <form method="post" action="/account">
                    <input type="hidden" name="form" value="others"/>
                    <SubmitButton weight=Weight::Danger>"Sign out everywhere else"</SubmitButton>
                </form>
            })}
        </section>
    }
}

#[component]
fn SessionRow(session: SessionView, now: Timestamp) -> impl IntoView {
    let seen = if session.current {
        "in use".to_owned()
    } else {
        format!("last used {}", ago(session.last_seen, now))
    };
    let end = if session.current {
        view! { <Chip tone=Tone::Success icon=Icon::Check>"This one"</Chip> }.into_any()
    } else {
        let label = format!("Sign out {}, {seen}", session.device);
        view! {
            <form method="post" action="/account">
                <input type="hidden" name="form" value="session"/>
                <input type="hidden" name="id" value=session.id.to_string()/>
                <button type="submit" class="tt-button tt-button-quiet" aria-label=label>"Sign out"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="py-3 flex flex-wrap items-center justify-between gap-3">
            <div>
                <p class="font-medium">{session.device}</p>
                <p class="tt-muted text-sm">
                    <time datetime=session.last_seen.to_string() title=exactly(session.last_seen)>{seen}</time>
                    ", signed in "
                    <time datetime=session.since.to_string() title=exactly(session.since)>{ago(session.since, now)}</time>
                </p>
            </div>
            {end}
        </li>
    }
}

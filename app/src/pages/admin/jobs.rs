//! The queue: how much there is to do, what went wrong in words, and the buttons that try again.

use crate::components::page_title::PageTitle;
use jiff::Timestamp;
use leptos::prelude::*;
use timetap_usecases::jobs::view_jobs::STATES;
use timetap_usecases::jobs::{JobView, JobsPage as Jobs, view_jobs};

use super::job_words::{code_in_words, kind_in_words, state_in_words};
use crate::components::Tone;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::Icon;
use crate::components::layout::{HostLayout, Section};
use crate::page::ago::{ago, exactly};
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::{done_notice, query};
use crate::page::timetap;
use crate::page::viewer::require_admin;

/// `/admin/jobs?state=&page=`.
#[component]
pub fn JobsPage() -> impl IntoView {
    let (app, viewer) = (timetap(), require_admin());
    let query = query();
    let asked = query.text("state").to_owned();
    let page: u64 = query.text("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    load_page(async move {
        viewer?;
        let state = STATES.into_iter().find(|state| *state == asked).unwrap_or("dead");
        let jobs = view_jobs(&app, state, page - 1).await?;
        let now = app.clock.now();
        let tabs = STATES
            .into_iter()
            .map(|tab| {
                let label = format!("{} ({})", state_in_words(tab), jobs.count(tab));
                view! {
                    <li>
                        <a
                            class="tt-nav-link tt-figures"
                            href=format!("/admin/jobs?state={tab}")
                            aria-current=(tab == state).then_some("page")
                        >
                            {label}
                        </a>
                    </li>
                }
            })
            .collect_view();
        Ok(view! {
            <PageTitle text="Jobs · TimeTap"/>
            <HostLayout current=Section::Jobs>
                <div class="flex flex-col gap-1">
                    <h1>"Jobs"</h1>
                    <p class="tt-muted tt-prose">
                        "What TimeTap owes to calendars and inboxes. Failed jobs are tried again by themselves for about three days; then they rest here until somebody looks."
                    </p>
                </div>
                {done_notice(&[
                    ("retried", "Queued again. It begins at once."),
                    ("retried_all", "All queued again. They begin at once."),
                    ("none", "There was nothing to retry any more."),
                ])}
                <FormSummary form=FormState::new("", Values::default())/>
                <nav aria-label="States"><ul class="flex flex-wrap gap-1">{tabs}</ul></nav>
                <JobList jobs=jobs state=state page=page now=now/>
            </HostLayout>
        })
    })
}

#[component]
fn JobList(jobs: Jobs, state: &'static str, page: u64, now: Timestamp) -> impl IntoView {
    let has_next = jobs.has_next;
    let retry_all = (state == "dead" && jobs.count("dead") > 1).then(|| {
        view! {
            <form method="post" action="/admin/jobs">
                <input type="hidden" name="job" value="all"/>
                <SubmitButton weight=Weight::Quiet>"Retry all"</SubmitButton>
            </form>
        }
    });
    let nothing = jobs.jobs.is_empty().then(|| {
        let words = match state {
            "dead" => "Nothing has failed for good.",
            "parked" => "Nothing waits for anybody.",
            "queued" => "Nothing is waiting.",
            "leased" => "Nothing is being done at this moment.",
            _ => "Nothing was done in the last week.",
        };
        view! { <p class="tt-muted">{words}</p> }
    });
    let rows = jobs
        .jobs
        .into_iter()
        .map(|job| view! { <JobRow job=job state=state now=now/> })
        .collect_view();
    let address = |page: u64| format!("/admin/jobs?state={state}&page={page}");
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="jobs-heading">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h2 id="jobs-heading" class="text-lg">{state_in_words(state)}</h2>
                {retry_all}
            </div>
            {nothing}
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
            {(page > 1 || has_next).then(|| view! {
                <nav aria-label="Pages" class="flex flex-wrap items-center justify-between gap-3">
                    {(page > 1).then(|| view! {
                        <LinkButton href=address(page - 1) weight=Weight::Quiet>"Previous page"</LinkButton>
                    })}
                    <span class="tt-muted tt-figures">{format!("Page {page}")}</span>
                    {has_next.then(|| view! {
                        <LinkButton href=address(page + 1) weight=Weight::Quiet>"Next page"</LinkButton>
                    })}
                </nav>
            })}
        </section>
    }
}

#[component]
fn JobRow(job: JobView, state: &'static str, now: Timestamp) -> impl IntoView {
    let kind = kind_in_words(&job.kind).to_owned();
    let due = (state == "queued").then(|| {
        let at = job.run_at;
        let words = if at > now {
            view! { "due at " <time datetime=at.to_string()>{exactly(at)}</time> }.into_any()
        } else {
            view! { "due now" }.into_any()
        };
        view! { <span>{words}</span> }
    });
    let attempts = match job.attempts {
        0 => None,
        1 => Some("1 failed attempt".to_owned()),
        several => Some(format!("{several} failed attempts")),
    };
    let explained = job.error_code.as_deref().map(code_in_words);
    let code = job.error_code.clone().map(|code| {
        let tone = if state == "dead" { Tone::Danger } else { Tone::Warning };
        view! { <Chip tone=tone icon=Icon::Alert>{code}</Chip> }
    });
    let label = format!("Retry: {kind}");
    view! {
        <li class="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0">
            <div class="flex flex-col gap-1 min-w-0">
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <span class="font-medium">{kind}</span>
                    {code}
                </p>
                <p class="tt-muted text-sm flex flex-wrap gap-x-4 gap-y-1 tt-figures">
                    <span>
                        "changed "
                        <time datetime=job.updated_at.to_string() title=exactly(job.updated_at)>
                            {ago(job.updated_at, now)}
                        </time>
                    </span>
                    {due}
                    {attempts.map(|words| view! { <span>{words}</span> })}
                </p>
                {job.error.map(|words| view! { <p class="tt-prose">{words}</p> })}
                {explained.map(|words| view! { <p class="tt-muted tt-prose text-sm">{words}</p> })}
                <p class="tt-muted text-sm break-all">
                    {job.subject.map(|subject| format!("about {subject}, "))}
                    {format!("job {}", job.id)}
                </p>
            </div>
            {(state == "dead").then(|| view! {
                <form method="post" action="/admin/jobs">
                    <input type="hidden" name="job" value=job.id.to_string()/>
                    <button type="submit" class=Weight::Quiet.class() aria-label=label>"Retry"</button>
                </form>
            })}
        </li>
    }
}

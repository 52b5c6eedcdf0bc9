//! `/host/why`: why a time is not offered, for every time of a day.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::slots::{Refusal, Slot};
use timetap_core::times::{format_day_long, format_time, zone_label};
use timetap_usecases::FieldErrors;
use timetap_usecases::bookings::{ExplainError, ExplainedDay, explain_slots};

use super::access::to_profile;
use crate::components::Tone;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::page::form::{Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::{Viewer, require_host};

/// `/host/why`, with `service`, `date` and `time`.
#[component]
pub fn WhyPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), require_host(), page_query());
    load_page(async move {
        let viewer = viewer?;
        let ask = |service: String, date: String, time: String| {
            let (app, host) = (app.clone(), viewer.user_id);
            async move { explain_slots(&app, host, &service, &date, &time).await }
        };
        let text = |name: &str| query.text(name).to_owned();
        let (day, errors) = match ask(text("service"), text("date"), text("time")).await {
            Ok(day) => (day, FieldErrors::new()),
            // What was asked makes no sense: today is explained, and the fields say what to mend.
            Err(ExplainError::Invalid(errors)) => match ask(String::new(), String::new(), String::new()).await {
                Ok(day) => (day, errors),
                Err(error) => return Err(refused(error, &viewer)),
            },
            Err(error) => return Err(refused(error, &viewer)),
        };
        Ok(view! {
            <PageTitle text="Why is a time not offered? · TimeTap"/>
            <HostLayout current=Section::Bookings>
                <p><a class="tt-link inline-flex items-center min-h-11" href="/host/bookings">"All bookings"</a></p>
                <h1>"Why is a time not offered?"</h1>
                <Question day=day.clone() query=query.clone() errors=errors/>
                <Answer day=day/>
            </HostLayout>
        })
    })
}

fn refused(error: ExplainError, viewer: &Viewer) -> PageError {
    match error {
        ExplainError::NotFound | ExplainError::Invalid(_) => to_profile(viewer),
        ExplainError::Unexpected(error) => PageError::Unexpected(error),
    }
}

#[component]
fn Question(day: ExplainedDay, query: Values, errors: FieldErrors) -> impl IntoView {
    let complaint = |field: &str| {
        errors.get(field).map(|message| {
            let message = message.to_owned();
            view! {
                <p class="tt-error" id=format!("field-{field}-error")><IconView icon=Icon::Alert size=16/>{message}</p>
            }
        })
    };
    let wrong = |field: &str| errors.get(field).is_some().then_some("true");
    let described = |field: &str| errors.get(field).map(|_| format!("field-{field}-error"));
    let options: Vec<_> = day
        .services
        .iter()
        .map(|service| {
            let hidden = if service.active { "" } else { " (hidden)" };
            view! {
                <option value=service.id.to_string() selected=Some(service.id) == day.service_id>
                    {format!("{}{hidden}", service.title)}
                </option>
            }
        })
        .collect();
    let date = if errors.get("date").is_some() {
        query.text("date").to_owned()
    } else {
        day.date.to_string()
    };
    view! {
        <form method="get" action="/host/why" class="tt-card grid gap-4 sm:grid-cols-[2fr_1fr_1fr_auto] items-end">
            <div>
                <label class="tt-label" for="field-service">"Service"</label>
                <select
                    class="tt-input"
                    id="field-service"
                    name="service"
                    aria-invalid=wrong("service")
                    aria-describedby=described("service")
                >
                    {options}
                </select>
                {complaint("service")}
            </div>
            <div>
                <label class="tt-label" for="field-date">"Day"</label>
                <input
                    class="tt-input"
                    id="field-date"
                    name="date"
                    type="date"
                    value=date
                    aria-invalid=wrong("date")
                    aria-describedby=described("date")
                />
                {complaint("date")}
            </div>
            <div>
                <label class="tt-label" for="field-time">"Time"<span class="tt-muted font-normal">" (optional)"</span></label>
                <input
                    class="tt-input"
                    id="field-time"
                    name="time"
                    type="time"
                    value=query.text("time").to_owned()
                    aria-invalid=wrong("time")
                    aria-describedby=described("time")
                />
                {complaint("time")}
            </div>
            <SubmitButton weight=Weight::Quiet>"Explain"</SubmitButton>
        </form>
    }
}

#[component]
fn Answer(day: ExplainedDay) -> impl IntoView {
    let verdict = day.verdict.map(|verdict| {
        let time = verdict.time.strftime("%H:%M").to_string();
        match verdict.refusal {
            None => view! {
                <Notice tone=Tone::Success><p>{format!("{time} is offered.")}</p></Notice>
            }
            .into_any(),
            Some(refusal) => view! {
                <Notice tone=Tone::Warning><p>{format!("{time} is not offered. {}", refusal.message())}</p></Notice>
            }
            .into_any(),
        }
    });
    let troubled = day.calendar_troubled.then(|| {
        view! {
            <Notice tone=Tone::Warning>
                <p>"A connected calendar cannot be read at the moment, so that its busy times may be out of date. "
                    <a class="underline" href="/host/integrations">"Look at your calendars"</a>
                </p>
            </Notice>
        }
    });
    let zone = day.zone.clone();
    let offered = day.times.iter().filter(|(_, refusal)| refusal.is_none()).count();
    let shown_in = day
        .times
        .first()
        .map(|(slot, _)| format!("Times in {}", zone_label(&zone, slot.start)));
    let body = if day.services.is_empty() {
        view! { <p>"You have no service yet, so there is nothing to offer."</p> }.into_any()
    } else if day.times.is_empty() {
        view! { <p>"You have no working hours on this day."</p> }.into_any()
    } else {
        let lines: Vec<_> = day.times.iter().map(|time| line(*time, &zone)).collect();
        view! {
            <p class="tt-muted text-sm tt-figures">
                {format!("{offered} of {} start times are offered.", day.times.len())} " " {shown_in}
            </p>
            <ul class="tt-lines">{lines}</ul>
        }
        .into_any()
    };
    view! {
        {troubled}
        {verdict}
        <section class="tt-card flex flex-col gap-3" aria-labelledby="day">
            <h2 id="day" class="text-lg">{format_day_long(day.date)}</h2>
            {body}
        </section>
    }
}

fn line((slot, refusal): (Slot, Option<Refusal>), zone: &jiff::tz::TimeZone) -> impl IntoView + use<> {
    let time = format_time(slot.start, zone);
    let state = match refusal {
        None => view! { <Chip tone=Tone::Success icon=Icon::Check>"Offered"</Chip> }.into_any(),
        Some(refusal) => view! { <span class="tt-muted">{refusal.message()}</span> }.into_any(),
    };
    view! {
        <li class="tt-line justify-start">
            <time class="tt-figures font-medium w-16 shrink-0" datetime=slot.start.to_string()>{time}</time>
            {state}
        </li>
    }
}

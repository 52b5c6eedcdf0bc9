//! A host's services in the order of the public page: one's own, or those of somebody whom one looks after.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::orders::ServiceKind;
use timetap_core::times::format_minutes;
use timetap_usecases::TimeTap;
use timetap_usecases::hosts::{ServiceView, list_services};

use super::access::{done_notice, require_host_role, require_profile};
use super::whose::Whose;
use crate::components::Tone;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::{HostLayout, Section};
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

const DONE: &[(&str, &str)] = &[
    ("created", "Saved. The new service stands at the end of the list."),
    ("shown", "Offered. Customers can book it from now on."),
    ("hidden", "Hidden. What is booked already stays."),
    ("moved", "Moved."),
];

/// `/host/services`.
#[component]
pub fn ServicesPage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    load_page(async move {
        let viewer = require_host_role(viewer)?;
        let host = require_profile(&app, &viewer).await?;
        show(&app, Whose::of(&viewer, host)).await
    })
}

/// `/host/team/{id}/services`.
#[component]
pub fn TeamServicesPage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    load_page(async move {
        let (viewer, id) = asked?;
        show(&app, Whose::find(&app, &viewer, id).await?).await
    })
}

async fn show(app: &TimeTap, whose: Whose) -> Result<impl IntoView + use<>, PageError> {
    let services = list_services(app, whose.host.user_id).await?;
    let count = services.len();
    let none_offered = services.iter().all(|service| !service.active);
    let (slug, list) = (whose.host.slug.clone(), whose.list());
    let rows = services
        .into_iter()
        .enumerate()
        .map(|(index, service)| {
            let (slug, list) = (slug.clone(), list.clone());
            view! { <ServiceRow service=service slug=slug list=list is_first=index == 0 is_last=index + 1 == count/> }
        })
        .collect_view();
    let heading = whose.services();
    let back = (!whose.own).then(|| {
        view! {
            <p><a class="tt-link inline-flex items-center min-h-11" href="/host/team">"Team and rooms"</a></p>
        }
    });
    Ok(view! {
        <PageTitle text=format!("{heading} · TimeTap")/>
        <HostLayout current=whose.section(Section::Services)>
            <div class="flex flex-wrap items-center justify-between gap-3">
                <div class="flex flex-col gap-1">
                    {back}
                    <h1>{heading}</h1>
                    <p class="tt-muted">
                        "What customers can book on "
                        <a class="tt-link" href=format!("/{slug}")>{whose.say("your page", "their page").to_owned()}</a>
                        "."
                    </p>
                </div>
                <LinkButton href=format!("{list}/new")>"New service"</LinkButton>
            </div>
            {done_notice(DONE)}
            <FormSummary form=FormState::new("", Values::default())/>
            {none_offered.then(|| view! {
                <p>"Nothing is offered at the moment, so nobody can book. Add a service, or show one again."</p>
            })}
            <ul class="flex flex-col gap-3">{rows}</ul>
        </HostLayout>
    })
}

#[component]
fn ServiceRow(service: ServiceView, slug: String, list: String, is_first: bool, is_last: bool) -> impl IntoView {
    let edit = format!("/host/services/{}", service.id);
    let public = format!("/{slug}/{}", service.slug);
    let title = service.title;
    let button = |what: &'static str, text: &'static str| {
        let title = title.clone();
        view! {
            <SubmitButton weight=Weight::Plain name="do" value=what>
                {text} <span class="sr-only">" " {title}</span>
            </SubmitButton>
        }
    };
    view! {
        <li class="tt-card flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <div class="flex flex-col gap-1 min-w-0">
                <div class="flex flex-wrap items-center gap-2">
                    <h2 class="text-lg"><a class="hover:underline" href=edit.clone()>{title.clone()}</a></h2>
                    {if service.active {
                        view! { <Chip tone=Tone::Success icon=Icon::Check>"Offered"</Chip> }.into_any()
                    } else {
                        view! { <Chip icon=Icon::Cross>"Hidden"</Chip> }.into_any()
                    }}
                </div>
                <p class="tt-muted flex flex-wrap items-center gap-x-4 gap-y-1">
                    {(service.kind != ServiceKind::Session).then(|| view! { <span>{service.kind.label()}</span> })}
                    // A camp lasts as long as each of its dates says.
                    {(service.kind != ServiceKind::Camp).then(|| view! {
                        <span class="inline-flex items-center gap-1.5 tt-figures">
                            <IconView icon=Icon::Clock size=16/>
                            {format_minutes(service.duration_minutes.into())}
                        </span>
                    })}
                    {(service.price.minor > 0).then(|| view! { <span class="tt-figures">{service.price.to_string()}</span> })}
                    <span class="inline-flex items-center gap-1.5">
                        <IconView icon=Icon::Pin size=16/>
                        {service.location_kind.label()}
                    </span>
                    {service.kind.has_seats().then(|| view! {
                        <a class="tt-link inline-flex items-center gap-1.5" href=format!("{edit}/dates")>
                            <IconView icon=Icon::Calendar size=16/>
                            "Dates" <span class="sr-only">" of " {title.clone()}</span>
                        </a>
                    })}
                    {service.active.then(|| view! {
                        <a class="tt-link inline-flex items-center gap-1.5" href=public.clone()>
                            <IconView icon=Icon::Globe size=16/>
                            {public.clone()}
                        </a>
                    })}
                </p>
            </div>
            <form method="post" action=list class="flex flex-wrap items-center gap-1">
                <input type="hidden" name="service" value=service.id.to_string()/>
                {(!is_first).then(|| button("up", "Move up"))}
                {(!is_last).then(|| button("down", "Move down"))}
                {if service.active { button("hide", "Hide") } else { button("show", "Show") }}
                <LinkButton href=edit weight=Weight::Quiet>
                    "Edit" <span class="sr-only">" " {title.clone()}</span>
                </LinkButton>
            </form>
        </li>
    }
}

//! `/{slug}`: who this is, and what can be booked.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_params_map;
use timetap_core::times::format_minutes;
use timetap_usecases::bookings::{Offering, find_host_page};

use super::facts::{Fact, Initials};
use super::place::{place_before_booking, place_icon};
use crate::components::icon::Icon;
use crate::components::layout::PublicLayout;
use crate::page::keeping::{Kept, keeping};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;

/// `/:slug`.
#[component]
pub fn HostPage() -> impl IntoView {
    let (app, keeping) = (timetap(), keeping());
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load_page(async move {
        let found = find_host_page(&app, &slug.to_lowercase()).await?;
        let (host, offerings) = found.ok_or(PageError::NotFound)?;
        if let Some(keeping) = keeping {
            keeping.keep(Kept::default());
        }
        let about = host.about.clone();
        let summary: String = about.split_whitespace().collect::<Vec<_>>().join(" ");
        let summary: String = match summary.as_str() {
            "" => format!("Choose a time with {}.", host.display_name),
            summary => summary.chars().take(200).collect(),
        };
        Ok(view! {
            <PageTitle text=format!("{} · TimeTap", host.display_name)/>
            <Meta name="description" content=summary/>
            <PublicLayout>
                <div class="flex flex-col gap-8 max-w-3xl w-full mx-auto pt-4">
                    <header class="flex flex-col gap-4">
                        <div class="flex items-center gap-4">
                            <Initials name=host.display_name.clone()/>
                            <h1>{host.display_name.clone()}</h1>
                        </div>
                        {(!about.is_empty()).then(|| view! { <p class="tt-prose whitespace-pre-line">{about}</p> })}
                    </header>
                    <section class="flex flex-col gap-4" aria-labelledby="services">
                        <h2 id="services">"Book a time"</h2>
                        <ServiceList offerings=offerings/>
                    </section>
                </div>
            </PublicLayout>
        })
    })
}

/// The services of a host, each a link to its times.
#[component]
pub fn ServiceList(offerings: Vec<Offering>) -> impl IntoView {
    if offerings.is_empty() {
        return view! {
            <div class="tt-card">
                <p class="font-medium">"Nothing can be booked here at the moment."</p>
                <p class="tt-muted">"Please come back later."</p>
            </div>
        }
        .into_any();
    }
    let items: Vec<_> = offerings
        .into_iter()
        .map(|offering| {
            let host = &offering.host;
            let service = &offering.service;
            let href = format!("/{}/{}", host.slug, service.slug);
            let place = place_before_booking(offering.location, offering.location_detail(), &host.display_name);
            let description = service.description.clone();
            view! {
                <li class="tt-card tt-card-link flex flex-col gap-2">
                    <h3><a class="tt-card-target" href=href>{service.title.clone()}</a></h3>
                    {(!description.is_empty()).then(|| view! { <p class="tt-muted tt-prose whitespace-pre-line">{description}</p> })}
                    <div class="flex flex-wrap gap-x-6 gap-y-1">
                        {offering.kind.takes_a_time().then(|| view! {
                            <Fact icon=Icon::Clock>
                                <span class="tt-figures">{format_minutes(u32::from(offering.duration_minutes))}</span>
                            </Fact>
                        })}
                        {offering.kind.has_seats().then(|| view! {
                            <Fact icon=Icon::Calendar>{offering.kind.label()}</Fact>
                        })}
                        <Fact icon=place_icon(offering.location)>{place}</Fact>
                        {(offering.goes_by_cart() || offering.price.minor > 0).then(|| view! {
                            <Fact icon=Icon::Tag><span class="tt-figures">{offering.price_label()}</span></Fact>
                        })}
                    </div>
                </li>
            }
        })
        .collect();
    view! { <ul class="flex flex-col gap-4">{items}</ul> }.into_any()
}

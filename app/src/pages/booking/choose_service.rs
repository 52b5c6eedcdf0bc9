//! `/{slug}/book`: what would you like to book?

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use timetap_usecases::bookings::find_host_page;

use super::facts::Initials;
use super::host_page::ServiceList;
use crate::components::layout::PublicLayout;
use crate::page::keeping::{Kept, keeping};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;

/// `/:slug/book`.
#[component]
pub fn ChooseServicePage() -> impl IntoView {
    let (app, keeping) = (timetap(), keeping());
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load_page(async move {
        let found = find_host_page(&app, &slug.to_lowercase()).await?;
        let (host, offerings) = found.ok_or(PageError::NotFound)?;
        if let Some(keeping) = keeping {
            keeping.keep(Kept::default());
        }
        Ok(view! {
            <PageTitle text=format!("Book a time with {} · TimeTap", host.display_name)/>
            <PublicLayout>
                <div class="flex flex-col gap-6 max-w-3xl w-full mx-auto pt-4">
                    <a class="inline-flex items-center gap-3 min-h-11 self-start" href=format!("/{}", host.slug)>
                        <Initials name=host.display_name.clone()/>
                        <span class="font-medium">{host.display_name.clone()}</span>
                    </a>
                    <h1>"What would you like to book?"</h1>
                    <h2 class="sr-only">"Services"</h2>
                    <ServiceList offerings=offerings/>
                </div>
            </PublicLayout>
        })
    })
}

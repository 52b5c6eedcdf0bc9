//! A host's public profile.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::text::ZoneName;
use timetap_core::times::zone_label;
use timetap_usecases::hosts::{ProfileForm, load_host, propose_profile};

use super::access::{done_notice, query, require_host_role};
use crate::components::Tone;
use crate::components::button::SubmitButton;
use crate::components::field::{SelectField, TextAreaField, TextField};
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::booking::zone_choice::remembered_zone;

const ZONE_HINT: &str = "Your hours are meant in this zone. Customers see every time in theirs.";
const KNOWN_ZONE_HINT: &str =
    "The zone of your browser. Your hours are meant in it; customers see every time in theirs.";
const UNKNOWN_ZONE_HINT: &str = "Please check this one: we do not know yet where you are. Your hours are meant in this zone; customers see every time in theirs.";

/// `/host/profile`.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let (app, viewer, browser_zone) = (timetap(), viewer(), remembered_zone());
    load_page(async move {
        let viewer = require_host_role(viewer)?;
        let host = load_host(&app, viewer.user_id).await?;
        let is_new = host.is_none();
        let (stored, slug, zone_hint) = if let Some(host) = host {
            (
                ProfileForm {
                    display_name: host.display_name,
                    slug: host.slug.clone(),
                    time_zone: host.time_zone.to_string(),
                    about: host.about,
                    phone: host.phone.unwrap_or_default(),
                },
                Some(host.slug),
                ZONE_HINT,
            )
        } else {
            let proposed = propose_profile(&app, viewer.user_id, &viewer.name, browser_zone.as_deref()).await?;
            let hint = if proposed.zone_is_known {
                KNOWN_ZONE_HINT
            } else {
                UNKNOWN_ZONE_HINT
            };
            (proposed.form, None, hint)
        };
        let public = app.settings.link("/");
        let now = app.clock.now();
        Ok(view! {
            <PageTitle text=if is_new { "Your public page · TimeTap" } else { "Profile · TimeTap" }/>
            <HostLayout current=Section::Profile>
                <div class="flex flex-col gap-6 max-w-2xl">
                    <Heading is_new=is_new slug=slug/>
                    {done_notice(&[("saved", "Saved. Your page shows it from now on.")])}
                    <ProfileFields stored=stored public=public now=now is_new=is_new zone_hint=zone_hint/>
                </div>
            </HostLayout>
        })
    })
}

#[component]
fn Heading(is_new: bool, slug: Option<String>) -> impl IntoView {
    let sent_here = is_new && query().text("done") == "first";
    view! {
        <div class="flex flex-wrap items-center justify-between gap-3">
            <h1>{if is_new { "Choose your public address" } else { "Profile" }}</h1>
            {slug.map(|slug| view! {
                <a class="tt-link inline-flex items-center gap-2 min-h-11" href=format!("/{slug}")>
                    <IconView icon=Icon::Globe size=18/>
                    "See your page"
                </a>
            })}
        </div>
        {is_new.then(|| view! {
            <p class="tt-prose tt-muted">
                "This is what customers see, and the link that you share. Hours and a first service are made for you; you can change all of it at any time."
            </p>
        })}
        {sent_here.then(|| view! {
            <Notice tone=Tone::Neutral>"One thing first: your page needs an address. The rest of your workplace opens right after."</Notice>
        })}
    }
}

#[component]
fn ProfileFields(
    stored: ProfileForm,
    public: String,
    now: jiff::Timestamp,
    is_new: bool,
    zone_hint: &'static str,
) -> impl IntoView {
    let zones = zone_options(&stored.time_zone, now);
    let form = FormState::new(
        "",
        Values::from_pairs([
            ("display_name", stored.display_name),
            ("slug", stored.slug),
            ("time_zone", stored.time_zone),
            ("about", stored.about),
            ("phone", stored.phone),
        ]),
    );
    view! {
        <form method="post" action="/host/profile" class="tt-card flex flex-col gap-5">
            <FormSummary form=form.clone()/>
            <TextField
                form=form.clone()
                name="display_name"
                label="Name"
                hint="As customers read it: yours, or your practice’s."
                maxlength=120
                autocomplete="name"
            />
            <TextField
                form=form.clone()
                name="slug"
                label="Public address"
                hint=format!(
                    "{public}… Small letters, digits and dashes.{}",
                    if is_new { "" } else { " Links that you have shared stop working when you change it." },
                )
                maxlength=40
                autocomplete="off"
            />
            <SelectField
                form=form.clone()
                name="time_zone"
                label="Time zone"
                hint=zone_hint
                options=zones
            />
            <TextAreaField
                form=form.clone()
                name="about"
                label="About you"
                hint="A few words at the top of your page."
                optional=true
            />
            <TextField
                form=form
                name="phone"
                label="Phone"
                hint="For customers who have booked. Leave it empty to keep it to yourself."
                kind="tel"
                autocomplete="tel"
                maxlength=32
                optional=true
            />
            <p>
                <SubmitButton>{if is_new { "Open my page" } else { "Save" }}</SubmitButton>
            </p>
        </form>
    }
}

/// Every zone with its present distance from Greenwich; the stored one too where it is none of the usual names.
fn zone_options(stored: &str, now: jiff::Timestamp) -> Vec<(String, String)> {
    let mut names = ZoneName::choices();
    if !names.iter().any(|name| name == stored) && ZoneName::parse(stored).is_ok() {
        names.insert(0, stored.to_owned());
    }
    names
        .into_iter()
        .map(|name| {
            let label = ZoneName::parse(&name).map_or_else(|_| name.clone(), |zone| zone_label(zone.time_zone(), now));
            (name, label)
        })
        .collect()
}

//! One service: made new, or changed.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_core::location::LocationKind;
use timetap_core::money::Currency;
use timetap_core::orders::ServiceKind;
use timetap_usecases::TimeTap;
use timetap_usecases::catalogue::{Choices, load_choices};
use timetap_usecases::hosts::{QuestionForm, ServiceForm, ServiceView, load_service};
use uuid::Uuid;

use super::access::{done_notice, require_host_role, require_profile};
use super::offer_fields::OfferFields;
use super::question_rows::{QuestionRows, write_questions};
use super::whose::Whose;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::choices::{Choice, RadioField};
use crate::components::field::{CheckField, TextAreaField, TextField};
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::{HostLayout, Section};
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::{Viewer, viewer};

/// `/host/services/new`.
#[component]
pub fn NewServicePage() -> impl IntoView {
    let (app, viewer) = (timetap(), viewer());
    load_page(async move {
        let viewer = require_host_role(viewer)?;
        let host = require_profile(&app, &viewer).await?;
        let whose = Whose::of(&viewer, host);
        show_new(&app, &viewer, whose).await
    })
}

/// `/host/team/{id}/services/new`.
#[component]
pub fn TeamNewServicePage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    load_page(async move {
        let (viewer, id) = asked?;
        let whose = Whose::find(&app, &viewer, id).await?;
        show_new(&app, &viewer, whose).await
    })
}

async fn show_new(app: &TimeTap, viewer: &Viewer, whose: Whose) -> Result<impl IntoView + use<>, PageError> {
    let fresh = ServiceForm {
        duration_minutes: "60".to_owned(),
        kind: ServiceKind::Session.as_str().to_owned(),
        currency: Currency::EUR.to_string(),
        refund_until_hours: "24".to_owned(),
        late_refund_percent: "0".to_owned(),
        location_kind: LocationKind::GoogleMeet.as_str().to_owned(),
        active: true,
        ..ServiceForm::default()
    };
    let choices = load_choices(app, viewer.user_id, whose.host.user_id, None).await?;
    let page = app.settings.link(&format!("/{}/", whose.host.slug));
    let heading = if whose.own {
        "New service".to_owned()
    } else {
        format!("New service for {}", whose.host.display_name)
    };
    let action = format!("{}/new", whose.list());
    Ok(view! {
        <PageTitle text=format!("{heading} · TimeTap")/>
        <HostLayout current=whose.section(Section::Services)>
            <div class="flex flex-col gap-6 max-w-2xl">
                <h1>{heading}</h1>
                <ServiceFields stored=fresh choices=choices page=page action=action whose=whose is_new=true/>
            </div>
        </HostLayout>
    })
}

/// `/host/services/{id}`.
#[component]
pub fn ServicePage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    load_page(async move {
        let (viewer, id) = asked?;
        let service = load_service(&app, viewer.user_id, id)
            .await?
            .ok_or(PageError::NotFound)?;
        let whose = Whose::find(&app, &viewer, service.host_id).await?;
        let choices = load_choices(&app, viewer.user_id, service.host_id, Some(id)).await?;
        let dates = service.kind.has_seats().then(|| format!("/host/services/{id}/dates"));
        let title = service.title.clone();
        let public = service.active.then(|| format!("/{}/{}", whose.host.slug, service.slug));
        let page = app.settings.link(&format!("/{}/", whose.host.slug));
        let back = (!whose.own).then(|| {
            view! {
                <p><a class="tt-link inline-flex items-center min-h-11" href=whose.list()>{whose.services()}</a></p>
            }
        });
        Ok(view! {
            <PageTitle text=format!("{title} · TimeTap")/>
            <HostLayout current=whose.section(Section::Services)>
                <div class="flex flex-col gap-6 max-w-2xl">
                    {back}
                    <div class="flex flex-wrap items-center justify-between gap-3">
                        <h1>{title}</h1>
                        <p class="flex flex-wrap items-center gap-x-5">
                            {dates.map(|dates| view! {
                                <a class="tt-link inline-flex items-center gap-2 min-h-11" href=dates>
                                    <IconView icon=Icon::Calendar size=18/>
                                    "Dates and seats"
                                </a>
                            })}
                            {public.map(|public| view! {
                                <a class="tt-link inline-flex items-center gap-2 min-h-11" href=public>
                                    <IconView icon=Icon::Globe size=18/>
                                    "See its page"
                                </a>
                            })}
                        </p>
                    </div>
                    {done_notice(&[("saved", "Saved. New bookings see it so; what is booked already stays.")])}
                    <ServiceFields
                        stored=stored_form(service, &choices)
                        choices=choices
                        page=page
                        action=format!("/host/services/{id}")
                        whose=whose
                        is_new=false
                    />
                </div>
            </HostLayout>
        })
    })
}

fn stored_form(service: ServiceView, choices: &Choices) -> ServiceForm {
    let detail_of = |kind: LocationKind| {
        (service.location_kind == kind)
            .then(|| service.location_detail.clone())
            .flatten()
            .unwrap_or_default()
    };
    let ids = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect();
    ServiceForm {
        kind: service.kind.as_str().to_owned(),
        price: if service.price.minor == 0 {
            String::new()
        } else {
            service.price.number()
        },
        currency: service.price.currency.to_string(),
        refund_until_hours: (service.refund_until_minutes / 60).to_string(),
        late_refund_percent: service.late_refund_percent.to_string(),
        staff: ids(&choices.staff),
        rooms: ids(&choices.service_rooms),
        duration_minutes: service.duration_minutes.to_string(),
        location_kind: service.location_kind.as_str().to_owned(),
        location_phone: detail_of(LocationKind::Phone),
        location_address: detail_of(LocationKind::InPerson),
        location_link: detail_of(LocationKind::Link),
        active: service.active,
        questions: service.questions.iter().map(QuestionForm::of).collect(),
        title: service.title,
        slug: service.slug,
        description: service.description,
    }
}

fn stored_values(stored: ServiceForm) -> Values {
    let mut pairs = write_questions(&stored.questions);
    let texts = [
        ("title", stored.title),
        ("slug", stored.slug),
        ("description", stored.description),
        ("kind", stored.kind),
        ("price", stored.price),
        ("currency", stored.currency),
        ("refund_until_hours", stored.refund_until_hours),
        ("late_refund_percent", stored.late_refund_percent),
        ("duration_minutes", stored.duration_minutes),
        ("location_kind", stored.location_kind),
        ("location_phone", stored.location_phone),
        ("location_address", stored.location_address),
        ("location_link", stored.location_link),
    ];
    pairs.extend(texts.map(|(name, value)| (name.to_owned(), value)));
    pairs.extend(stored.staff.into_iter().map(|id| ("staff".to_owned(), id)));
    pairs.extend(stored.rooms.into_iter().map(|id| ("rooms".to_owned(), id)));
    if stored.active {
        pairs.push(("active".to_owned(), "yes".to_owned()));
    }
    Values::from_pairs(pairs)
}

#[component]
fn ServiceFields(
    stored: ServiceForm,
    choices: Choices,
    page: String,
    action: String,
    whose: Whose,
    is_new: bool,
) -> impl IntoView {
    let (list, host) = (whose.list(), whose.name("you"));
    let offered = whose.say("Offered on my page", "Offered on their page").to_owned();
    let form = FormState::new("", stored_values(stored));
    view! {
        <form method="post" action=action class="tt-card flex flex-col gap-6">
            // Pressing Enter in a field presses the form's first button: that has to be the one that saves.
            <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">"Save"</button>
            <FormSummary form=form.clone()/>
            <TextField form=form.clone() name="title" label="Title" maxlength=120 autocomplete="off"/>
            <TextField
                form=form.clone()
                name="slug"
                label="Web address"
                hint=if is_new {
                    format!("{page}… Leave it empty to have it made from the title.")
                } else {
                    format!("{page}… Links that you have shared stop working when you change it.")
                }
                maxlength=40
                autocomplete="off"
                optional=true
            />
            <OfferFields form=form.clone() choices=choices host=host/>
            <TextAreaField
                form=form.clone()
                name="description"
                label="Description"
                hint="What it is about, and what to bring."
                maxlength=4000
                optional=true
            />
            <LocationFields form=form.clone() whose=whose/>
            <QuestionRows form=form.clone()/>
            <CheckField
                form=form
                name="active"
                label=offered
                hint="Untick it to hide the service. What is booked already stays."
            />
            <p class="flex flex-wrap gap-3">
                <SubmitButton>{if is_new { "Add this service" } else { "Save" }}</SubmitButton>
                <LinkButton href=list weight=Weight::Plain>"Back to services"</LinkButton>
            </p>
        </form>
    }
}

/// The kinds of location; each shows its own field once chosen.
#[component]
fn LocationFields(form: FormState, whose: Whose) -> impl IntoView {
    let below = |kind: LocationKind| match kind {
        LocationKind::GoogleMeet => whose.say(
            "A link is made with each booking, once your Google calendar is connected.",
            "A link is made with each booking, once the Google calendar of who serves is connected.",
        ),
        LocationKind::Phone => whose.say(
            "You call the customer, or they call you.",
            "Who serves calls the customer, or the customer calls.",
        ),
        LocationKind::InPerson => "At the address below.",
        LocationKind::Link => whose.say(
            "Your own meeting room on the web.",
            "A meeting room of their own on the web.",
        ),
        LocationKind::AtCustomer => whose.say(
            "You go to them; they are asked for their address.",
            "Who serves goes to the customers; they are asked for their address.",
        ),
    };
    let kinds = LocationKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), kind.label(), below(*kind)))
        .collect();
    view! {
        <RadioField
            form=form.clone()
            name="location_kind"
            legend=whose.say("Where you meet", "Where they meet")
            ids="place"
            options=kinds
            large=true
        >
            <div class="hidden group-has-[#place-phone:checked]:block">
                <TextField
                    form=form.clone()
                    name="location_phone"
                    label="Number to call"
                    hint="Leave it empty to call the customer; they are asked for a number then."
                    kind="tel"
                    maxlength=32
                    optional=true
                />
            </div>
            <div class="hidden group-has-[#place-in-person:checked]:block">
                <TextAreaField
                    form=form.clone()
                    name="location_address"
                    label="Address"
                    hint="As customers find it, such as “Calle Mayor 1, Madrid”."
                    maxlength=300
                    rows=2
                    conditional=true
                />
            </div>
            <div class="hidden group-has-[#place-link:checked]:block">
                <TextField
                    form=form
                    name="location_link"
                    label="Link"
                    hint="Begins with https:// and is sent to customers who have booked."
                    kind="url"
                    maxlength=2000
                    conditional=true
                />
            </div>
        </RadioField>
    }
}

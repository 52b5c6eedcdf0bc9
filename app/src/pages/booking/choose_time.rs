//! `/{slug}/{service}`: a month, the times of a day, and the form, on one card.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_params_map;
use timetap_core::times::zone_label;
use timetap_usecases::bookings::{Offering, find_offering};

use super::chosen_time::{ChosenTime, NearestTimes, Wish};
use super::facts::OfferingFacts;
use super::picker::Picker;
use super::picker_view::PickerPlace;
use super::private_page::keep_fresh;
use super::questions::QuestionField;
use super::subject::Subject;
use super::zone_choice::{ZoneChoice, ZoneForm};
use crate::components::field::TextField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::page::form::{FormState, Values, page_query, reply_to};
use crate::page::keeping::{Kept, keeping};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

/// For those who come back to the form by their browser's history; the same for everybody, so that it gives nobody away.
const OWN_BOOKING: &str = "If it was you who booked it, your booking stands; look for its confirmation in your inbox.";

/// `/:slug/:service`. The query may hold `month`, `day`, `slot` and `tz`; the form is posted to the same address.
#[component]
pub fn ChooseTimePage() -> impl IntoView {
    let (app, viewer, query, reply) = (timetap(), viewer(), page_query(), reply_to(""));
    let keeping = keeping();
    let params = use_params_map().read_untracked().clone();
    let (slug, service) = (
        params.get("slug").unwrap_or_default().to_lowercase(),
        params.get("service").unwrap_or_default().to_lowercase(),
    );
    let stored = Values::from_pairs([
        (
            "name",
            viewer.as_ref().map(|viewer| viewer.name.clone()).unwrap_or_default(),
        ),
        ("email", viewer.map(|viewer| viewer.email).unwrap_or_default()),
        ("idempotency_key", app.entropy.token()),
    ]);
    let form = FormState::new("", stored);
    keep_fresh();
    load_page(async move {
        let offering = find_offering(app.db.reader(), &slug, &service)
            .await?
            .ok_or(PageError::NotFound)?;
        let zone = ZoneChoice::find(&query, reply.as_ref(), &offering.host.time_zone);
        let subject = Subject::service(&offering);
        let wish = Wish::find(&query, reply.as_ref());
        let time = ChosenTime::load(&app, &subject, &zone.zone, wish)
            .await?
            .ok_or(PageError::NotFound)?;
        // A page that looks around for other times reads more than what it says it holds by.
        if let Some(keeping) = keeping.filter(|_| !time.gone) {
            keeping.keep(Kept {
                form_key: Some(form.value("idempotency_key")),
                until: time.view.holds_until,
            });
        }
        let path = format!("/{slug}/{service}");
        let place = PickerPlace {
            subject: format!("service:{slug}/{service}"),
            token: String::new(),
            zone: zone.zone.as_str().to_owned(),
            zone_chosen: zone.chosen,
        };
        let label = zone_label(zone.zone.time_zone(), app.clock.now());
        let keep = Values::from_pairs([
            ("month", time.view.month.clone()),
            (
                "day",
                time.view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default(),
            ),
            (
                "slot",
                time.chosen.as_ref().map(|slot| slot.start.clone()).unwrap_or_default(),
            ),
        ]);
        let title = format!("{} with {}", offering.service.title, offering.host.display_name);
        Ok(view! {
            <PageTitle text=format!("{title} · TimeTap")/>
            <Meta name="description" content=format!("Choose a time for {title}.")/>
            <PublicLayout>
                <div class="tt-card tt-booking">
                    <div class="flex flex-col gap-4">
                        <OfferingFacts offering=offering.clone()/>
                        <ZoneForm choice=zone label=label path=path keep=keep/>
                    </div>
                    <BookingFields offering=offering form=form place=place time=time/>
                </div>
            </PublicLayout>
        })
    })
}

#[component]
fn BookingFields(offering: Offering, form: FormState, place: PickerPlace, time: ChosenTime) -> impl IntoView {
    let address = place.href("", "", "");
    let zone = place.zone.clone();
    let needs_phone = offering.needs_phone();
    let host = offering.host.display_name.clone();
    let phone_hint = if needs_phone {
        format!("{host} will call you on this number.")
    } else {
        "Only in case something comes up.".to_owned()
    };
    let (gone, stale) = (time.gone, time.is_stale());
    let nearest = gone.then(|| {
        let (time, place) = (time.clone(), place.clone());
        let hint = time.taken.then_some(OWN_BOOKING);
        view! { <NearestTimes time=time place=place hint=hint/> }
    });
    let (above, within) = if stale { (nearest, None) } else { (None, nearest) };
    let questions: Vec<_> = offering
        .questions
        .into_iter()
        .map(|question| view! { <QuestionField form=form.clone() question=question/> })
        .collect();
    view! {
        <form method="post" action=address class="flex flex-col gap-6 min-w-0">
            {(!gone).then(|| view! { <FormSummary form=form.clone()/> })}
            {above}
            <Picker place=place view=time.view.clone() chosen=time.to_send() gone=gone && !stale action="Book">
                {within}
                <div class="flex flex-col gap-4 max-w-xl">
                    <input type="hidden" name="time_zone" value=zone/>
                    <input type="hidden" name="idempotency_key" value=form.value("idempotency_key")/>
                    <TextField form=form.clone() name="name" label="Your name" autocomplete="name" maxlength=120/>
                    <TextField
                        form=form.clone()
                        name="email"
                        label="E-mail"
                        kind="email"
                        hint="The confirmation and the link to change the booking go there."
                        autocomplete="email"
                        inputmode="email"
                        maxlength=254
                    />
                    <TextField
                        form=form.clone()
                        name="phone"
                        label="Phone"
                        kind="tel"
                        hint=phone_hint
                        autocomplete="tel"
                        inputmode="tel"
                        maxlength=32
                        optional=!needs_phone
                    />
                    {questions}
                </div>
            </Picker>
        </form>
    }
}

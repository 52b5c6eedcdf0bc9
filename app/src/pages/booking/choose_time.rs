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
use crate::pages::shop::choose_date::{choose_date, item_of};

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
        if offering.kind.has_seats() {
            return choose_date(&app, offering, form, &query, keeping)
                .await
                .map(IntoAny::into_any);
        }
        let zone = ZoneChoice::find(&query, reply.as_ref(), &offering.host.time_zone);
        let subject = Subject::service(&app, &offering).await?.ok_or(PageError::NotFound)?;
        let by_cart = offering.goes_by_cart();
        let wish = Wish::find(&query, reply.as_ref());
        let wish = if by_cart { wish.of_time_alone() } else { wish };
        let time = ChosenTime::load(&app, &subject, &zone.zone, wish)
            .await?
            .ok_or(PageError::NotFound)?;
        // A page that looks around for other times reads more than what it says it holds by.
        if let Some(keeping) = keeping.filter(|_| !time.gone) {
            keeping.keep(Kept {
                form_key: (!by_cart).then(|| form.value("idempotency_key")),
                until: time.view.holds_until,
            });
        }
        let path = format!("/{slug}/{service}");
        let place = PickerPlace {
            subject: format!("service:{slug}/{service}"),
            token: String::new(),
            item: item_of(&query),
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
            ("item", place.item.clone()),
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
                    {if by_cart {
                        view! { <CartFields form=form place=place time=time/> }.into_any()
                    } else {
                        view! { <BookingFields offering=offering form=form place=place time=time/> }.into_any()
                    }}
                </div>
            </PublicLayout>
        }
        .into_any())
    })
}

/// A time that is put into the cart: who comes and who pays is asked at the checkout, once for everything.
#[component]
fn CartFields(form: FormState, place: PickerPlace, time: ChosenTime) -> impl IntoView {
    let (address, zone, item) = (place.href("", "", ""), place.zone.clone(), place.item.clone());
    let (gone, stale) = (time.gone, time.is_stale());
    let action = if item.is_empty() {
        "Add to cart"
    } else {
        "Take this time"
    };
    let nearest = gone.then(|| {
        let (time, place) = (time.clone(), place.clone());
        view! { <NearestTimes time=time place=place hint=None/> }
    });
    view! {
        <form method="post" action=address class="flex flex-col gap-6 min-w-0">
            {(!gone).then(|| view! { <FormSummary form=form/> })}
            {nearest}
            <Picker place=place view=time.view.clone() chosen=time.to_send() gone=gone && !stale action=action>
                <input type="hidden" name="time_zone" value=zone/>
                <input type="hidden" name="item" value=item/>
                <p class="tt-muted tt-prose">"You can add more before you pay. The time is held for you once you order."</p>
            </Picker>
        </form>
    }
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

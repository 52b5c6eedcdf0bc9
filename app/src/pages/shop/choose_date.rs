//! `/{slug}/{service}` of what takes place on dates that stand: a camp's dates, the weekly times of a subscription.

use leptos::prelude::*;
use leptos_meta::Meta;
use timetap_core::orders::ServiceKind;
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::Offering;
use timetap_usecases::carts::MAX_SEATS;
use timetap_usecases::orders::{DatedOffer, list_dates};
use uuid::Uuid;

use super::dated_words::{places_left, until, when};
use crate::components::button::SubmitButton;
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::PublicLayout;
use crate::components::page_title::PageTitle;
use crate::page::form::{FormState, Values};
use crate::page::keeping::{Keeping, Kept};
use crate::page::loading::PageError;
use crate::pages::booking::facts::OfferingFacts;

/// The thing in the cart that what is picked takes the place of, as the address names it.
pub fn item_of(query: &Values) -> String {
    let item: Option<Uuid> = query.text("item").parse().ok();
    item.map(|item| item.to_string()).unwrap_or_default()
}

/// The page. It holds as long as nobody's hold of a seat runs out.
///
/// # Errors
/// The database refuses.
pub async fn choose_date(
    app: &TimeTap,
    offering: Offering,
    form: FormState,
    query: &Values,
    keeping: Option<Keeping>,
) -> Result<impl IntoView + use<>, PageError> {
    let dates = list_dates(app, &offering.service, offering.kind).await?;
    if let Some(keeping) = keeping {
        keeping.keep(Kept {
            form_key: None,
            until: dates.holds_until,
        });
    }
    let item = item_of(query);
    let title = format!("{} with {}", offering.service.title, offering.host.display_name);
    let action = format!("/{}/{}", offering.host.slug, offering.service.slug);
    let action = if item.is_empty() {
        action
    } else {
        format!("{action}?item={item}")
    };
    let kind = offering.kind;
    let some = dates.offers.iter().any(|date| date.free > 0);
    let chosen = form.value("date");
    // One that can be had is as good as chosen.
    let mut free = dates.offers.iter().filter(|date| date.free > 0).map(DatedOffer::id);
    let only = free.next().filter(|_| free.next().is_none()).map(|id| id.to_string());
    let chosen = if chosen.is_empty() {
        only.unwrap_or_default()
    } else {
        chosen
    };
    let nothing = dates.offers.is_empty();
    let lines: Vec<_> = dates
        .offers
        .into_iter()
        .map(|date| view! { <DateChoice kind=kind checked=chosen == date.id().to_string() date=date/> })
        .collect();
    let (heading, legend) = match kind {
        ServiceKind::Subscription => ("Choose your weekly time", "Weekly times"),
        _ => ("Choose your dates", "Dates"),
    };
    let description = format!("{heading}: {title}.");
    let error = form.error("date");
    let described = error.as_ref().map(|_| "field-date-error");
    let quantity = form.value("quantity");
    Ok(view! {
        <PageTitle text=format!("{title} · TimeTap")/>
        <Meta name="description" content=description/>
        <PublicLayout>
            <div class="tt-card tt-booking">
                <div class="flex flex-col gap-4"><OfferingFacts offering=offering/></div>
                {if nothing {
                    view! {
                        <div class="flex flex-col gap-2">
                            <h2>"No dates at the moment"</h2>
                            <p class="tt-muted">"New ones will stand here. Please come back later."</p>
                        </div>
                    }
                    .into_any()
                } else {
                    view! {
                        <form method="post" action=action class="flex flex-col gap-6 min-w-0">
                            <FormSummary form=form.clone()/>
                            <input type="hidden" name="item" value=item.clone()/>
                            <fieldset class="flex flex-col gap-3 min-w-0" id="field-date" aria-describedby=described>
                                <legend class="font-bold text-xl mb-3">{heading}<span class="sr-only">": "{legend}</span></legend>
                                {lines}
                                {error.map(|error| view! {
                                    <p class="tt-error" id="field-date-error"><IconView icon=Icon::Alert size=16/>{error}</p>
                                })}
                            </fieldset>
                            {if some {
                                view! {
                                    <div class="max-w-48"><Places value=quantity/></div>
                                    <p class="tt-muted tt-prose">
                                        {match kind {
                                            ServiceKind::Subscription => {
                                                "You pay week by week and can stop at any time. Who takes part is asked at the checkout."
                                            }
                                            _ => "Who takes part is asked at the checkout. Places are held for you once you order.",
                                        }}
                                    </p>
                                    <p><SubmitButton>{if item.is_empty() { "Add to cart" } else { "Take these dates" }}</SubmitButton></p>
                                }
                                .into_any()
                            } else {
                                view! { <p class="tt-muted">"All of it is full. Places that become free again show up here."</p> }
                                    .into_any()
                            }}
                        </form>
                    }
                    .into_any()
                }}
            </div>
        </PublicLayout>
    })
}

#[component]
fn DateChoice(kind: ServiceKind, date: DatedOffer, checked: bool) -> impl IntoView {
    let days = usize::try_from(date.days).unwrap_or(1);
    let when = when(kind, date.first, date.last, days, &date.zone);
    let full = date.free < 1;
    let until = until(date.ends_on).map(|until| view! { <span class="block tt-muted text-sm">{until}</span> });
    view! {
        <label class="tt-choice" data-full=full.then_some("yes")>
            <input type="radio" name="date" value=date.id().to_string() checked=checked && !full disabled=full required/>
            // Where there is no room beside them, the places stand below.
            <span class="flex-1 min-w-0 flex flex-wrap justify-between gap-x-4 gap-y-1">
                <span class="min-w-40 flex-1 tt-figures">
                    <span class="block font-medium">{when.first}</span>
                    <span class="block tt-muted text-sm">{when.then}</span>
                    {until}
                </span>
                <span class="tt-figures text-sm font-medium whitespace-nowrap">{places_left(date.free)}</span>
            </span>
        </label>
    }
}

/// How many places.
#[component]
pub fn Places(value: String) -> impl IntoView {
    let options: Vec<_> = (1..=MAX_SEATS)
        .map(|number| {
            let number = number.to_string();
            view! { <option value=number.clone() selected=number == value>{number.clone()}</option> }
        })
        .collect();
    view! {
        <label class="tt-label" for="field-quantity">"How many places?"</label>
        <select class="tt-input tt-figures" id="field-quantity" name="quantity">{options}</select>
    }
}

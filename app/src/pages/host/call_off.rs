//! `/host/dates/{id}/call-off`: whom it concerns, what it costs, a word to the customers, and the way back.

use leptos::prelude::*;
use timetap_core::times::format_when;
use timetap_usecases::catalogue::{CallOffView, view_call_off};

use super::call_off_progress::money_words;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::field::TextAreaField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::components::page_title::PageTitle;
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values, reply_to};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::pages::booking::private_page::keep_private;

/// `/host/dates/{id}/call-off`.
#[component]
pub fn CallOffPage() -> impl IntoView {
    let (app, asked, reply) = (timetap(), host_and_id(), reply_to(""));
    keep_private();
    load_page(async move {
        let (viewer, id) = asked?;
        let found = view_call_off(&app, viewer.user_id, id)
            .await?
            .ok_or(PageError::NotFound)?;
        let back = format!("/host/dates/{id}");
        if reply.is_none() && (found.called_off.is_some() || found.begun) {
            return Err(PageError::Redirect(back));
        }
        let key = Values::from_pairs([("key", app.entropy.token())]);
        let form = FormState::of(reply, key);
        let when = format_when(found.span, found.zone.time_zone());
        let place = [Some(found.staff.clone()), found.room.clone()].into_iter().flatten();
        let place = place.collect::<Vec<_>>().join(" · ");
        let (key, action) = (form.value("key"), format!("{back}/call-off"));
        Ok(view! {
            <PageTitle text="Call this date off · TimeTap"/>
            <HostLayout current=Section::Services>
                <section class="tt-card max-w-xl w-full flex flex-col gap-6">
                    <h1>"Call this date off?"</h1>
                    <div class="flex flex-col gap-1">
                        <p class="font-medium">{found.title.clone()}</p>
                        <p class="tt-figures">{when}</p>
                        <p class="tt-muted text-sm">{place}</p>
                    </div>
                    <Meaning view=found/>
                    <FormSummary form=form.clone()/>
                    <form method="post" action=action class="flex flex-col gap-4">
                        <input type="hidden" name="key" value=key/>
                        <TextAreaField
                            form=form
                            name="message"
                            label="A word to the customers"
                            hint="It stands in the mail that tells them."
                            maxlength=1000
                            rows=3
                            optional=true
                        />
                        <p class="tt-muted">"This cannot be undone: nothing can be bought on this date afterwards."</p>
                        <div class="flex flex-wrap gap-3">
                            <SubmitButton weight=Weight::Danger>"Call it off"</SubmitButton>
                            <LinkButton href=back weight=Weight::Quiet>"Keep it"</LinkButton>
                        </div>
                    </form>
                </section>
            </HostLayout>
        })
    })
}

/// How many bookings and how much money it is about.
#[component]
fn Meaning(view: CallOffView) -> impl IntoView {
    let money = view.money();
    let bookings = match view.bookings.len() {
        0 => "Nobody has booked it.".to_owned(),
        1 => "1 booking is cancelled, and its customer is told by e-mail.".to_owned(),
        count => format!("{count} bookings are cancelled, and their customers are told by e-mail."),
    };
    let money = if money.is_empty() {
        None
    } else {
        Some(format!(
            "{} goes back to them: all that was paid, whatever the refund rules of the service say.",
            money_words(&money)
        ))
    };
    let week = (view.is_week && view.bookings.iter().any(|booking| booking.money.is_none()))
        .then_some("Who has not paid for this week yet pays nothing for it: what is charged goes back by itself.");
    let unpaid = match view.unpaid {
        0 => None,
        1 => Some(
            "1 order that is being paid at this moment ends; should its payment still arrive, it goes back.".to_owned(),
        ),
        count => Some(format!(
            "{count} orders that are being paid at this moment end; payments that still arrive go back."
        )),
    };
    view! {
        <ul class="flex flex-col gap-2 tt-figures">
            <li class="font-medium">{bookings}</li>
            {money.map(|money| view! { <li class="font-medium">{money}</li> })}
            {week.map(|week| view! { <li>{week}</li> })}
            {unpaid.map(|unpaid| view! { <li>{unpaid}</li> })}
        </ul>
    }
}

//! `/bookings/{id}/cancel`: one question, and the way back.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use timetap_usecases::bookings::BookingView;
use timetap_usecases::payments::refund_of_booking;

use super::booking_page::When;
use super::own_booking::own_booking;
use super::private_page::keep_private;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::field::TextAreaField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::page::address_id::address_id;
use crate::page::form::{FormState, Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::shop::order_words::refund_words;

/// `/bookings/:id/cancel`, for the customer.
#[component]
pub fn CancelPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let id = address_id();
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let (booking, back) = own_booking(&app, id?, &query, viewer).await?;
        if !booking.can_change && form.reply().is_none() {
            return Err(PageError::Redirect(back));
        }
        let action = format!(
            "/bookings/{}/cancel?token={}",
            booking.appointment.id, booking.capability
        );
        let money = match refund_of_booking(&app, &booking.appointment).await? {
            Some(_) if booking.appointment.run != 0 => {
                Some("What is paid for this week does not go back; the other weeks stay.".to_owned())
            }
            Some((back, paid)) => Some(refund_words(back, paid)),
            None => None,
        };
        Ok(view! {
            <PageTitle text="Cancel this booking · TimeTap"/>
            <PublicLayout>
                <div class="max-w-xl w-full mx-auto pt-4">
                    <CancelCard booking=booking form=form action=action back=back by_host=false money=money/>
                </div>
            </PublicLayout>
        })
    })
}

/// What is cancelled, a word to the other side, and two ways out.
#[component]
pub fn CancelCard(
    booking: BookingView,
    form: FormState,
    action: String,
    back: String,
    by_host: bool,
    /// What the customer gets back, where it was paid for.
    money: Option<String>,
    /// Whether somebody else does it in the host's place.
    #[prop(optional)]
    stands_in: bool,
) -> impl IntoView {
    let told = stands_in.then(|| in_whose_name(&booking));
    let other = if by_host {
        booking.appointment.customer_name.clone()
    } else {
        booking.host.display_name.clone()
    };
    view! {
        <section class="tt-card flex flex-col gap-6">
            <h1>"Cancel this booking?"</h1>
            <div class="flex flex-col gap-1">
                <p class="font-medium">{format!("{} with {other}", booking.appointment.service_title)}</p>
                <When booking=booking/>
            </div>
            {told}
            {money.map(|money| view! { <p class="tt-figures font-medium">{money}</p> })}
            <FormSummary form=form.clone()/>
            <form method="post" action=action class="flex flex-col gap-4">
                <TextAreaField
                    form=form
                    name="message"
                    label=format!("A word to {other}")
                    maxlength=1000
                    rows=3
                    optional=true
                />
                <p class="tt-muted">{format!("{other} is told by e-mail, and the time is free again.")}</p>
                <div class="flex flex-wrap gap-3">
                    <SubmitButton weight=Weight::Danger>"Cancel the booking"</SubmitButton>
                    <LinkButton href=back weight=Weight::Quiet>"Keep it"</LinkButton>
                </div>
            </form>
        </section>
    }
}

/// Whose booking it is, and in whose name the customer is told of it, to somebody who acts in the host's place.
pub fn in_whose_name(booking: &BookingView) -> impl IntoView + use<> {
    let (host, customer) = (&booking.host.display_name, &booking.appointment.customer_name);
    let words =
        format!("{host} serves it. {customer} is told in the name of {host}, who reads what you write as well.");
    view! { <p class="tt-prose break-words">{words}</p> }
}

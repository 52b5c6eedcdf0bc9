//! `/bookings/{id}/cancel`: one question, and the way back.

use crate::components::page_title::PageTitle;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use timetap_usecases::bookings::{Actor, BookingView, view_booking};
use uuid::Uuid;

use super::booking_page::When;
use super::private_page::keep_private;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::field::TextAreaField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::page::form::{FormState, Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;

/// `/bookings/:id/cancel`, for the customer.
#[component]
pub fn CancelPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let id: Uuid = id.parse().map_err(|_| PageError::NotFound)?;
        let actor = Actor::Customer {
            capability: query.get("token"),
            user_id: viewer.map(|viewer| viewer.user_id),
        };
        let booking = view_booking(&app, id, &actor).await?.ok_or(PageError::NotFound)?;
        let back = format!("/bookings/{id}?token={}", booking.capability);
        if !booking.can_change && form.reply().is_none() {
            return Err(PageError::Redirect(back));
        }
        let action = format!("/bookings/{id}/cancel?token={}", booking.capability);
        Ok(view! {
            <PageTitle text="Cancel this booking · TimeTap"/>
            <PublicLayout>
                <div class="max-w-xl w-full mx-auto pt-4">
                    <CancelCard booking=booking form=form action=action back=back by_host=false/>
                </div>
            </PublicLayout>
        })
    })
}

/// What is cancelled, a word to the other side, and two ways out.
#[component]
pub fn CancelCard(booking: BookingView, form: FormState, action: String, back: String, by_host: bool) -> impl IntoView {
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

//! `/host/bookings/{id}/staff`: who else could serve a booking, or as what, and the way back.

use leptos::prelude::*;
use timetap_core::times::format_when;
use timetap_usecases::bookings::{Actor, ExchangeView, find_booking, view_exchange};
use uuid::Uuid;

use super::access::done_notice;
use super::whose::section_of;
use crate::components::Tone;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::field::{SelectField, TextAreaField};
use crate::components::form_summary::FormSummary;
use crate::components::layout::{HostLayout, Section};
use crate::components::notice::Notice;
use crate::components::page_title::PageTitle;
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values, reply_to};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::pages::booking::private_page::keep_private;

const DONE: &[(&str, &str)] = &[
    ("changed", "Changed. Everybody concerned is told by e-mail."),
    ("unchanged", "It is like that already, so nothing has changed."),
];

/// `/host/bookings/{id}/staff`.
#[component]
pub fn ExchangePage() -> impl IntoView {
    let (app, asked, reply) = (timetap(), host_and_id(), reply_to(""));
    keep_private();
    load_page(async move {
        let (viewer, id) = asked?;
        let found = view_exchange(&app, viewer.user_id, id)
            .await?
            .ok_or(PageError::NotFound)?;
        let section = section_of(&viewer, found.appointment.host_id, Section::Bookings);
        let actor = Actor::Host {
            user_id: viewer.user_id,
        };
        let sees_it = find_booking(app.db.reader(), id, &actor).await?.is_some();
        let back = match found.order_id {
            _ if sees_it => format!("/host/bookings/{id}"),
            // On whose page it was booked came by its order.
            Some(order) => format!("/orders/{order}"),
            None => "/host/bookings".to_owned(),
        };
        let stored = Values::from_pairs([
            ("staff", found.appointment.host_id.to_string()),
            ("service", found.appointment.service_id.to_string()),
        ]);
        let form = FormState::of(reply, stored);
        let title = format!(
            "{} with {}",
            found.appointment.service_title, found.appointment.customer_name
        );
        let when = format_when(found.span, &found.zone);
        let now = found
            .staff
            .iter()
            .find(|one| one.user_id == found.appointment.host_id)
            .map(|one| format!("Served by {}", one.name));
        Ok(view! {
            <PageTitle text="Who serves this booking · TimeTap"/>
            <HostLayout current=section>
                {done_notice(DONE)}
                <section class="tt-card max-w-xl w-full flex flex-col gap-6">
                    <h1>"Who serves this booking?"</h1>
                    <div class="flex flex-col gap-1">
                        <p class="font-medium break-words">{title}</p>
                        <p class="tt-figures">{when}</p>
                        {now.map(|now| view! { <p class="tt-muted">{now}</p> })}
                    </div>
                    <FormSummary form=form.clone()/>
                    <Choices view=found form=form id=id back=back/>
                </section>
            </HostLayout>
        })
    })
}

#[component]
fn Choices(view: ExchangeView, form: FormState, id: Uuid, back: String) -> impl IntoView {
    let choices = view.services.len() > 1 || view.staff.len() > 1;
    if !view.is_open || !choices {
        let sentence = if view.is_open {
            "Nobody else serves this, and no other service is like it. Add people to the service to have a choice here."
        } else {
            "This booking is cancelled or over, so nothing about it can be changed any more."
        };
        return view! {
            <Notice tone=Tone::Neutral><p>{sentence}</p></Notice>
            <p><LinkButton href=back weight=Weight::Quiet>"Back"</LinkButton></p>
        }
        .into_any();
    }
    let customer = view.appointment.customer_name.clone();
    let staff: Vec<(String, String)> = view
        .staff
        .iter()
        .map(|one| {
            let name = match one.busy {
                Some(why) => format!("{} {}", one.name, why.trim_end_matches('.')),
                None => one.name.clone(),
            };
            (one.user_id.to_string(), name)
        })
        .collect();
    let services: Vec<(String, String)> = view
        .services
        .iter()
        .map(|(id, title)| (id.to_string(), title.clone()))
        .collect();
    let hint = if view.is_paid {
        "Services of the same kind, price, length and kind of place. The refund rules stay those under which it was bought."
    } else {
        "Services of the same kind, price, length and kind of place."
    };
    let service = (services.len() > 1).then(|| {
        view! {
            <SelectField
                form=form.clone()
                name="service"
                label="Service"
                hint=hint
                options=services
            />
        }
    });
    view! {
        <form method="post" action=format!("/host/bookings/{id}/staff") class="flex flex-col gap-4">
            <SelectField form=form.clone() name="staff" label="Who serves" options=staff/>
            {service}
            <TextAreaField
                form=form
                name="message"
                label=format!("A word to {customer}")
                maxlength=1000
                rows=3
                optional=true
            />
            <p class="tt-muted">{format!("The time stays. {customer} is told by e-mail, and all calendars follow.")}</p>
            <div class="flex flex-wrap gap-3">
                <SubmitButton>"Change it"</SubmitButton>
                <LinkButton href=back weight=Weight::Quiet>"Leave it"</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

//! `/orders/{id}/cancel`: one thing of an order, what goes back, and the way back.

use leptos::prelude::*;
use timetap_usecases::orders::{OrderReader, OrderSide, view_order};
use timetap_usecases::payments::refund_on_cancel;
use uuid::Uuid;

use super::dated_words::say_when;
use super::order_words::refund_words;
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::field::TextAreaField;
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::components::page_title::PageTitle;
use crate::page::address_id::address_id;
use crate::page::form::{FormState, Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::booking::private_page::keep_private;

/// `/orders/:id/cancel?item=`, for the customer.
#[component]
pub fn CancelItemPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let id = address_id();
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let id = id?;
        let reader = OrderReader {
            capability: query.get("token"),
            account: viewer.map(|viewer| (viewer.user_id, viewer.role)),
        };
        let found = view_order(&app, id, &reader).await?;
        let view = found
            .filter(|view| view.side == OrderSide::Customer)
            .ok_or(PageError::NoBooking)?;
        let wanted: Uuid = query.text("item").parse().map_err(|_| PageError::NotFound)?;
        let item = view
            .items
            .iter()
            .find(|item| item.item.id == wanted)
            .cloned()
            .ok_or(PageError::NotFound)?;
        let token = &view.capability;
        let back = format!("/orders/{id}?token={token}");
        if item.item.status != "booked" && form.reply().is_none() {
            return Err(PageError::Redirect(back));
        }
        let action = format!("/orders/{id}/cancel?item={wanted}&token={token}");
        let weekly = item.item.template_id.is_some();
        let refund = refund_on_cancel(&app, id, wanted).await?;
        let money = if weekly {
            "What is paid for still takes place; nothing more is charged after that.".to_owned()
        } else {
            refund_words(view.money(refund.amount), view.money(refund.paid))
        };
        let zone = if item.kind.takes_a_time() {
            &view.zone
        } else {
            &item.zone
        };
        let when = say_when(item.kind, &item.spans, zone);
        let (heading, button) = if weekly {
            ("End this subscription?", "End it")
        } else {
            ("Cancel this?", "Cancel it")
        };
        let staff = item.staff_name.clone();
        Ok(view! {
            <PageTitle text="Cancel · TimeTap"/>
            <PublicLayout>
                <div class="max-w-xl w-full mx-auto pt-4">
                    <section class="tt-card flex flex-col gap-6">
                        <h1>{heading}</h1>
                        <div class="flex flex-col gap-1">
                            <p class="font-medium">{format!("{} with {staff}", item.item.title)}</p>
                            {when.map(|when| view! {
                                <p class="tt-figures">{when.first}</p>
                                <p class="tt-muted text-sm tt-figures">{when.then}</p>
                            })}
                        </div>
                        <p class="tt-figures font-medium">{money}</p>
                        <FormSummary form=form.clone()/>
                        <form method="post" action=action class="flex flex-col gap-4">
                            <TextAreaField
                                form=form
                                name="message"
                                label=format!("A word to {staff}")
                                maxlength=1000
                                rows=3
                                optional=true
                            />
                            <div class="flex flex-wrap gap-3">
                                <SubmitButton weight=Weight::Danger>{button}</SubmitButton>
                                <LinkButton href=back weight=Weight::Quiet>"Keep it"</LinkButton>
                            </div>
                        </form>
                    </section>
                </div>
            </PublicLayout>
        })
    })
}

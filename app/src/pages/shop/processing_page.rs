//! `/checkout/processing`, where the payment leads back to: three steps that tick by themselves, and then the order.

use leptos::prelude::*;
use timetap_usecases::orders::{OrderReader, OrderSide, Step, look_for_money, progress_of, view_order};
use uuid::Uuid;

use crate::components::icon::{Icon, IconView};
use crate::components::layout::PublicLayout;
use crate::components::page_title::PageTitle;
use crate::islands::live_status::LiveStatus;
use crate::page::form::{asks_for_headers, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::booking::private_page::keep_private;
use crate::site::wake_islands;

/// `/checkout/processing?order=&token=`, and `/checkout/success`. Whether the news of the payment have come already, are late
/// or never come: the payment itself is looked at here, but not for a request that wants the headers alone.
#[component]
pub fn ProcessingPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let headers_only = asks_for_headers();
    keep_private();
    load_page(async move {
        let id: Uuid = query.text("order").parse().map_err(|_| PageError::NotFound)?;
        let reader = OrderReader {
            capability: query.get("token"),
            account: viewer.map(|viewer| (viewer.user_id, viewer.role)),
        };
        let found = view_order(&app, id, &reader).await?;
        let mut view = found
            .filter(|view| view.side == OrderSide::Customer)
            .ok_or(PageError::NoBooking)?;
        if !headers_only && look_for_money(&app, &view).await {
            view = view_order(&app, id, &reader).await?.ok_or(PageError::NoBooking)?;
        }
        let progress = progress_of(&view, app.clock.now());
        let token = view.capability.clone();
        let order_page = format!("/orders/{id}?token={token}");
        if progress.over {
            return Err(PageError::Redirect(order_page));
        }
        let known = serde_json::to_string(&progress).unwrap_or_default();
        let (payment, appointments, calendars) = (progress.payment, progress.appointments, progress.calendars);
        let processing = view.is_processing();
        let here = format!("/checkout/processing?order={id}&token={token}");
        let progress_url = format!("/orders/{id}/progress?token={token}");
        let number = format!("Order {}", view.order.number);
        Ok(view! {
            <PageTitle text="Your payment · TimeTap"/>
            <PublicLayout>
                <div class="tt-card flex flex-col gap-6 max-w-xl w-full mx-auto mt-4">
                    <header class="flex flex-col gap-1">
                        <h1>"One moment"</h1>
                        <p class="tt-muted tt-figures">{number}</p>
                    </header>
                    <LiveStatus>
                        <div data-status=known data-version="processing" data-url=progress_url>
                            <ol id="status-now" class="flex flex-col gap-4" aria-live="polite">
                                <StepLine step=payment name="Payment" words=payment_words(payment, processing)/>
                                <StepLine step=appointments name="Appointments" words=appointment_words(appointments)/>
                                <StepLine step=calendars name="Calendars" words=calendar_words(calendars)/>
                            </ol>
                            <div id="status-sentence"></div>
                            <div id="status-mail"></div>
                        </div>
                    </LiveStatus>
                    {wake_islands()}
                    <div class="flex flex-wrap gap-x-6">
                        <noscript>
                            <a class="tt-link inline-flex items-center min-h-11 mr-6" href=here>"Look again"</a>
                        </noscript>
                        <a class="tt-link inline-flex items-center min-h-11" href=order_page>"To your order"</a>
                    </div>
                    <p class="tt-muted text-sm">
                        "You can close this page: the confirmation comes by e-mail whatever happens here."
                    </p>
                </div>
            </PublicLayout>
        })
    })
}

#[component]
fn StepLine(step: Step, name: &'static str, words: &'static str) -> impl IntoView {
    let (class, icon) = match step {
        Step::Done => ("text-tt-success", Icon::Check),
        Step::Failed => ("text-tt-warning", Icon::Alert),
        Step::Working => ("text-tt-primary", Icon::Clock),
        Step::Waiting => ("tt-muted", Icon::Clock),
    };
    view! {
        <li class="flex gap-3 items-start">
            <span class=class><IconView icon=icon size=22/></span>
            <span><span class="font-medium block">{name}</span><span class="tt-muted">{words}</span></span>
        </li>
    }
}

fn payment_words(step: Step, processing: bool) -> &'static str {
    match step {
        Step::Done => "It is paid.",
        Step::Failed => "It was not paid.",
        _ if processing => "Your bank is working on it. That may take a few days.",
        Step::Working | Step::Waiting => "We are asking for it.",
    }
}

fn appointment_words(step: Step) -> &'static str {
    match step {
        Step::Done => "Everything is booked.",
        Step::Failed => "They could not be booked.",
        Step::Working => "They are being booked.",
        Step::Waiting => "They are held for you.",
    }
}

fn calendar_words(step: Step) -> &'static str {
    match step {
        Step::Done => "Everything stands where it should.",
        Step::Failed => "There is nothing to write.",
        Step::Working => "They are being written.",
        Step::Waiting => "After that.",
    }
}

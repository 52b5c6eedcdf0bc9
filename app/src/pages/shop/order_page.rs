//! `/orders/{id}`: what was ordered, whether it is paid, how it stands in calendars, and what can be done about it.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_usecases::calendars::{EventStage, view_calendar_status};
use timetap_usecases::orders::{OrderReader, OrderSide, OrderView, progress_of, view_order};
use timetap_usecases::{TimeTap, Unexpected};
use uuid::Uuid;

use super::cart_line::money_label;
use super::order_done::said;
use super::order_item::OrderItem;
use super::order_words::{explanation, heading, order_state, time_left, until_when};
use super::payment_pages::allow_payment_pages;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::{Icon, IconView};
use crate::components::layout::PublicLayout;
use crate::components::notice::Notice;
use crate::components::page_title::PageTitle;
use crate::islands::hold_countdown::HoldCountdown;
use crate::islands::live_status::LiveStatus;
use crate::page::address_id::address_id;
use crate::page::form::{FormState, Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::booking::private_page::keep_private;
use crate::site::wake_islands;

/// `/orders/:id`, with the token of the customer's link, for the account that ordered, and for those who serve it.
#[component]
pub fn OrderPage() -> impl IntoView {
    let (app, viewer, query) = (timetap(), viewer(), page_query());
    let id = address_id();
    let form = FormState::new("", Values::default());
    keep_private();
    allow_payment_pages(&app);
    load_page(async move {
        let id = id?;
        let reader = OrderReader {
            capability: query.get("token"),
            account: viewer.map(|viewer| (viewer.user_id, viewer.role)),
        };
        let view = view_order(&app, id, &reader).await?.ok_or(PageError::NoBooking)?;
        let own = own_calendar(&app, id, &reader).await?;
        let now = app.clock.now();
        let done = said(&view, query.text("done"), query.text("item"), now);
        let title = format!("Order {} · TimeTap", view.order.number);
        let explanation = explanation(&view, now);
        Ok(view! {
            <PageTitle text=title/>
            <PublicLayout>
                <div class="flex flex-col gap-6 max-w-3xl w-full mx-auto pt-4">
                    <header class="flex flex-col gap-2">
                        <h1>{heading(&view, now)}</h1>
                        {explanation.map(|text| view! { <p class="tt-prose">{text}</p> })}
                    </header>
                    {done}
                    <FormSummary form=form/>
                    <Whole view=view own=own now=now/>
                </div>
            </PublicLayout>
        })
    })
}

#[component]
fn Whole(view: OrderView, own: Option<EventStage>, now: Timestamp) -> impl IntoView {
    let progress = progress_of(&view, now);
    let known = serde_json::to_string(&progress).unwrap_or_default();
    let version = format!("{} {}", progress.status, progress.items.join(" "));
    let base = format!("/orders/{}", view.order.id);
    let query = if view.capability.is_empty() {
        String::new()
    } else {
        format!("?token={}", view.capability)
    };
    let url = (!progress.settled).then(|| format!("{base}/progress{query}"));
    let refresh = format!("{base}{query}");
    let items: Vec<_> = view
        .items
        .iter()
        .map(|item| view! { <OrderItem order=view.clone() item=item.clone()/> })
        .collect();
    let live = view.items.iter().flat_map(|item| &item.appointments);
    let live = live.filter(|known| known.appointment.status == "scheduled").count();
    let file = (live > 1 && view.side == OrderSide::Customer).then(|| format!("{base}/invites.ics{query}"));
    let added = progress
        .entries
        .iter()
        .filter(|(calendar, _)| *calendar == "added")
        .count();
    let news = (!progress.entries.is_empty())
        .then(|| format!("{added} of {} calendar entries are written.", progress.entries.len()));
    let payable = view.side == OrderSide::Customer && view.can_be_paid(now) && !view.is_processing();
    view! {
        {payable.then(|| view! { <Pay view=view.clone() now=now/> })}
        <section class="tt-card flex flex-col gap-6" aria-labelledby="receipt">
            <div class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <h2 id="receipt">{format!("Order {}", view.order.number)}</h2>
                <State view=view.clone()/>
            </div>
            <LiveStatus>
                <div data-status=known data-version=version data-url=url>
                    <ul id="status-now" class="tt-lines">{items}</ul>
                    {own.map(own_line)}
                    // The list is long; what changed is said shortly.
                    <div id="status-sentence" class="sr-only" aria-live="polite">{news}</div>
                    <div id="status-mail"></div>
                    <noscript>
                        {(!progress.settled).then(|| view! {
                            <p><a class="tt-link inline-flex items-center min-h-11" href=refresh>"Look again"</a></p>
                        })}
                    </noscript>
                </div>
            </LiveStatus>
            {wake_islands()}
            {file.map(|file| view! {
                <p><a class="tt-button tt-button-quiet" href=file download="order.ics">"Add all of it to your calendar (.ics)"</a></p>
            })}
            {(view.side != OrderSide::Staff).then(|| view! { <Sums view=view.clone()/> })}
        </section>
        <Customer view=view/>
    }
}

/// How the whole order stands in the calendar of who is signed in; nothing for guests, and before there are appointments.
async fn own_calendar(app: &TimeTap, id: Uuid, reader: &OrderReader<'_>) -> Result<Option<EventStage>, Unexpected> {
    if reader.account.is_none() {
        return Ok(None);
    }
    let status = view_calendar_status(app, id, reader).await?;
    Ok(status
        .and_then(|status| status.google.stage)
        .filter(|stage| *stage != EventStage::Guest))
}

/// That, with the way to one's calendars where there is something to do.
fn own_line(stage: EventStage) -> impl IntoView {
    let (class, icon) = match stage {
        EventStage::Added => ("tt-chip tt-chip-success", Icon::Check),
        EventStage::Pending => ("tt-chip", Icon::Clock),
        EventStage::Retrying | EventStage::Reconnect | EventStage::Failed => ("tt-chip tt-chip-warning", Icon::Alert),
        EventStage::Off | EventStage::Guest | EventStage::Connect => ("tt-chip", Icon::Calendar),
    };
    let words = if stage == EventStage::Connect {
        view! { <a class="tt-link inline-flex items-center min-h-11" href="/account/calendars">{stage.words()}</a> }
            .into_any()
    } else {
        view! { <span class=class><IconView icon=icon size=14/>{stage.words()}</span> }.into_any()
    };
    let helps = matches!(stage, EventStage::Off | EventStage::Reconnect | EventStage::Failed);
    view! {
        <p class="flex flex-wrap items-center gap-x-3 pt-3" data-own-calendar=format!("{stage:?}").to_lowercase()>
            "Your calendar: " {words}
            {helps.then(|| view! {
                <a class="tt-link inline-flex items-center min-h-11" href="/account/calendars">"Your calendars"</a>
            })}
        </p>
    }
}

#[component]
fn State(view: OrderView) -> impl IntoView {
    let (tone, icon) = order_state(view.status);
    let label = if view.status == timetap_core::orders::OrderStatus::Paid && view.total.minor == 0 {
        "Confirmed"
    } else {
        view.status.label()
    };
    view! { <Chip tone=tone icon=icon>{label}</Chip> }
}

/// Until when everything is held, and the way to pay.
#[component]
fn Pay(view: OrderView, now: Timestamp) -> impl IntoView {
    let until = view.held_until.unwrap_or(now);
    let action = format!("/orders/{}?token={}", view.order.id, view.capability);
    let label = if view.order.mode == "free" {
        "Confirm".to_owned()
    } else {
        format!("Pay {}", view.total)
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-label="Payment">
            <p class="tt-figures">
                {format!("Everything is held for you until {}: ", until_when(&view, until))}
                <HoldCountdown>
                    <span class="font-medium" data-left=until.duration_since(now).as_secs().to_string()>{time_left(until, now)}</span>
                </HoldCountdown>
                "."
            </p>
            {wake_islands()}
            <div class="flex flex-wrap gap-3">
                <form method="post" action=action.clone()>
                    <SubmitButton name="pay" value="yes">{label}</SubmitButton>
                </form>
                <form method="post" action=action>
                    <SubmitButton name="call_off" value="yes" weight=Weight::Quiet>"Call it off"</SubmitButton>
                </form>
            </div>
        </section>
    }
}

/// Total, what came in, what went back.
#[component]
fn Sums(view: OrderView) -> impl IntoView {
    let order = &view.order;
    let line = |label: String, amount: String| {
        view! {
            <div class="flex justify-between gap-4">
                <dt>{label}</dt>
                <dd>{amount}</dd>
            </div>
        }
    };
    let weekly = order.mode == "subscription";
    let total = line(
        if weekly {
            "Each week".to_owned()
        } else {
            "Total".to_owned()
        },
        money_label(view.total),
    );
    let discount =
        (order.discount_minor > 0).then(|| line("Discount".to_owned(), view.money(-order.discount_minor).to_string()));
    let paid = (order.paid_minor > 0).then(|| line("Paid".to_owned(), view.money(order.paid_minor).to_string()));
    let refunded =
        (order.refunded_minor > 0).then(|| line("Refunded".to_owned(), view.money(-order.refunded_minor).to_string()));
    let coming: i64 = view
        .refunds
        .iter()
        .filter(|refund| matches!(refund.status.as_str(), "wanted" | "pending"))
        .map(|refund| refund.amount_minor)
        .sum();
    let coming = (coming > 0).then(|| view.money(coming)).map(|coming| {
        view! {
            <Notice>
                <p>{format!("{coming} are on the way back to you. Banks take five to ten days.")}</p>
            </Notice>
        }
    });
    let failed = view.has_failed_refund().then(|| {
        view! {
            <Notice>
                <p>"A refund did not get through. We were told and look after it; you need not do anything."</p>
            </Notice>
        }
    });
    view! {
        <dl class="flex flex-col gap-1 tt-figures border-t border-tt-border pt-4">
            {total}{discount}{paid}{refunded}
        </dl>
        {coming}
        {failed}
    }
}

/// Whom it is for, as they wrote it.
#[component]
fn Customer(view: OrderView) -> impl IntoView {
    let order = view.order;
    let fact = |label: &'static str, value: Option<String>| {
        value.filter(|value| !value.is_empty()).map(|value| {
            view! {
                <dt class="tt-muted">{label}</dt>
                <dd class="whitespace-pre-line">{value}</dd>
            }
        })
    };
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="customer">
            <h2 id="customer">{if view.side == OrderSide::Customer { "Your details" } else { "Customer" }}</h2>
            <dl class="tt-facts">
                {fact("Name", Some(order.customer_name))}
                {fact("E-mail", Some(order.customer_email))}
                {fact("Phone", order.customer_phone)}
                {fact("Address", order.address)}
                {fact("Notes", order.notes)}
            </dl>
        </section>
    }
}

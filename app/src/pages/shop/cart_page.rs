//! `/cart`: what was put together, what it costs, and what is in the way of ordering it.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::text::ZoneName;
use timetap_core::times::{format_time, zone_label};
use timetap_store::entities::order;
use timetap_usecases::TimeTap;
use timetap_usecases::carts::{CartLine, CartView, MAX_SEATS, view_cart};
use timetap_usecases::orders::{open_capability, pay_until};

use super::cart_line::{LineFacts, LinePrice, LineProblems, money_label};
use crate::components::button::{LinkButton, SubmitButton, Weight};
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::components::notice::Notice;
use crate::components::page_title::PageTitle;
use crate::page::cart_cookie::cart_owner;
use crate::page::form::{FormState, Values};
use crate::page::loading::load_page;
use crate::page::query::done_notice;
use crate::page::timetap;
use crate::pages::booking::private_page::keep_private;

/// `/cart`.
#[component]
pub fn CartPage() -> impl IntoView {
    let (app, owner) = (timetap(), cart_owner());
    let form = FormState::new("", Values::default());
    keep_private();
    load_page(async move {
        let cart = view_cart(&app, &owner, true).await?;
        let done = done_notice(&[
            ("added", "It is in your cart."),
            ("changed", "Changed."),
            ("removed", "Taken out of your cart."),
        ]);
        let waiting = cart
            .waiting
            .as_ref()
            .map(|order| waiting_link(&app, order))
            .transpose()?;
        let held = waiting.is_some();
        Ok(view! {
            <PageTitle text="Your cart · TimeTap"/>
            <PublicLayout>
                <div class="flex flex-col gap-6 max-w-3xl w-full mx-auto pt-4">
                    <h1>"Your cart"</h1>
                    {done}
                    <FormSummary form=form/>
                    {waiting.map(|(until, href)| view! { <Waiting until=until href=href/> })}
                    {if cart.lines.is_empty() {
                        view! { <Empty/> }.into_any()
                    } else {
                        view! { <Things cart=cart held=held/> }.into_any()
                    }}
                </div>
            </PublicLayout>
        })
    })
}

/// Until when an order holds its times, and where it is paid.
fn waiting_link(app: &TimeTap, order: &order::Model) -> Result<(String, String), timetap_usecases::Unexpected> {
    let zone = ZoneName::parse(&order.customer_time_zone).map_or(TimeZone::UTC, |zone| zone.time_zone().clone());
    let until = pay_until(order)
        .map(|at| format!("{} ({})", format_time(at, &zone), zone_label(&zone, at)))
        .unwrap_or_default();
    let token = open_capability(app, order)?;
    Ok((until, format!("/orders/{}?token={token}", order.id)))
}

#[component]
fn Waiting(until: String, href: String) -> impl IntoView {
    view! {
        <Notice>
            <p class="font-medium">"You have ordered this, and not paid yet."</p>
            <p class="tt-figures">{format!("Everything is held for you until {until}.")}</p>
            <p class="pt-2"><LinkButton href=href>"To your order"</LinkButton></p>
        </Notice>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="tt-card flex flex-col gap-2">
            <p class="font-medium">"There is nothing in your cart."</p>
            <p class="tt-muted">
                "What you choose on the page of somebody who can be booked waits here until you order it. Things in a cart are not held."
            </p>
        </div>
    }
}

/// What is in the cart, and on to the checkout. Where all of it is `held` by an order already, that one is the next step.
#[component]
fn Things(cart: CartView, held: bool) -> impl IntoView {
    let ready = cart.can_be_ordered();
    let weekly = cart.is_weekly();
    let total = cart.total.map(|total| {
        let label = if weekly && cart.lines.len() == 1 {
            "Each week"
        } else {
            "Total"
        };
        view! {
            <p class="flex justify-between gap-4 text-lg font-medium tt-figures">
                <span>{label}</span>
                <span>{money_label(total)}</span>
            </p>
        }
    });
    let lines: Vec<_> = cart
        .lines
        .into_iter()
        .map(|line| {
            let conflicts = cart.conflicts.iter().filter(|conflict| conflict.item == line.item.id);
            let conflicts = conflicts.map(|conflict| conflict.message.clone()).collect();
            view! { <Thing line=line conflicts=conflicts/> }
        })
        .collect();
    view! {
        <ul class="flex flex-col gap-4">{lines}</ul>
        <section class="tt-card flex flex-col gap-4" aria-label="What it costs">
            {total}
            {if ready && held {
                view! {
                    <p class="tt-muted text-sm">"If you order anew, the order above is called off, and this one takes its place."</p>
                    <p><LinkButton href="/checkout" weight=Weight::Quiet class="w-full sm:w-auto">"Go to the checkout"</LinkButton></p>
                }
                .into_any()
            } else if ready {
                view! {
                    <p class="tt-muted text-sm">"Nothing is held yet. At the checkout everything is held for you while you pay."</p>
                    <p><LinkButton href="/checkout" class="w-full sm:w-auto">"Go to the checkout"</LinkButton></p>
                }
                .into_any()
            } else {
                view! {
                    <p>"Something above needs another look before you can order."</p>
                    <p><LinkButton href="/checkout" weight=Weight::Plain>"Go to the checkout all the same"</LinkButton></p>
                }
                .into_any()
            }}
        </section>
    }
}

#[component]
fn Thing(line: CartLine, conflicts: Vec<String>) -> impl IntoView {
    let item = line.item.id.to_string();
    let id = format!("thing-{item}");
    let title = line.ware.service.title.clone();
    let offered = line.ware.offer.is_some();
    let change = format!("/{}/{}?item={item}", line.ware.host.slug, line.ware.service.slug);
    let change_label = if line.ware.kind.takes_a_time() {
        "Choose another time"
    } else {
        "Choose other dates"
    };
    let seats = line.ware.kind.has_seats().then_some(line.item.quantity);
    let names: Vec<String> = line
        .participants
        .iter()
        .map(timetap_core::orders::Participant::label)
        .collect();
    let names = (!names.is_empty()).then(|| format!("For {}", names.join(", ")));
    let trouble = line.problem.is_some() || !conflicts.is_empty();
    let quiet = "tt-link inline-flex items-center min-h-11 cursor-pointer";
    view! {
        <li class="tt-card flex flex-col gap-4" id=id>
            <div class="flex flex-col sm:flex-row sm:justify-between gap-x-6 gap-y-2">
                <LineFacts line=line.clone() linked=true/>
                <LinePrice line=line.clone()/>
            </div>
            {names.map(|names| view! { <p>{names}</p> })}
            {trouble.then(|| view! {
                <form method="post" action="/cart">
                    <input type="hidden" name="item" value=item.clone()/>
                    <LineProblems line=line conflicts=conflicts name="instead" prefix=String::new()/>
                </form>
            })}
            <div class="flex flex-wrap items-end gap-x-6 gap-y-2">
                {seats.map(|seats| view! { <Seats item=item.clone() title=title.clone() seats=seats/> })}
                {offered.then(|| view! { <a class=quiet href=change rel="nofollow">{change_label}</a> })}
                <form method="post" action="/cart">
                    <input type="hidden" name="item" value=item/>
                    <button type="submit" class=quiet name="remove" value="yes">
                        "Remove"<span class="sr-only">{format!(" “{title}”")}</span>
                    </button>
                </form>
            </div>
        </li>
    }
}

#[component]
fn Seats(item: String, title: String, seats: i64) -> impl IntoView {
    let options: Vec<_> = (1..=MAX_SEATS)
        .map(|number| {
            let text = number.to_string();
            view! { <option value=text.clone() selected=number == seats>{text.clone()}</option> }
        })
        .collect();
    let id = format!("places-{item}");
    view! {
        <form method="post" action="/cart" class="flex flex-wrap items-end gap-2">
            <input type="hidden" name="item" value=item/>
            <div>
                <label class="tt-label" for=id.clone()>"Places"<span class="sr-only">{format!(" of “{title}”")}</span></label>
                <select class="tt-input tt-figures" id=id name="quantity">{options}</select>
            </div>
            <SubmitButton weight=Weight::Quiet>"Change"<span class="sr-only">{format!(" places of “{title}”")}</span></SubmitButton>
        </form>
    }
}

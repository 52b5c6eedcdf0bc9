//! `/checkout`: who orders, who takes part, and on to the payment.

use leptos::prelude::*;
use timetap_core::location::LocationKind;
use timetap_store::accounts::find_user::find_user;
use timetap_usecases::carts::{CartLine, CartView, view_cart};

use super::cart_line::{LineFacts, LinePrice, LineProblems, money_label};
use super::participant_fields::{ParticipantFields, stored_participants};
use super::payment_pages::allow_payment_pages;
use crate::components::button::LinkButton;
use crate::components::field::{TextAreaField, TextField};
use crate::components::form_summary::FormSummary;
use crate::components::layout::PublicLayout;
use crate::components::page_title::PageTitle;
use crate::page::cart_cookie::cart_owner;
use crate::page::form::{FormState, Values, page_query};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;
use crate::page::viewer::viewer;
use crate::pages::booking::private_page::keep_private;
use crate::pages::booking::zone_choice::remembered_zone;

/// `/checkout`. Whoever comes back from the payment is led to the order that waits for it.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let (app, viewer, owner, query) = (timetap(), viewer(), cart_owner(), page_query());
    let reply = crate::page::form::reply_to("");
    let zone = remembered_zone();
    keep_private();
    allow_payment_pages(&app);
    load_page(async move {
        if let Some(back) = back_from_payment(&query) {
            return Err(PageError::Redirect(back));
        }
        let cart = view_cart(&app, &owner, true).await?;
        if cart.lines.is_empty() {
            return Err(PageError::Redirect("/cart".to_owned()));
        }
        let mut stored: Vec<(String, String)> = vec![("idempotency_key".to_owned(), app.entropy.token())];
        if let Some(viewer) = &viewer {
            let user = find_user(app.db.reader(), viewer.user_id).await?;
            let phone = user.and_then(|user| user.phone).unwrap_or_default();
            stored.extend([
                ("name".to_owned(), viewer.name.clone()),
                ("email".to_owned(), viewer.email.clone()),
                ("phone".to_owned(), phone),
            ]);
        }
        let home = cart.lines.first().map(|line| line.ware.host.time_zone.clone());
        stored.push(("time_zone".to_owned(), zone.or(home).unwrap_or_default()));
        stored.extend(cart.lines.iter().flat_map(stored_participants));
        let form = FormState::of(reply, Values::from_pairs(stored));
        let signed_in = viewer.is_some();
        Ok(view! {
            <PageTitle text="Checkout · TimeTap"/>
            <PublicLayout>
                <div class="flex flex-col gap-6 max-w-3xl w-full mx-auto pt-4">
                    <h1>"Checkout"</h1>
                    {(!signed_in).then(|| view! {
                        <p class="tt-muted">
                            "You can order without an account. "
                            <a class="tt-link" href="/sign-in?next=%2Fcheckout">"Sign in"</a>
                            " to find your orders and keep your details; your cart comes along."
                        </p>
                    })}
                    <CheckoutForm cart=cart form=form/>
                </div>
            </PublicLayout>
        })
    })
}

/// The page of the order that the address names.
fn back_from_payment(query: &Values) -> Option<String> {
    let id: uuid::Uuid = query.text("order").parse().ok()?;
    let token = query.text("token");
    let token = percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC);
    Some(format!("/orders/{id}?token={token}&done=not_paid"))
}

#[component]
fn CheckoutForm(cart: CartView, form: FormState) -> impl IntoView {
    let at_customer = cart
        .lines
        .iter()
        .any(|line| line.ware.location == LocationKind::AtCustomer);
    let called = cart.lines.iter().any(|line| {
        let detail = Some(line.ware.service.location_detail.as_str()).filter(|detail| !detail.is_empty());
        line.ware.location.needs_customer_phone(detail)
    });
    let phone_hint = if called {
        "You are called on this number."
    } else {
        "Only in case something comes up."
    };
    let (total, weekly) = (cart.total, cart.is_weekly());
    let is_free = total.is_some_and(|total| total.minor == 0);
    let conflicts = cart.conflicts;
    let lines: Vec<_> = cart
        .lines
        .into_iter()
        .map(|line| {
            let conflicts = conflicts.iter().filter(|conflict| conflict.item == line.item.id);
            let conflicts = conflicts.map(|conflict| conflict.message.clone()).collect();
            view! { <Thing form=form.clone() line=line conflicts=conflicts/> }
        })
        .collect();
    let action = match total {
        _ if is_free => "Order".to_owned(),
        Some(total) if weekly => format!("Go on to pay {total} a week"),
        Some(total) => format!("Go on to pay {total}"),
        None => "Go on to the payment".to_owned(),
    };
    view! {
        <form method="post" action="/checkout" class="flex flex-col gap-6">
            // Return in a field must not take another time than the one that stands above.
            <button type="submit" class="hidden" tabindex="-1" aria-hidden="true"></button>
            <FormSummary form=form.clone()/>
            <input type="hidden" name="idempotency_key" value=form.value("idempotency_key")/>
            <input type="hidden" name="time_zone" value=form.value("time_zone")/>
            <section class="tt-card flex flex-col gap-4" aria-labelledby="you">
                <h2 id="you">"You"</h2>
                <TextField form=form.clone() name="name" label="Your name" autocomplete="name" maxlength=120/>
                <TextField
                    form=form.clone()
                    name="email"
                    label="E-mail"
                    kind="email"
                    hint="The confirmation, and the link to your order, go there."
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
                    optional=!(at_customer || called)
                />
                {at_customer.then(|| view! {
                    <TextAreaField
                        form=form.clone()
                        name="address"
                        label="Address"
                        hint="Where we come to: street, number, town, and how to find the door."
                        maxlength=300
                        rows=3
                    />
                })}
            </section>
            <ul class="flex flex-col gap-6" id="field-items">{lines}</ul>
            <section class="tt-card flex flex-col gap-4" aria-label="Order">
                <TextAreaField form=form name="notes" label="Anything else we should know?" maxlength=2000 rows=3 optional=true/>
                {total.map(|total| view! {
                    <p class="flex justify-between gap-4 text-lg font-medium tt-figures">
                        <span>{if weekly { "Each week" } else { "Total" }}</span>
                        <span>{money_label(total)}</span>
                    </p>
                })}
                <p class="tt-muted text-sm tt-prose">
                    {if is_free {
                        "It is yours at once; you get a confirmation by e-mail."
                    } else {
                        "Everything is held for you for about half an hour while you pay by card or as your bank offers it. \
                         We never see your card."
                    }}
                </p>
                <div class="flex flex-wrap gap-3">
                    <button type="submit" class="tt-button tt-button-primary tt-figures">{action}</button>
                    <LinkButton href="/cart" weight=crate::components::button::Weight::Plain>"Back to the cart"</LinkButton>
                </div>
            </section>
        </form>
    }
}

#[component]
fn Thing(form: FormState, line: CartLine, conflicts: Vec<String>) -> impl IntoView {
    let item = line.item.id;
    // What was refused a moment ago stands in the summary above; here is what can be done about it.
    let conflicts = match form.error(&format!("line-{item}")) {
        Some(said) if line.problem.is_none() && !conflicts.contains(&said) => [conflicts, vec![said]].concat(),
        _ => conflicts,
    };
    let trouble = line.problem.is_some() || !conflicts.is_empty();
    let title = line.ware.service.title.clone();
    view! {
        <li class="tt-card flex flex-col gap-4" id=format!("field-line-{item}")>
            <div class="flex flex-col sm:flex-row sm:justify-between gap-x-6 gap-y-2">
                <LineFacts line=line.clone()/>
                <LinePrice line=line.clone()/>
            </div>
            <LineProblems line=line.clone() conflicts=conflicts name="take" prefix=format!("{item}:")/>
            {trouble.then(|| view! {
                <p>
                    <button type="submit" class="tt-link inline-flex items-center min-h-11 cursor-pointer" name="take_out" value=item.to_string()>
                        {format!("Order without “{title}”")}
                    </button>
                </p>
            })}
            <ParticipantFields form=form line=line/>
        </li>
    }
}

//! A thing of an order: as on a receipt, with what can be done about it.

use leptos::prelude::*;
use timetap_core::location::LocationKind;
use timetap_core::orders::{OrderStatus, Participant};
use timetap_core::span::Span;
use timetap_core::times::format_when_short;
use timetap_usecases::bookings::{BookingStatus, takes_a_time};
use timetap_usecases::orders::{ItemAppointment, OrderItemView, OrderSide, OrderView};

use super::cart_line::money_label;
use super::dated_words::say_when;
use super::order_words::{item_state, subscription_words};
use crate::components::Tone;
use crate::components::chip::Chip;
use crate::components::icon::{Icon, IconView};
use crate::components::notice::Notice;
use crate::pages::booking::place::BookedPlace;

/// The thing.
#[component]
pub fn OrderItem(order: OrderView, item: OrderItemView) -> impl IntoView {
    let zone = if item.kind.takes_a_time() {
        &order.zone
    } else {
        &item.zone
    };
    let when = say_when(item.kind, &item.spans, zone);
    let state = item_state(&item.item.status)
        .filter(|_| item.item.status != "held" || order.status == OrderStatus::AwaitingPayment)
        .map(|(word, tone, icon)| view! { <Chip tone=tone icon=icon>{word}</Chip> });
    let names: Vec<String> = item.participants.iter().map(Participant::label).collect();
    let names = (!names.is_empty()).then(|| format!("For {}", names.join(", ")));
    let known = private_notes(&order, &item);
    let count = item.item.quantity;
    let each = (count > 1).then(|| format!("{count} × {}", order.money(item.item.unit_minor)));
    let refunded =
        (item.item.refunded_minor > 0).then(|| format!("{} went back", order.money(item.item.refunded_minor)));
    let detail = match item.location {
        LocationKind::AtCustomer => order.order.address.clone().unwrap_or_default(),
        LocationKind::InPerson => in_room(&item),
        _ => item.item.location_detail.clone(),
    };
    // A link of the host's is for those who have booked.
    let booked = item.item.status == "booked";
    let hide_place = item.location == LocationKind::Link && !booked;
    let weekly = item.item.template_id.is_some();
    let struck = matches!(item.item.status.as_str(), "cancelled" | "lost");
    let appointments: Vec<_> = item
        .appointments
        .iter()
        .map(|known| appointment(known, &order, weekly))
        .collect();
    let ends = item
        .subscription
        .as_ref()
        .is_some_and(|found| found.cancel_at_period_end);
    let goes_on = item.subscription.as_ref().filter(|_| order.side != OrderSide::Staff);
    let goes_on = goes_on
        .and_then(|found| subscription_words(found, zone))
        .map(|(words, alarming)| {
            if alarming {
                view! { <Notice tone=Tone::Warning>{words}</Notice> }.into_any()
            } else {
                view! { <p class="tt-figures">{words}</p> }.into_any()
            }
        });
    let cancel = (order.side == OrderSide::Customer && booked && !ends).then(|| {
        let href = format!(
            "/orders/{}/cancel?item={}&token={}",
            order.order.id, item.item.id, order.capability
        );
        let label = if weekly { "End this subscription" } else { "Cancel this" };
        view! {
            <a class="tt-link inline-flex items-center min-h-11" href=href>
                {label}<span class="sr-only">{format!(": “{}”", item.item.title)}</span>
            </a>
        }
    });
    view! {
        <li class="flex flex-col gap-3 py-5 first:pt-0 last:pb-0">
            <div class="flex flex-col sm:flex-row sm:justify-between gap-x-6 gap-y-2">
                <div class="min-w-0">
                    <h3>{item.item.title.clone()}</h3>
                    <p class="tt-muted text-sm">{format!("with {}", item.staff_name)}</p>
                    {when.map(|when| view! {
                        <p class=if struck { "tt-figures pt-1 line-through" } else { "tt-figures pt-1" }>{when.first}</p>
                        <p class="tt-muted text-sm tt-figures">{when.then}</p>
                    })}
                </div>
                <div class="tt-figures sm:text-right flex flex-col gap-1 sm:items-end">
                    <p class="font-medium">{money_label(item.price)}</p>
                    {each.map(|each| view! { <p class="tt-muted text-sm">{each}</p> })}
                    {refunded.map(|refunded| view! { <p class="tt-muted text-sm">{refunded}</p> })}
                </div>
            </div>
            {state.map(|state| view! { <p>{state}</p> })}
            {goes_on}
            {names.map(|names| view! { <p>{names}</p> })}
            {known}
            {(!hide_place && item.location != LocationKind::GoogleMeet).then(|| view! {
                <p>
                    <BookedPlace
                        kind=item.location
                        detail=detail
                        host=item.staff_name.clone()
                        phone=order.order.customer_phone.clone()
                    />
                </p>
            })}
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1">{appointments}{cancel}</div>
        </li>
    }
}

/// The address, with the room where it takes one: one with an address of its own says where it is.
fn in_room(item: &OrderItemView) -> String {
    let Some(room) = &item.room else {
        return item.item.location_detail.clone();
    };
    let address = match room.address.trim() {
        "" => item.item.location_detail.trim(),
        address => address,
    };
    format!("{}\n{address}", room.name).trim_end().to_owned()
}

/// Allergies and notes, for those who look after the participants; the customer wrote them.
fn private_notes(order: &OrderView, item: &OrderItemView) -> Option<impl IntoView + use<>> {
    if order.side == OrderSide::Customer {
        return None;
    }
    let lines: Vec<_> = item
        .participants
        .iter()
        .flat_map(|one| {
            let said =
                |label: &str, text: &Option<String>| text.as_ref().map(|text| format!("{}, {label}: {text}", one.name));
            [said("allergies", &one.allergies), said("notes", &one.notes)]
        })
        .flatten()
        .map(|line| view! { <li class="whitespace-pre-line">{line}</li> })
        .collect();
    (!lines.is_empty()).then(|| view! { <ul class="flex flex-col gap-1">{lines}</ul> })
}

/// How an appointment stands in calendars, the way into it, and into one's own calendar.
fn appointment(known: &ItemAppointment, order: &OrderView, weekly: bool) -> impl IntoView + use<> {
    let row = &known.appointment;
    let live = row.status == "scheduled";
    let status = known.status.clone().filter(|_| live);
    let when = weekly.then(|| {
        Span::new(row.starts_at.timestamp(), row.ends_at.timestamp())
            .map(|span| format_when_short(span, &order.zone))
            .unwrap_or_default()
    });
    let meet = status.as_ref().and_then(|status| status.meet_link.clone());
    // That who serves has no calendar connected is not the customer's business.
    let said = |status: &BookingStatus| {
        order.side != OrderSide::Customer
            || matches!(status.calendar, "added" | "adding" | "waiting" | "delayed" | "failed")
    };
    let chip = status.filter(said).map(|status| {
        let (class, icon) = match status.calendar {
            "added" => ("tt-chip tt-chip-success", Icon::Check),
            "delayed" | "failed" => ("tt-chip tt-chip-warning", Icon::Alert),
            "adding" | "waiting" => ("tt-chip", Icon::Clock),
            _ => ("tt-chip", Icon::Calendar),
        };
        let words = match order.side {
            OrderSide::Customer => status.calendar_label,
            _ => status.label_to_hosts(),
        };
        view! { <span class=class data-calendar=status.calendar><IconView icon=icon size=14/>{words}</span> }
    });
    let token = &known.capability;
    let links = (live && order.side == OrderSide::Customer).then(|| {
        let file = format!("/bookings/{}/invite.ics?token={token}", row.id);
        let page = format!("/bookings/{}?token={token}", row.id);
        view! {
            <a class="tt-link inline-flex items-center min-h-11" href=file download="booking.ics">"Add to calendar"</a>
            <a class="tt-link inline-flex items-center min-h-11" href=page>"Details"</a>
        }
    });
    let staff_link = (order.side != OrderSide::Customer).then(|| {
        let exchange = (live && takes_a_time(row)).then(|| {
            view! {
                <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/bookings/{}/staff", row.id)>
                    "Who serves it"<span class="sr-only">{format!(": “{}”", row.service_title)}</span>
                </a>
            }
        });
        view! {
            <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/bookings/{}", row.id)>"Booking"</a>
            {exchange}
        }
    });
    view! {
        <div class=if weekly { "flex flex-wrap items-center gap-x-4 w-full" } else { "flex flex-wrap items-center gap-x-4" }>
            {when.map(|when| view! { <span class="tt-figures">{when}</span> })}
            {chip}
            {meet.filter(|_| live).map(|link| view! {
                <a class="tt-link inline-flex items-center gap-1.5 min-h-11" href=link rel="noopener noreferrer" target="_blank">
                    <IconView icon=Icon::Video size=16/>"Join Google Meet"
                </a>
            })}
            {links}
            {staff_link}
        </div>
    }
}

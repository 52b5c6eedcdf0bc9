//! Today as a line of appointments with the present moment on it, and the list of what comes next.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::location::LocationKind;
use timetap_core::times::{format_date_short, format_time, format_when_short};
use timetap_usecases::hosts::HomeAppointment;

use crate::components::icon::{Icon, IconView};
use crate::pages::booking::place::place_icon;

/// What overlaps today, in order. What is over is quiet; the present moment stands as a line in between.
#[component]
pub fn TodayTimeline(appointments: Vec<HomeAppointment>, zone: TimeZone, now: Timestamp) -> impl IntoView {
    let coming = appointments.iter().position(|each| each.span.start > now);
    let now_at = coming.unwrap_or(appointments.len());
    let last = appointments.len();
    let mut rows: Vec<AnyView> = Vec::with_capacity(last + 1);
    for (index, each) in appointments.into_iter().enumerate() {
        if index == now_at {
            rows.push(now_line(&zone, now).into_any());
        }
        let zone = zone.clone();
        rows.push(view! { <TimelineRow appointment=each zone=zone now=now/> }.into_any());
    }
    if now_at == last {
        rows.push(now_line(&zone, now).into_any());
    }
    view! { <ol class="flex flex-col border-l-2 border-tt-border ml-1">{rows}</ol> }
}

fn now_line(zone: &TimeZone, now: Timestamp) -> impl IntoView + use<> {
    view! {
        <li class="flex items-center gap-3 py-1 -ml-[7px] text-tt-primary text-sm font-medium">
            <span class="size-3 rounded-full bg-tt-primary" aria-hidden="true"></span>
            <span class="tt-figures">"Now, " <time datetime=now.to_string()>{format_time(now, zone)}</time></span>
        </li>
    }
}

#[component]
fn TimelineRow(appointment: HomeAppointment, zone: TimeZone, now: Timestamp) -> impl IntoView {
    let span = appointment.span;
    let is_over = span.end <= now;
    let is_running = span.contains(now);
    let times = format!("{}–{}", format_time(span.start, &zone), format_time(span.end, &zone));
    let class = if is_over {
        "pl-5 py-3 flex flex-wrap items-center gap-x-5 gap-y-1 tt-muted"
    } else {
        "pl-5 py-3 flex flex-wrap items-center gap-x-5 gap-y-1"
    };
    view! {
        <li class=class>
            <p class="tt-figures font-medium min-w-28">
                <time datetime=span.start.to_string()>{times}</time>
                {is_over.then(|| view! { <span class="sr-only">", over"</span> })}
            </p>
            <div class="flex-1 min-w-48">
                <p class="font-medium">
                    <a class="hover:underline" href=format!("/host/bookings/{}", appointment.id)>
                        {appointment.customer_name}
                    </a>
                    {is_running.then(|| view! { <span class="tt-chip tt-chip-primary ml-2">"Under way"</span> })}
                </p>
                <p class="tt-muted text-sm">{appointment.service_title}</p>
            </div>
            {(!is_over).then(|| view! { <Place kind=appointment.location_kind link=appointment.meet_link/> })}
        </li>
    }
}

#[component]
fn Place(kind: LocationKind, link: Option<String>) -> impl IntoView {
    if let Some(link) = link {
        return view! {
            <a class="tt-button tt-button-quiet" href=link rel="noopener">
                <IconView icon=Icon::Video size=18/>
                "Join Meet"
            </a>
        }
        .into_any();
    }
    view! {
        <span class="tt-muted text-sm inline-flex items-center gap-1.5">
            <IconView icon=place_icon(kind) size=16/>
            {kind.label()}
        </span>
    }
    .into_any()
}

/// What starts after today.
#[component]
pub fn NextBookings(appointments: Vec<HomeAppointment>, zone: TimeZone) -> impl IntoView {
    let rows = appointments
        .into_iter()
        .map(|each| {
            let when = format_when_short(each.span, &zone);
            let day = format_date_short(each.span.start, &zone);
            view! {
                <li class="py-3 flex flex-wrap items-baseline gap-x-5 gap-y-1">
                    <time class="font-medium min-w-48" datetime=each.span.start.to_string()>{when}</time>
                    <a class="hover:underline" href=format!("/host/bookings/{}", each.id)>
                        {each.customer_name}
                        <span class="sr-only">" on " {day}</span>
                    </a>
                    <span class="tt-muted text-sm">{each.service_title}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul> }
}

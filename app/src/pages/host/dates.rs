//! The dates of a camp, or the weekly times of a subscription: seats, people, rooms.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::orders::{CampHours, ServiceKind};
use timetap_core::times::{format_date_short, format_day_long, format_minute_of_day, format_time, zone_label};
use timetap_usecases::catalogue::{DateView, DatesView, WeekView, WeeklyView, list_dates};
use timetap_usecases::hosts::WEEKDAYS;

use super::access::done_notice;
use super::date_forms::{AddDate, AddWeeklyTime, SeatsForm};
use super::whose::Whose;
use crate::components::Tone;
use crate::components::button::{SubmitButton, Weight};
use crate::components::chip::Chip;
use crate::components::form_summary::FormSummary;
use crate::components::icon::Icon;
use crate::components::layout::{HostLayout, Section};
use crate::components::page_title::PageTitle;
use crate::page::address_id::host_and_id;
use crate::page::form::{FormState, Values};
use crate::page::loading::{PageError, load_page};
use crate::page::timetap;

const DONE: &[(&str, &str)] = &[
    ("added", "Added. Customers can book it from now on."),
    ("seats", "Saved."),
    ("closed", "Closed to newcomers. Who has a place keeps it."),
    ("opened", "Open again. Customers can book it from now on."),
];

/// `/host/services/{id}/dates`.
#[component]
pub fn DatesPage() -> impl IntoView {
    let (app, asked) = (timetap(), host_and_id());
    load_page(async move {
        let (viewer, id) = asked?;
        let view = list_dates(&app, viewer.user_id, id)
            .await?
            .filter(|view| view.service.kind.has_seats())
            .ok_or(PageError::NotFound)?;
        let whose = Whose::find(&app, &viewer, view.service.host_id).await?;
        let (title, you) = (view.service.title.clone(), whose.name("You"));
        let zone = zone_label(whose.host.time_zone.time_zone(), app.clock.now());
        let today = whose.host.time_zone.time_zone().to_datetime(app.clock.now()).date();
        let action = format!("/host/services/{id}/dates");
        let lists = if view.service.kind == ServiceKind::Camp {
            view! { <Dates view=view action=action today=today.to_string() host=you/> }.into_any()
        } else {
            view! { <WeeklyTimes view=view action=action today=today.to_string() host=you/> }.into_any()
        };
        let list = (!whose.own).then(|| {
            view! { <a class="tt-link inline-flex items-center min-h-11" href=whose.list()>{whose.services()}</a> }
        });
        Ok(view! {
            <PageTitle text=format!("Dates of {title} · TimeTap")/>
            <HostLayout current=whose.section(Section::Services)>
                <div class="flex flex-col gap-2">
                    <p class="flex flex-wrap gap-x-5">
                        {list}
                        <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/services/{id}")>{title}</a>
                    </p>
                    <h1>"Dates and seats"</h1>
                    <p class="tt-muted">"New ones are meant in " {zone} "."</p>
                </div>
                {done_notice(DONE)}
                <FormSummary form=FormState::new("change", Values::default())/>
                <div class="grid gap-6 lg:grid-cols-2 items-start">{lists}</div>
            </HostLayout>
        })
    })
}

#[component]
fn Dates(view: DatesView, action: String, today: String, host: String) -> impl IntoView {
    let host = (view.service.host_id, host);
    let is_empty = view.dates.is_empty();
    let rows = view
        .dates
        .into_iter()
        .map(|date| view! { <DateRow date=date action=action.clone()/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="dates-heading">
            <h2 id="dates-heading">"Dates ahead"</h2>
            {is_empty.then(|| view! { <p>"None yet. Add the first one, and customers can book it."</p> })}
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
        </section>
        <AddDate host=host team=view.team rooms=view.rooms action=action today=today/>
    }
}

/// How the seats stand, in words.
fn seats_words(taken: i64, seats: i64) -> String {
    match (taken, seats) {
        (0, 1) => "1 seat, free".to_owned(),
        (0, _) => format!("{seats} seats, all free"),
        _ if taken >= seats => format!("Full: all {seats} taken"),
        _ => format!("{taken} of {seats} taken"),
    }
}

/// The days and hours of a date.
fn when_words(date: &DateView) -> String {
    let zone = date.zone.time_zone();
    let first = format_date_short(date.span.start, zone);
    let from = format_time(date.span.start, zone);
    // The wall times of each day are the same, so the last end is the end of each.
    let until = format_time(date.span.end, zone);
    if date.days == 1 {
        format!("{first}, {from}–{until}")
    } else {
        let last = format_date_short(date.span.end, zone);
        format!("{first} – {last}, {from}–{until} each day")
    }
}

#[component]
fn DateRow(date: DateView, action: String) -> impl IntoView {
    let when = when_words(&date);
    let place = [Some(date.staff.clone()), date.room.clone()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let hours = (date.hours != CampHours::Timed).then(|| date.hours.label());
    let spoken = when.clone();
    let controls = (!date.cancelled).then(|| {
        let when = spoken;
        view! {
            <div class="flex flex-wrap items-end gap-x-4 gap-y-2">
                <SeatsForm action=action which=("occurrence", date.id.to_string()) seats=date.seats spoken=when.clone()/>
                {(date.taken > 0).then(|| view! {
                    <a class="tt-button tt-button-quiet" href=format!("/host/dates/{}", date.id)>
                        "Who comes" <span class="sr-only">" on " {when.clone()}</span>
                    </a>
                })}
                {(!date.begun).then(|| view! {
                    <a class="tt-button tt-button-plain" href=format!("/host/dates/{}/call-off", date.id)>
                        "Call off" <span class="sr-only">" " {when}</span>
                    </a>
                })}
            </div>
        }
    });
    let progress = date.cancelled.then(|| {
        let when = when.clone();
        view! {
            <p>
                <a class="tt-link inline-flex items-center min-h-11" href=format!("/host/dates/{}", date.id)>
                    "Bookings and refunds" <span class="sr-only">" of " {when}</span>
                </a>
            </p>
        }
    });
    view! {
        <li class="py-4 flex flex-col gap-2">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3 class="font-medium"><time datetime=date.span.start.to_string()>{when.clone()}</time></h3>
                {if date.cancelled {
                    view! { <Chip icon=Icon::Cross>"Called off"</Chip> }.into_any()
                } else if date.taken >= date.seats {
                    view! { <Chip tone=Tone::Success icon=Icon::Check>"Full"</Chip> }.into_any()
                } else {
                    ().into_any()
                }}
            </div>
            <p class="tt-figures">{seats_words(date.taken, date.seats)}</p>
            <p class="tt-muted text-sm">{place} {hours.map(|hours| format!(" · {hours}"))}</p>
            {controls}
            {progress}
        </li>
    }
}

#[component]
fn WeeklyTimes(view: DatesView, action: String, today: String, host: String) -> impl IntoView {
    let host = (view.service.host_id, host);
    let is_empty = view.weekly.is_empty();
    let rows = view
        .weekly
        .into_iter()
        .map(|weekly| view! { <WeeklyRow weekly=weekly action=action.clone()/> })
        .collect_view();
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="dates-heading">
            <h2 id="dates-heading">"Weekly times"</h2>
            {is_empty.then(|| view! { <p>"None yet. Add the first one, and customers can subscribe."</p> })}
            <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
        </section>
        <AddWeeklyTime host=host team=view.team rooms=view.rooms action=action today=today/>
    }
}

/// The day of the week in words; 1 is Monday.
fn weekday_words(weekday: i64) -> &'static str {
    let index = usize::try_from(weekday - 1).unwrap_or_default();
    WEEKDAYS.get(index).map_or("", |(_, name, ..)| name)
}

#[component]
fn WeeklyRow(weekly: WeeklyView, action: String) -> impl IntoView {
    let minute = |minute: i64| format_minute_of_day(u16::try_from(minute % 1440).unwrap_or_default());
    let when = format!(
        "{}s, {}–{}",
        weekday_words(weekly.weekday),
        minute(weekly.start_minute),
        minute(weekly.start_minute + weekly.minutes)
    );
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), format_day_long);
    let dates = match &weekly.last_date {
        Some(last) => format!("from {} to {}", day(&weekly.first_date), day(last)),
        None => format!("from {} on", day(&weekly.first_date)),
    };
    let place = [Some(weekly.staff.clone()), weekly.room.clone(), Some(dates)];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let (word, what) = if weekly.active {
        ("Close to newcomers", "close")
    } else {
        ("Open again", "open")
    };
    let spoken = when.clone();
    view! {
        <li class="py-4 flex flex-col gap-2">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3 class="font-medium">{when.clone()}</h3>
                {if weekly.active {
                    view! { <Chip tone=Tone::Success icon=Icon::Check>"Offered"</Chip> }.into_any()
                } else {
                    view! { <Chip icon=Icon::Cross>"Closed to newcomers"</Chip> }.into_any()
                }}
            </div>
            <p class="tt-figures">{seats_words(weekly.taken, weekly.seats)}</p>
            <p class="tt-muted text-sm">{place}</p>
            <div class="flex flex-wrap items-end gap-x-4 gap-y-2">
                <SeatsForm action=action.clone() which=("template", weekly.id.to_string()) seats=weekly.seats spoken=when.clone()/>
                <form method="post" action=action>
                    <input type="hidden" name="form" value="change"/>
                    <input type="hidden" name="template" value=weekly.id.to_string()/>
                    <SubmitButton weight=Weight::Plain name="do" value=what>
                        {word} <span class="sr-only">" " {when}</span>
                    </SubmitButton>
                </form>
            </div>
            <Weeks weeks=weekly.weeks zone=weekly.zone spoken=spoken/>
        </li>
    }
}

/// The next dates of a weekly time, each of which can be called off by itself.
#[component]
fn Weeks(weeks: Vec<WeekView>, zone: String, spoken: String) -> impl IntoView {
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let is_empty = weeks.is_empty();
    let rows = weeks
        .into_iter()
        .map(|week| {
            let day = format_date_short(week.span.start, &zone);
            let (address, id) = (format!("/host/dates/{}", week.id), day.clone());
            view! {
                <li class="flex flex-wrap items-center gap-x-4">
                    <a class="tt-link tt-figures inline-flex items-center min-h-11" href=address.clone()>{day}</a>
                    {if week.cancelled {
                        view! { <Chip icon=Icon::Cross>"Called off"</Chip> }.into_any()
                    } else {
                        view! {
                            <a class="tt-link inline-flex items-center min-h-11" href=format!("{address}/call-off")>
                                "Call off" <span class="sr-only">" " {id}</span>
                            </a>
                        }
                        .into_any()
                    }}
                </li>
            }
        })
        .collect_view();
    (!is_empty).then(|| {
        view! {
            <details>
                <summary class="tt-link cursor-pointer py-2 w-fit">
                    "Next dates" <span class="sr-only">" of " {spoken}</span>
                </summary>
                <ul>{rows}</ul>
            </details>
        }
    })
}

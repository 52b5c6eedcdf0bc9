//! A thing in the cart: what, when, who, for how much, and what is in its way.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::money::Money;
use timetap_core::orders::ServiceKind;
use timetap_core::span::Span;
use timetap_core::text::ZoneName;
use timetap_core::times::format_when_short;
use timetap_usecases::carts::{CartLine, Instead};

use super::dated_words::{When, say_when, when};
use crate::components::Tone;
use crate::components::notice::Notice;
use crate::pages::booking::zone_choice::remembered_zone;

/// When a thing takes place, as its customer reads it: a chosen time in the zone that the browser said, what is dated in its
/// own.
pub fn line_when(line: &CartLine) -> Option<When> {
    say_when(line.ware.kind, &line.ware.spans, &line_zone(line))
}

fn line_zone(line: &CartLine) -> TimeZone {
    let own = || {
        remembered_zone()
            .and_then(|name| ZoneName::parse(&name).ok())
            .map(|zone| zone.time_zone().clone())
    };
    if line.ware.kind.takes_a_time() { own() } else { None }.unwrap_or_else(|| line.ware.zone.clone())
}

/// Title, host and time.
#[component]
pub fn LineFacts(line: CartLine, #[prop(default = false)] linked: bool) -> impl IntoView {
    let when = line_when(&line);
    let path = format!("/{}/{}", line.ware.host.slug, line.ware.service.slug);
    let title = line.ware.service.title.clone();
    let title = if linked && line.ware.offer.is_some() {
        view! { <a class="hover:underline" href=path>{title}</a> }.into_any()
    } else {
        title.into_any()
    };
    view! {
        <div class="min-w-0">
            <h2 class="text-lg">{title}</h2>
            <p class="tt-muted text-sm">{format!("with {}", line.ware.host.display_name)}</p>
            {when.map(|when| view! {
                <p class="tt-figures pt-1">{when.first}</p>
                <p class="tt-muted text-sm tt-figures">{when.then}</p>
            })}
        </div>
    }
}

/// What a thing costs, and how that comes about.
#[component]
pub fn LinePrice(line: CartLine) -> impl IntoView {
    let (price, one, count) = (line.price(), line.ware.price, line.item.quantity);
    let each = (count > 1 && one.minor > 0).then(|| format!("{count} × {one}"));
    let weekly = (line.ware.kind == ServiceKind::Subscription && price.minor > 0).then_some("a week");
    view! {
        <div class="tt-figures sm:text-right">
            <p class="font-medium">{money_label(price)}{weekly.map(|weekly| view! { <span class="tt-muted font-normal">" "{weekly}</span> })}</p>
            {each.map(|each| view! { <p class="tt-muted text-sm">{each}</p> })}
        </div>
    }
}

/// `€40.00`, or that it is free.
pub fn money_label(money: Money) -> String {
    if money.minor == 0 {
        "Free".to_owned()
    } else {
        money.to_string()
    }
}

/// Why a thing cannot be had and what could be instead. Each button is called `name` and says `prefix` and what it takes.
#[component]
pub fn LineProblems(line: CartLine, conflicts: Vec<String>, name: &'static str, prefix: String) -> impl IntoView {
    let zone = line_zone(&line);
    let minutes = line.ware.service.duration_minutes;
    let (message, instead) = match line.problem.clone() {
        Some(problem) => (Some(problem.message), problem.instead),
        None => (None, Vec::new()),
    };
    if message.is_none() && conflicts.is_empty() {
        return None;
    }
    let kind = line.ware.kind;
    let choices: Vec<_> = instead
        .into_iter()
        .filter_map(|instead| {
            let (value, label) = match instead {
                Instead::At(start) => {
                    let end = start.checked_add(jiff::SignedDuration::from_mins(minutes)).ok()?;
                    let span = Span::new(start, end).ok()?;
                    (format!("at:{}", start.as_millisecond()), format_when_short(span, &zone))
                }
                Instead::Dated(date) => {
                    let days = usize::try_from(date.days).unwrap_or(1);
                    let word = if kind == ServiceKind::Subscription { "weekly" } else { "camp" };
                    (
                        format!("{word}:{}", date.id()),
                        when(kind, date.first, date.last, days, &date.zone).first,
                    )
                }
            };
            let value = format!("{prefix}{value}");
            Some(view! {
                <button type="submit" class="tt-button tt-button-quiet tt-figures" name=name value=value>{label}</button>
            })
        })
        .collect();
    let some = !choices.is_empty();
    Some(view! {
        <Notice tone=Tone::Warning>
            {message.map(|message| view! { <p>{message}</p> })}
            {conflicts.into_iter().map(|conflict| view! { <p>{conflict}</p> }).collect_view()}
            {some.then(|| view! {
                <p class="pt-1">"These can be had:"</p>
                <div class="flex flex-wrap gap-2 pt-2">{choices}</div>
            })}
        </Notice>
    })
}

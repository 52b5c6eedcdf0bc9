//! Events of ours in the host's calendar whose bookings are not known here, for the host to decide about.

use jiff::tz::TimeZone;
use leptos::prelude::*;
use timetap_core::times::{format_date_long, format_time};
use timetap_usecases::calendars::UnknownEvent;

/// The list; nothing where there are none.
#[component]
pub fn UnknownEvents(events: Vec<UnknownEvent>, zone: TimeZone) -> impl IntoView {
    (!events.is_empty()).then(|| {
        let rows = events
            .into_iter()
            .map(|event| view! { <UnknownRow event=event zone=zone.clone()/> })
            .collect_view();
        view! {
            <section class="tt-card flex flex-col gap-4" aria-labelledby="unknown-heading">
                <div class="flex flex-col gap-1">
                    <h2 id="unknown-heading" class="text-lg">"In your calendar, but not known here"</h2>
                    <p class="tt-muted tt-prose">
                        "These were booked here, and are missing since an older backup was put back. The customers have our confirmation. Agree with them, then book the time again or delete the event in your calendar; TimeTap leaves it as it is."
                    </p>
                </div>
                <ul class="flex flex-col divide-y divide-tt-border">{rows}</ul>
            </section>
        }
    })
}

#[component]
fn UnknownRow(event: UnknownEvent, zone: TimeZone) -> impl IntoView {
    let when = event.starts.map(|starts| {
        let words = format!("{}, {}", format_date_long(starts, &zone), format_time(starts, &zone));
        view! { <p class="text-sm"><time datetime=starts.to_string()>{words}</time></p> }
    });
    let title = match event.title.trim() {
        "" => "An event without a title".to_owned(),
        title => title.to_owned(),
    };
    let name = match event.link {
        Some(link) => view! {
            <a class="tt-link font-medium break-words" href=link rel="noopener noreferrer" target="_blank">{title}</a>
        }
        .into_any(),
        None => view! { <span class="font-medium break-words">{title}</span> }.into_any(),
    };
    view! {
        <li class="flex flex-col gap-1 py-4 first:pt-0 last:pb-0 min-w-0">
            <p>{name}</p>
            {when}
        </li>
    }
}

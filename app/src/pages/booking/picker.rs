//! The slot picker: a month, the times of a day, and the rest of the form once a time is chosen. All of it are links and a
//! form; the island [`crate::islands::slot_picker`] spares the page loads between them.

use leptos::prelude::*;
use timetap_core::text::ZoneName;
use timetap_usecases::{TimeTap, Unexpected};
use uuid::Uuid;

use super::picker_view::{DayTimes, Nothing, PickerPlace, PickerView, SlotChoice};
use super::subject::Subject;
use crate::islands::slot_picker::SlotPicker;
use crate::site::wake_islands;

/// The weekdays as they stand above the month.
const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

/// The picker, inside the form that it belongs to. The rest of the form are its children: they are shown once a time is
/// chosen, above the button that sends everything.
#[component]
pub fn Picker(
    /// Where it stands.
    place: PickerPlace,
    /// What is shown first.
    view: PickerView,
    /// What is chosen first.
    chosen: Option<SlotChoice>,
    /// Whether the chosen time turned out to be gone: it cannot be sent again.
    gone: bool,
    /// What the button says.
    action: &'static str,
    /// The rest of the form.
    children: Children,
) -> impl IntoView {
    let is_chosen = chosen.is_some();
    let chosen = chosen.unwrap_or_default();
    let reopen = shown_at(&view, &place);
    let times_url = place.times_url();
    // Made beforehand: the island's children are a function of their own.
    let rest = children();
    view! {
        <SlotPicker>
            <div
                id="picker-all"
                class="flex flex-col gap-6"
                data-gone=if gone { "yes" } else { "no" }
                data-chosen=if is_chosen { "yes" } else { "no" }
            >
                <p id="picker-news" class="sr-only" aria-live="polite"></p>
                <div id="picker" class="tt-picker" hidden=is_chosen data-times=times_url>
                    <Shown view=view place=place/>
                </div>
                <div id="picker-rest" class="flex flex-col gap-6" hidden=!is_chosen>
                    <div class="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 tt-chosen">
                        <h2 id="your-details" tabindex="-1" class="tt-figures text-lg">{chosen.label}</h2>
                        <a
                            id="picker-reopen"
                            class="tt-link inline-flex items-center min-h-11"
                            href=reopen
                            data-pick="reopen"
                        >
                            "Choose another time"
                        </a>
                    </div>
                    <input type="hidden" name="start" id="field-start" value=chosen.start/>
                    {rest}
                    <div id="picker-send" class="tt-pinned" hidden=gone>
                        <p id="picker-short" class="tt-figures font-medium sm:hidden">{chosen.short}</p>
                        <button type="submit" class="tt-button tt-button-primary">{action}</button>
                    </div>
                </div>
            </div>
        </SlotPicker>
        {wake_islands()}
    }
}

/// What the picker shows at `place` after a step to this month (`2026-11`) and day (`2026-11-24`), either of which may be
/// empty, as HTML; `None` for those who may not ask for it. A booking's times are shown to its people only.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn render_step(
    app: &TimeTap,
    place: PickerPlace,
    zone: &ZoneName,
    viewer: Option<Uuid>,
    month: &str,
    day: &str,
) -> Result<Option<String>, Unexpected> {
    let Some(subject) = Subject::find(app, &place.subject, &place.token, viewer).await? else {
        return Ok(None);
    };
    let shown = subject.show(app, zone.time_zone(), month, day).await?;
    Ok(shown.map(|view| Owner::new().with(|| view! { <Shown view=view place=place/> }.to_html())))
}

/// The address that shows the same month and day again.
fn shown_at(view: &PickerView, place: &PickerPlace) -> String {
    place.href(&view.month, view.day.as_ref().map_or("", |day| &day.date), "")
}

/// The month and the times of its day: what a step replaces. Says in its attributes what the page around has to follow.
#[component]
fn Shown(view: PickerView, place: PickerPlace) -> impl IntoView {
    let href = shown_at(&view, &place);
    let day = view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default();
    view! {
        <div id="picker-month" data-href=href data-month=view.month.clone() data-day=day data-news=news(&view)>
            {month(&view, &place)}
        </div>
        <div id="times" tabindex="-1" class="flex flex-col gap-4">{times(view, &place)}</div>
    }
}

fn month(view: &PickerView, place: &PickerPlace) -> impl IntoView + use<> {
    let step = |target: &Option<(String, String)>, name: &'static str, arrow: &'static str| match target {
        Some((month, label)) => view! {
            <a
                class="tt-month-step"
                href=place.href(month, "", "")
                aria-label=label.clone()
                rel="nofollow"
                data-pick="show"
                data-name=name
                data-query=PickerPlace::step(month, "")
            >
                <span aria-hidden="true">{arrow}</span>
            </a>
        }
        .into_any(),
        None => view! { <span class="tt-month-step" aria-hidden="true"></span> }.into_any(),
    };
    let chosen = view.day.as_ref().map(|day| day.date.as_str()).unwrap_or_default();
    let weeks: Vec<_> = view
        .weeks
        .iter()
        .map(|week| {
            let days: Vec<_> = week
                .iter()
                .map(|day| {
                    let today = day.today.then_some("yes");
                    if day.date.is_empty() {
                        return view! { <td></td> }.into_any();
                    }
                    if !day.free {
                        return view! {
                            <td><span class="tt-day" data-today=today aria-label=day.label.clone()>{day.number}</span></td>
                        }
                        .into_any();
                    }
                    view! {
                        <td>
                            <a
                                class="tt-day tt-day-free"
                                href=format!("{}#times", place.href(&view.month, &day.date, ""))
                                rel="nofollow"
                                data-today=today
                                aria-label=day.label.clone()
                                aria-current=(day.date == chosen).then_some("date")
                                data-pick="show"
                                data-name=day.date.clone()
                                data-query=PickerPlace::step(&view.month, &day.date)
                            >
                                {day.number}
                            </a>
                        </td>
                    }
                    .into_any()
                })
                .collect();
            view! { <tr>{days}</tr> }
        })
        .collect();
    let heads: Vec<_> = WEEKDAYS
        .iter()
        .map(|(short, long)| view! { <th scope="col" abbr=*long>{*short}</th> })
        .collect();
    view! {
        <div class="flex items-center justify-between gap-2 mb-2">
            {step(&view.previous, "previous", "‹")}
            <h2 class="text-lg" id="month">{view.month_label.clone()}</h2>
            {step(&view.next, "next", "›")}
        </div>
        <table class="tt-month" aria-labelledby="month">
            <thead><tr>{heads}</tr></thead>
            <tbody>{weeks}</tbody>
        </table>
    }
}

fn times(view: PickerView, place: &PickerPlace) -> impl IntoView + use<> {
    let notice = view
        .notice
        .map(|notice| view! { <p class="tt-notice text-sm">{notice}</p> });
    let body = match (view.day, view.nothing) {
        (Some(day), _) => day_times(&view.month, day, place).into_any(),
        (None, Some(nothing)) => empty(nothing, place).into_any(),
        (None, None) => view! { <p class="tt-muted">"Choose a day to see its times."</p> }.into_any(),
    };
    view! {
        {notice}
        {body}
    }
}

fn day_times(month: &str, day: DayTimes, place: &PickerPlace) -> impl IntoView + use<> {
    let groups: Vec<_> = day
        .groups
        .into_iter()
        .map(|(name, slots)| {
            let slots: Vec<_> = slots
                .into_iter()
                .map(|slot| {
                    view! {
                        <li>
                            <a
                                class="tt-slot"
                                href=place.href(month, &day.date, &slot.start)
                                rel="nofollow"
                                data-pick="time"
                                data-start=slot.start
                                data-short=slot.short
                            >
                                <span class="sr-only">{slot.label}</span>
                                <span aria-hidden="true">{slot.time}</span>
                            </a>
                        </li>
                    }
                })
                .collect();
            view! {
                <section class="flex flex-col gap-2">
                    <h3 class="tt-muted text-sm">{name}</h3>
                    <ul class="tt-slots">{slots}</ul>
                </section>
            }
        })
        .collect();
    view! {
        <h2 class="text-lg flex items-center min-h-11">{day.label}</h2>
        {groups}
    }
}

fn empty(nothing: Nothing, place: &PickerPlace) -> impl IntoView + use<> {
    let next = nothing.next.map(|(month, label)| {
        view! {
            <p>
                <a
                    class="tt-button tt-button-quiet"
                    href=place.href(&month, "", "")
                    rel="nofollow"
                    data-pick="show"
                    data-name="next-free"
                    data-query=PickerPlace::step(&month, "")
                >
                    {format!("Show {label}")}
                </a>
            </p>
        }
    });
    view! {
        <p class="font-medium">{nothing.text}</p>
        {next}
    }
}

/// What a screen reader says after a step.
fn news(view: &PickerView) -> String {
    match (&view.day, &view.nothing) {
        (Some(day), _) => {
            let count: usize = day.groups.iter().map(|(_, slots)| slots.len()).sum();
            let word = if count == 1 { "time" } else { "times" };
            format!("{}: {count} free {word}.", day.label)
        }
        (None, Some(nothing)) => nothing.text.clone(),
        (None, None) => view.month_label.clone(),
    }
}

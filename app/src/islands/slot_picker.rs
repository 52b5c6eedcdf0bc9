//! Choosing a time: a month, the times of a day, and then the rest of the form in place.
//!
//! On the server this is a page of links, each to the same page with another choice. In the browser the links are answered
//! without leaving the page; where that fails, the link is simply followed.

use leptos::prelude::*;

use super::picker_view::{DayTimes, Nothing, PickerPlace, PickerView, SlotChoice};

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

/// What happens when a link is clicked.
#[derive(Clone, Copy)]
struct Steps {
    /// Show this month and day.
    show: Callback<(String, String)>,
    /// Choose this time.
    choose: Callback<SlotChoice>,
}

/// The picker, inside the form that it belongs to. The rest of the form are its children: they are shown once a time is
/// chosen, above the button that sends everything.
#[island]
pub fn SlotPicker(
    /// Where it stands.
    place: PickerPlace,
    /// What is shown first.
    view: PickerView,
    /// What is chosen first.
    chosen: Option<SlotChoice>,
    /// Whether the chosen time turned out to be gone: it cannot be sent again.
    gone: bool,
    /// What the button says.
    action: String,
    /// The rest of the form.
    children: Children,
) -> impl IntoView {
    let view = RwSignal::new(view);
    let chosen = RwSignal::new(chosen);
    let gone = RwSignal::new(gone);
    let announced = RwSignal::new(String::new());
    let place = StoredValue::new(place);
    // Only the answer to the last question counts.
    let asked = StoredValue::new(0_u32);

    let show = Callback::new(move |(month, day): (String, String)| {
        let number = asked.get_value() + 1;
        asked.set_value(number);
        let here = place.get_value();
        let href = here.href(&month, &day, "");
        leptos::task::spawn_local(async move {
            let answer =
                crate::server_fns::pick_times::pick_times(here.subject, here.token, here.zone, month, day).await;
            if asked.get_value() != number {
                return;
            }
            match answer {
                Ok(new) => {
                    browser::replace_address(&href, &new.month, new.day.as_ref().map_or("", |day| &day.date), "");
                    announced.set(announce(&new));
                    view.set(new);
                }
                Err(_) => browser::follow(&href),
            }
        });
    });
    let choose = Callback::new(move |slot: SlotChoice| {
        let (month, day) = view.with_untracked(|view| {
            let day = view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default();
            (view.month.clone(), day)
        });
        let href = place.with_value(|place| place.href(&month, &day, &slot.start));
        browser::replace_address(&href, &month, &day, &slot.start);
        gone.set(false);
        chosen.set(Some(slot));
        browser::focus("your-details");
    });
    let reopen = move |event: leptos::ev::MouseEvent| {
        if browser::wants_new_window(&event) {
            return;
        }
        event.prevent_default();
        chosen.set(None);
        gone.set(false);
        let shown = view.with_untracked(|view| {
            (
                view.month.clone(),
                view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default(),
            )
        });
        let href = place.with_value(|place| place.href(&shown.0, &shown.1, ""));
        browser::replace_address(&href, &shown.0, &shown.1, "");
        browser::focus("times");
    };
    let steps = Steps { show, choose };

    view! {
        <div
            class="flex flex-col gap-6"
            data-gone=move || if gone.get() { "yes" } else { "no" }
            data-chosen=move || if chosen.with(Option::is_some) { "yes" } else { "no" }
        >
            <p class="sr-only" aria-live="polite">{move || announced.get()}</p>
            <div class="tt-picker" hidden=move || chosen.with(Option::is_some)>
                <div>{move || month(&view.get(), &place.get_value(), steps)}</div>
                <div id="times" tabindex="-1" class="flex flex-col gap-4">
                    {move || times(&view.get(), &place.get_value(), steps)}
                </div>
            </div>
            <div class="flex flex-col gap-6" hidden=move || chosen.with(Option::is_none)>
                <div class="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 tt-chosen">
                    <h2 id="your-details" tabindex="-1" class="tt-figures text-lg">
                        {move || chosen.with(|chosen| chosen.as_ref().map(|slot| slot.label.clone()).unwrap_or_default())}
                    </h2>
                    <a
                        class="tt-link inline-flex items-center min-h-11"
                        href=move || {
                            let (month, day) = view.with(|view| {
                                (view.month.clone(), view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default())
                            });
                            place.with_value(|place| place.href(&month, &day, ""))
                        }
                        on:click=reopen
                    >
                        "Choose another time"
                    </a>
                </div>
                <input
                    type="hidden"
                    name="start"
                    id="field-start"
                    value=move || chosen.with(|chosen| chosen.as_ref().map(|slot| slot.start.clone()).unwrap_or_default())
                />
                {children()}
                <div class="tt-pinned" hidden=move || gone.get()>
                    <p class="tt-figures font-medium sm:hidden">
                        {move || chosen.with(|chosen| chosen.as_ref().map(|slot| slot.short.clone()).unwrap_or_default())}
                    </p>
                    <button type="submit" class="tt-button tt-button-primary">{action}</button>
                </div>
            </div>
        </div>
    }
}

fn month(view: &PickerView, place: &PickerPlace, steps: Steps) -> impl IntoView + use<> {
    let step = |target: &Option<(String, String)>, arrow: &'static str| match target {
        Some((month, label)) => {
            let (href, name) = (place.href(month, "", ""), label.clone());
            let click = on_show(steps, month.clone(), String::new());
            view! {
                <a class="tt-month-step" href=href aria-label=name on:click=click rel="nofollow">
                    <span aria-hidden="true">{arrow}</span>
                </a>
            }
            .into_any()
        }
        None => view! { <span class="tt-month-step" aria-hidden="true"></span> }.into_any(),
    };
    let chosen = view.day.as_ref().map(|day| day.date.clone()).unwrap_or_default();
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
                    let href = format!("{}#times", place.href(&view.month, &day.date, ""));
                    let click = on_show(steps, view.month.clone(), day.date.clone());
                    view! {
                        <td>
                            <a
                                class="tt-day tt-day-free"
                                href=href
                                rel="nofollow"
                                data-today=today
                                aria-label=day.label.clone()
                                aria-current=(day.date == chosen).then_some("date")
                                on:click=click
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
            {step(&view.previous, "‹")}
            <h2 class="text-lg" id="month">{view.month_label.clone()}</h2>
            {step(&view.next, "›")}
        </div>
        <table class="tt-month" aria-labelledby="month">
            <thead><tr>{heads}</tr></thead>
            <tbody>{weeks}</tbody>
        </table>
    }
}

fn times(view: &PickerView, place: &PickerPlace, steps: Steps) -> impl IntoView + use<> {
    let notice = view
        .notice
        .clone()
        .map(|notice| view! { <p class="tt-notice text-sm">{notice}</p> });
    let body = match (&view.day, &view.nothing) {
        (Some(day), _) => day_times(&view.month, day, place, steps).into_any(),
        (None, Some(nothing)) => empty(nothing, place, steps).into_any(),
        (None, None) => view! { <p class="tt-muted">"Choose a day to see its times."</p> }.into_any(),
    };
    view! {
        {notice}
        {body}
    }
}

fn day_times(month: &str, day: &DayTimes, place: &PickerPlace, steps: Steps) -> impl IntoView + use<> {
    let groups: Vec<_> = day
        .groups
        .iter()
        .map(|(name, slots)| {
            let slots: Vec<_> = slots
                .iter()
                .map(|slot| {
                    let href = place.href(month, &day.date, &slot.start);
                    let choice = slot.clone();
                    let click = move |event: leptos::ev::MouseEvent| {
                        if !browser::wants_new_window(&event) {
                            event.prevent_default();
                            steps.choose.run(choice.clone());
                        }
                    };
                    view! {
                        <li>
                            <a class="tt-slot" href=href rel="nofollow" on:click=click>
                                <span class="sr-only">{slot.label.clone()}</span>
                                <span aria-hidden="true">{slot.time.clone()}</span>
                            </a>
                        </li>
                    }
                })
                .collect();
            view! {
                <section class="flex flex-col gap-2">
                    <h3 class="tt-muted text-sm">{name.clone()}</h3>
                    <ul class="tt-slots">{slots}</ul>
                </section>
            }
        })
        .collect();
    view! {
        <h2 class="text-lg flex items-center min-h-11">{day.label.clone()}</h2>
        {groups}
    }
}

fn empty(nothing: &Nothing, place: &PickerPlace, steps: Steps) -> impl IntoView + use<> {
    let next = nothing.next.clone().map(|(month, label)| {
        let href = place.href(&month, "", "");
        let click = on_show(steps, month, String::new());
        view! {
            <p>
                <a class="tt-button tt-button-quiet" href=href rel="nofollow" on:click=click>
                    {format!("Show {label}")}
                </a>
            </p>
        }
    });
    view! {
        <p class="font-medium">{nothing.text.clone()}</p>
        {next}
    }
}

fn on_show(steps: Steps, month: String, day: String) -> impl Fn(leptos::ev::MouseEvent) + 'static {
    move |event| {
        if !browser::wants_new_window(&event) {
            event.prevent_default();
            steps.show.run((month.clone(), day.clone()));
        }
    }
}

/// What a screen reader says after a step.
fn announce(view: &PickerView) -> String {
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

/// The page around the picker.
#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsCast;

    /// Whether the click asks for a new tab or window: that is the browser's to do.
    pub(super) fn wants_new_window(event: &leptos::ev::MouseEvent) -> bool {
        event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0
    }

    /// Puts the choice into the address and into the form that changes the zone, so that neither loses it.
    pub(super) fn replace_address(href: &str, month: &str, day: &str, slot: &str) {
        let Some(window) = web_sys::window() else { return };
        if let Ok(history) = window.history() {
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(href));
        }
        for (id, value) in [("zone-month", month), ("zone-day", day), ("zone-slot", slot)] {
            let input = window.document().and_then(|document| document.get_element_by_id(id));
            if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                input.set_value(value);
            }
        }
    }

    pub(super) fn follow(href: &str) {
        if let Some(window) = web_sys::window() {
            let _ = window.location().set_href(href);
        }
    }

    /// Moves the focus there, once it is shown.
    pub(super) fn focus(id: &'static str) {
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(0).await;
            let element = web_sys::window()
                .and_then(|window| window.document())
                .and_then(|document| document.get_element_by_id(id));
            if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = element.focus();
            }
        });
    }
}

/// Nobody clicks on the server.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn wants_new_window(_event: &leptos::ev::MouseEvent) -> bool {
        true
    }

    pub(super) fn replace_address(_href: &str, _month: &str, _day: &str, _slot: &str) {}

    pub(super) fn follow(_href: &str) {}

    pub(super) fn focus(_id: &'static str) {}
}

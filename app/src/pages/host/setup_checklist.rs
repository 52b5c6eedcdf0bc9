//! The first visit: three steps, each with how it stands, and what is left to do.

use jiff::civil::Weekday;
use leptos::prelude::*;
use timetap_core::slots::DayWindow;
use timetap_core::times::format_minutes;
use timetap_usecases::hosts::{CalendarHealth, HomeView, ServiceView, WEEKDAYS, format_clock_time};

use crate::components::button::{LinkButton, Weight};
use crate::components::icon::{Icon, IconView};

/// The checklist.
#[component]
pub fn SetupChecklist(home: HomeView) -> impl IntoView {
    let hours = describe_week(&home.weekly);
    let service = home
        .services
        .iter()
        .find(|service| service.active)
        .map(describe_service);
    let connected = home.calendar != CalendarHealth::NotConnected;
    let (has_hours, has_service) = (hours.is_some(), service.is_some());
    // The first step that is left is the loud one.
    let next = [has_hours, has_service, connected].iter().position(|done| !done);
    view! {
        <section class="tt-card flex flex-col gap-4" aria-labelledby="setup-heading">
            <h2 id="setup-heading">"Three steps to your first booking"</h2>
            <ol class="flex flex-col divide-y divide-tt-border">
                <Step
                    done=has_hours
                    title="Your hours"
                    text=hours.unwrap_or_else(|| "None yet, so no time is offered.".to_owned())
                    href="/host/hours"
                    button=if has_hours { "Change hours" } else { "Set hours" }
                    is_next=next == Some(0)
                    figures=true
                />
                <Step
                    done=has_service
                    title="Your service"
                    text=service.unwrap_or_else(|| "None is offered yet.".to_owned())
                    href="/host/services"
                    button=if has_service { "Change services" } else { "Add a service" }
                    is_next=next == Some(1)
                />
                <Step
                    done=connected
                    title="Your calendar"
                    text=if connected {
                        "Connected: bookings appear there, and busy times are kept free.".to_owned()
                    } else {
                        "Not connected. Connect Google to have bookings added with a Meet link, and busy times kept free.".to_owned()
                    }
                    href="/host/integrations"
                    button=if connected { "See calendars" } else { "Connect Google" }
                    is_next=next == Some(2)
                />
            </ol>
        </section>
    }
}

#[component]
fn Step(
    done: bool,
    title: &'static str,
    text: String,
    href: &'static str,
    button: &'static str,
    is_next: bool,
    /// Whether the text is of times.
    #[prop(default = false)]
    figures: bool,
) -> impl IntoView {
    let weight = if is_next { Weight::Primary } else { Weight::Quiet };
    view! {
        <li class="py-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <div class="flex gap-3 items-start min-w-0">
                <span class=if done { "text-tt-success" } else { "text-tt-text-muted" }>
                    <IconView icon=if done { Icon::Check } else { Icon::Clock } size=22/>
                </span>
                <div>
                    <p class="font-medium">
                        {title}
                        <span class="sr-only">{if done { ": done" } else { ": still to do" }}</span>
                    </p>
                    <p class=if figures { "tt-muted tt-prose tt-figures" } else { "tt-muted tt-prose" }>{text}</p>
                </div>
            </div>
            <LinkButton href=href weight=weight>{button}</LinkButton>
        </li>
    }
}

fn describe_service(service: &ServiceView) -> String {
    format!(
        "{}, {}, {}",
        service.title,
        format_minutes(service.duration_minutes.into()),
        service.location_kind.label()
    )
}

/// `Mon–Fri 09:00–17:00; Sat 10:00–12:00, 14:00–16:00`: days in a row with the same hours are told together. `None`
/// where no day is open.
fn describe_week(weekly: &[Vec<DayWindow>; 7]) -> Option<String> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (day, windows) in weekly.iter().enumerate().filter(|(_, windows)| !windows.is_empty()) {
        match groups.last_mut() {
            Some((first, last)) if *last + 1 == day && weekly[*first] == *windows => *last = day,
            _ => groups.push((day, day)),
        }
    }
    let told: Vec<String> = groups
        .into_iter()
        .map(|(first, last)| {
            let hours: Vec<String> = weekly[first].iter().map(|window| describe_window(*window)).collect();
            let days = if first == last {
                short(WEEKDAYS[first].2).to_owned()
            } else {
                format!("{}–{}", short(WEEKDAYS[first].2), short(WEEKDAYS[last].2))
            };
            format!("{days} {}", hours.join(", "))
        })
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn describe_window(window: DayWindow) -> String {
    format!(
        "{}–{}",
        format_clock_time(window.start_minute),
        format_clock_time(window.end_minute)
    )
}

fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(start_minute: u16, end_minute: u16) -> DayWindow {
        DayWindow {
            start_minute,
            end_minute,
        }
    }

    #[test]
    fn days_in_a_row_are_told_together() {
        let mut week: [Vec<DayWindow>; 7] = Default::default();
        assert_eq!(describe_week(&week), None);
        for day in &mut week[0..5] {
            *day = vec![window(540, 1020)];
        }
        assert_eq!(describe_week(&week).unwrap(), "Mon–Fri 09:00–17:00");
        week[2] = vec![window(540, 720), window(780, 1020)];
        week[6] = vec![window(1320, 1560)];
        assert_eq!(
            describe_week(&week).unwrap(),
            "Mon–Tue 09:00–17:00; Wed 09:00–12:00, 13:00–17:00; Thu–Fri 09:00–17:00; Sun 22:00–02:00"
        );
    }
}

//! The rules around bookings: breaks, notice, horizon, start times, limit, changes.

use leptos::prelude::*;
use timetap_core::times::format_minutes;
use timetap_usecases::hosts::{BookingRules, BookingRulesForm};

use crate::components::button::{SubmitButton, Weight};
use crate::components::field::{SelectField, TextField};
use crate::components::form_summary::FormSummary;
use crate::page::form::{FormState, Values};

/// The form of this name on the hours page.
pub const FORM: &str = "rules";

const DAY: u32 = 1440;
const BREAKS: &[u32] = &[0, 5, 10, 15, 20, 30, 45, 60, 90, 120];
const STEPS: &[u32] = &[5, 10, 15, 20, 30, 45, 60, 90, 120];
const NOTICES: &[u32] = &[0, 30, 60, 120, 240, 480, 720, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY];

/// The section with its form.
#[component]
pub fn BookingRulesSection(rules: BookingRules) -> impl IntoView {
    let stored = BookingRulesForm::from(&rules);
    let form = FormState::new(
        FORM,
        Values::from_pairs([
            ("buffer_before", stored.buffer_before),
            ("buffer_after", stored.buffer_after),
            ("minimum_notice", stored.minimum_notice),
            ("horizon_days", stored.horizon_days),
            ("slot_interval", stored.slot_interval),
            ("daily_limit", stored.daily_limit),
            ("change_cutoff", stored.change_cutoff),
            ("when_calendar_unknown", stored.when_calendar_unknown),
        ]),
    );
    let choose = |name: &str, choices: &[u32], none: &str| minute_options(choices, &form.value(name), none);
    let before = choose("buffer_before", BREAKS, "None");
    let after = choose("buffer_after", BREAKS, "None");
    let notice = choose("minimum_notice", NOTICES, "None: until the last minute");
    let steps = choose("slot_interval", STEPS, "None");
    let cutoff = choose("change_cutoff", NOTICES, "Until it starts");
    view! {
        <section class="tt-card flex flex-col gap-5" aria-labelledby="rules-heading" id="rules">
            <h2 id="rules-heading">"Around bookings"</h2>
            <form method="post" action="/host/hours" class="flex flex-col gap-5">
                <input type="hidden" name="form" value=FORM/>
                <FormSummary form=form.clone()/>
                <div class="grid gap-5 sm:grid-cols-2 items-end">
                    <SelectField form=form.clone() name="buffer_before" label="Break before" options=before/>
                    <SelectField form=form.clone() name="buffer_after" label="Break after" options=after/>
                    <SelectField
                        form=form.clone()
                        name="slot_interval"
                        label="Start times every"
                        hint="Whatever a session’s length."
                        options=steps
                    />
                    <TextField
                        form=form.clone()
                        name="daily_limit"
                        label="At most a day"
                        hint="Bookings; empty for no limit."
                        kind="number"
                        inputmode="numeric"
                        min="1"
                        max="1000"
                        optional=true
                    />
                    <SelectField
                        form=form.clone()
                        name="minimum_notice"
                        label="Notice"
                        hint="Between booking and start."
                        options=notice
                    />
                    <TextField
                        form=form.clone()
                        name="horizon_days"
                        label="Days ahead"
                        hint="How far customers can book."
                        kind="number"
                        inputmode="numeric"
                        min="1"
                        max="730"
                    />
                </div>
                <SelectField
                    form=form.clone()
                    name="change_cutoff"
                    label="Customers may move or cancel until"
                    hint="Before the start. You can at any time."
                    options=cutoff
                />
                <SelectField
                    form=form
                    name="when_calendar_unknown"
                    label="While your calendar cannot be read"
                    options=vec![
                        ("offer".to_owned(), "Offer your hours, and say so".to_owned()),
                        ("offer_nothing".to_owned(), "Offer nothing until it can".to_owned()),
                    ]
                />
                <p><SubmitButton weight=Weight::Quiet>"Save rules"</SubmitButton></p>
            </form>
        </section>
    }
}

/// The usual choices, and what is set where it is none of them.
fn minute_options(choices: &[u32], set: &str, none: &str) -> Vec<(String, String)> {
    let mut minutes = choices.to_vec();
    if let Some(set) = set.parse().ok().filter(|set| !minutes.contains(set)) {
        minutes.push(set);
        minutes.sort_unstable();
    }
    minutes
        .into_iter()
        .map(|minutes| (minutes.to_string(), describe_minutes(minutes, none)))
        .collect()
}

fn describe_minutes(minutes: u32, none: &str) -> String {
    match (minutes / DAY, minutes % DAY) {
        (0, 0) => none.to_owned(),
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        _ => format_minutes(minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_always_among_the_choices() {
        let options = minute_options(&[0, 30, 60], "50", "None");
        let values: Vec<&str> = options.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(values, ["0", "30", "50", "60"]);
        assert_eq!(options[0].1, "None");
        // What was typed and is no number is shown by the first choice, with the complaint beside it.
        assert_eq!(minute_options(&[0, 30], "many", "None").len(), 2);
    }

    #[test]
    fn long_times_are_told_in_days() {
        assert_eq!(describe_minutes(1440, ""), "1 day");
        assert_eq!(describe_minutes(7 * 1440, ""), "7 days");
        assert_eq!(describe_minutes(90, ""), "1 h 30 min");
    }
}

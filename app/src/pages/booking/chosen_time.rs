//! What a page of times shows: the month, the chosen time, and what to do where that is gone.

use jiff::Timestamp;
use leptos::prelude::*;
use timetap_core::slots::Refusal;
use timetap_core::text::ZoneName;
use timetap_usecases::{TimeTap, Unexpected};

use super::picker_view::{PickerPlace, PickerView, SlotChoice};
use super::subject::Subject;
use crate::components::Tone;
use crate::components::notice::Notice;
use crate::page::form::{FormReply, Values};

/// Month, day and time as the address or the form has them.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    month: String,
    day: String,
    start: Option<Timestamp>,
    /// Why the form came back, where it is about the time.
    message: Option<String>,
    typed: bool,
}

impl Wish {
    /// What the form says, where one came back, else the address.
    pub fn find(query: &Values, reply: Option<&FormReply>) -> Self {
        let start = match reply {
            Some(reply) => wanted_start(&reply.values),
            None => query.text("slot"),
        };
        Self {
            month: query.text("month").to_owned(),
            day: query.text("day").to_owned(),
            start: start
                .parse()
                .ok()
                .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            message: reply.and_then(|reply| reply.message.clone()),
            typed: reply.is_some(),
        }
    }

    /// The same, where nothing but the time is ever typed: one that is gone leads on to others.
    #[must_use]
    pub fn of_time_alone(mut self) -> Self {
        self.typed = false;
        self
    }

    /// The same, with this day where nothing else was wished.
    #[must_use]
    pub fn or_day(mut self, day: jiff::civil::Date) -> Self {
        if self.month.is_empty() && self.day.is_empty() {
            self.day = day.to_string();
        }
        self
    }
}

/// The start that a form asks for: a button with another time counts before what was chosen first.
pub fn wanted_start(form: &Values) -> &str {
    match form.text("instead") {
        "" => form.text("start"),
        instead => instead,
    }
}

/// Everything that the picker needs.
#[derive(Clone, Debug)]
pub struct ChosenTime {
    /// The month.
    pub view: PickerView,
    /// The chosen time.
    pub chosen: Option<SlotChoice>,
    /// Whether it is gone.
    pub gone: bool,
    /// What is free around it then.
    pub nearest: Vec<SlotChoice>,
    /// What to say about it.
    pub message: String,
    /// Whether somebody has it, perhaps the very person who looks.
    pub taken: bool,
    /// Whether a form came back, with what was typed in it.
    pub typed: bool,
}

impl ChosenTime {
    /// Whether an address led to a time that is gone, and nothing has been typed yet: then another time comes first, and
    /// the rest of the form after it.
    pub fn is_stale(&self) -> bool {
        self.gone && !self.typed
    }

    /// What the picker starts with as chosen.
    pub fn to_send(&self) -> Option<SlotChoice> {
        self.chosen.clone().filter(|_| !self.is_stale())
    }
}

impl ChosenTime {
    /// Looks up what `wish` wishes; `None` where the subject's host is gone.
    ///
    /// # Errors
    /// The database refuses, or a row says something that no rule allows.
    pub async fn load(
        app: &TimeTap,
        subject: &Subject,
        zone: &ZoneName,
        wish: Wish,
    ) -> Result<Option<Self>, Unexpected> {
        let zone = zone.time_zone();
        let chosen = wish.start.and_then(|start| subject.choice(start, zone));
        let (month, day) = match wish.start {
            Some(start) => {
                let day = zone.to_datetime(start).date();
                (day.strftime("%Y-%m").to_string(), day.to_string())
            }
            None => (wish.month, wish.day),
        };
        let Some(view) = subject.show(app, zone, &month, &day).await? else {
            return Ok(None);
        };
        let is_free = |choice: &SlotChoice| {
            view.day
                .iter()
                .flat_map(|day| &day.groups)
                .any(|(_, slots)| slots.iter().any(|slot| slot.start == choice.start))
        };
        let gone = chosen.as_ref().is_some_and(|choice| !is_free(choice));
        let (refusal, nearest) = match wish.start.filter(|_| gone) {
            Some(start) => {
                let look = subject.look(app, start).await?;
                let nearest = look.nearest.into_iter();
                let nearest = nearest.filter_map(|slot| subject.choice(slot.start, zone));
                (look.refusal, nearest.collect())
            }
            None => (None, Vec::new()),
        };
        Ok(Some(Self {
            view,
            chosen,
            gone,
            nearest,
            message: wish.message.unwrap_or_else(|| {
                let refusal = refusal.unwrap_or(Refusal::Booked);
                refusal.customer_message().to_owned()
            }),
            taken: refusal.is_some_and(Refusal::is_taken),
            typed: wish.typed,
        }))
    }
}

/// That the time is gone, and what is free nearby. A form that came back can be sent as it is with another time; an address
/// that is out of date leads on to others.
#[component]
pub fn NearestTimes(
    time: ChosenTime,
    place: PickerPlace,
    /// What else may explain it.
    hint: Option<&'static str>,
) -> impl IntoView {
    let some = !time.nearest.is_empty();
    // Where nothing was typed, the time stands nowhere else on the page.
    let which = time
        .chosen
        .as_ref()
        .filter(|_| time.is_stale())
        .map(|slot| slot.label.clone());
    let typed = time.typed;
    let choices: Vec<_> = time
        .nearest
        .into_iter()
        .map(|slot| {
            let class = "tt-button tt-button-quiet tt-figures";
            if typed {
                view! { <button type="submit" class=class name="instead" value=slot.start>{slot.short}</button> }
                    .into_any()
            } else {
                view! { <a class=class href=place.href("", "", &slot.start) rel="nofollow">{slot.short}</a> }.into_any()
            }
        })
        .collect();
    view! {
        <div class="tt-gone" id="form-summary" tabindex="-1" autofocus=true>
            // Return in a field must not take another time than the one that stands above.
            {typed.then(|| view! { <button type="submit" class="hidden" tabindex="-1" aria-hidden="true"></button> })}
            <Notice tone=Tone::Warning>
                {which.map(|which| view! { <p class="tt-figures">{which}</p> })}
                <p class="font-medium">{time.message}</p>
                {hint.map(|hint| view! { <p>{hint}</p> })}
                {typed.then(|| view! { <p>"Nothing you typed is lost."</p> })}
                {some.then(|| view! { <p>"These times are free:"</p> })}
                <div class="flex flex-wrap gap-2 pt-2">{choices}</div>
            </Notice>
        </div>
    }
}

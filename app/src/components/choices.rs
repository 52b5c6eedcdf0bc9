//! Choices under one legend, of which one is taken, or as many as one likes; what is wrong is said below them.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use crate::page::form::FormState;

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is submitted.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// A line below it; empty for none.
    pub below: String,
}

impl Choice {
    /// Without a line below it.
    pub fn plain(value: &str, label: &str) -> Self {
        Self::new(value, label, "")
    }

    /// With a line below it.
    pub fn new(value: &str, label: &str, below: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            below: below.to_owned(),
        }
    }

    fn words(self) -> impl IntoView {
        let below =
            (!self.below.is_empty()).then(|| view! { <span class="block tt-muted text-sm">{self.below}</span> });
        view! { <span>{self.label}{below}</span> }
    }
}

/// One of several. Each has the id `{ids}-{value}`, by which style sheets show what belongs to the chosen one alone: below it
/// as its children, or elsewhere. A `large` one is a part of its page, with a heading and in two columns.
#[component]
pub fn RadioField(
    form: FormState,
    name: &'static str,
    legend: &'static str,
    ids: &'static str,
    options: Vec<Choice>,
    #[prop(default = false)] large: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let chosen = form.value(name);
    let options = options
        .into_iter()
        .map(|option| {
            view! {
                <label class="tt-check">
                    <input
                        type="radio"
                        name=name
                        id=format!("{ids}-{}", option.value.replace('_', "-"))
                        value=option.value.clone()
                        checked=chosen == option.value
                        required
                    />
                    {option.words()}
                </label>
            }
        })
        .collect_view();
    let (frame, legend) = if large {
        ("group flex flex-col gap-3 min-w-0", (HEADING, legend))
    } else {
        ("flex flex-col gap-1 min-w-0", ("tt-label", legend))
    };
    let options = if large {
        view! { <div class=COLUMNS>{options}</div> }.into_any()
    } else {
        options.into_any()
    };
    let children = children.map(|children| children());
    framed(&form, name, frame, legend, None, options, children)
}

/// As many as one likes of several, in two columns below a hint.
#[component]
pub fn CheckFields(
    form: FormState,
    name: &'static str,
    legend: &'static str,
    #[prop(into)] hint: String,
    options: Vec<Choice>,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|option| {
            let checked = form.chosen(name, &option.value);
            view! {
                <label class="tt-check">
                    <input type="checkbox" name=name value=option.value.clone() checked=checked/>
                    {option.words()}
                </label>
            }
        })
        .collect_view();
    let options = view! { <div class=COLUMNS>{options}</div> }.into_any();
    let frame = "flex flex-col gap-2 min-w-0";
    framed(&form, name, frame, (HEADING, legend), Some(hint), options, None)
}

/// The legend of a part of a page.
pub const HEADING: &str = "font-bold text-lg mb-1";
const COLUMNS: &str = "grid sm:grid-cols-2 gap-x-6";

/// The legend, hint and error around the options of the field `name`. Its id is `field-{name}`, which the summary of errors
/// links to.
fn framed(
    form: &FormState,
    name: &'static str,
    class: &'static str,
    (legend_class, legend): (&'static str, &'static str),
    hint: Option<String>,
    options: AnyView,
    children: Option<AnyView>,
) -> impl IntoView + use<> {
    let error = form.error(name);
    let error_id = format!("field-{name}-error");
    let described = error.as_ref().map(|_| error_id.clone());
    view! {
        <fieldset class=class id=format!("field-{name}") aria-describedby=described>
            <legend class=legend_class>{legend}</legend>
            {hint.map(|hint| view! { <p class="tt-hint">{hint}</p> })}
            {options}
            {error.map(|error| view! {
                <p class="tt-error" id=error_id><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
            {children}
        </fieldset>
    }
}

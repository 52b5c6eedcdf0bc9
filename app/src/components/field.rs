//! Labelled fields that keep what was typed and say what is wrong right beside it.

use leptos::prelude::*;

use super::icon::{Icon, IconView};
use super::page_title::escape_text;
use crate::page::form::FormState;

/// The label, hint and error around a control; `control` receives the id list for `aria-describedby`.
fn framed(
    id: String,
    label: String,
    hint: Option<String>,
    optional: bool,
    error: Option<String>,
    control: impl FnOnce(Option<String>, bool) -> AnyView,
) -> impl IntoView {
    let hint_id = hint.as_ref().map(|_| format!("{id}-hint"));
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let described = [hint_id.clone(), error_id.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let described = (!described.is_empty()).then_some(described);
    let invalid = error.is_some();
    view! {
        <div>
            <label class="tt-label" for=id>
                {label}
                {optional.then(|| view! { <span class="tt-muted font-normal">" (optional)"</span> })}
            </label>
            {hint.map(|hint| view! { <p class="tt-hint" id=hint_id>{hint}</p> })}
            {control(described, invalid)}
            {error.map(|error| view! {
                <p class="tt-error" id=error_id><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </div>
    }
}

/// A one-line text field of `form`. Its id is `field-{name}`, which the summary of errors links to.
#[component]
pub fn TextField(
    form: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(default = 200)] maxlength: u16,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    #[prop(optional, into)] step: Option<String>,
    #[prop(default = false)] optional: bool,
    /// Whether it is needed only in some cases, which the server knows: not demanded here, nor called optional.
    #[prop(default = false)]
    conditional: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    // Passwords are never sent back to the browser.
    let value = (kind != "password").then(|| form.value(&name));
    let error = form.error(&name);
    let control_id = id.clone();
    framed(id, label, hint, optional, error, move |described, invalid| {
        view! {
            <input
                class="tt-input"
                id=control_id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=(kind != "number" && kind != "date" && kind != "time").then_some(maxlength)
                min=min
                max=max
                step=step
                required=!optional && !conditional
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            />
        }
        .into_any()
    })
}

/// A field for several lines.
#[component]
pub fn TextAreaField(
    form: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = 2000)] maxlength: u16,
    #[prop(default = 4)] rows: u16,
    #[prop(default = false)] optional: bool,
    /// Whether it is needed only in some cases, which the server knows: not demanded here, nor called optional.
    #[prop(default = false)]
    conditional: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let value = form.value(&name);
    let error = form.error(&name);
    let control_id = id.clone();
    framed(id, label, hint, optional, error, move |described, invalid| {
        view! {
            <textarea
                class="tt-input"
                id=control_id
                name=name
                rows=rows
                maxlength=maxlength
                required=!optional && !conditional
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            >
                {escape_text(&value)}
            </textarea>
        }
        .into_any()
    })
}

/// A choice of one from `options` (value, label).
#[component]
pub fn SelectField(
    form: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = false)] optional: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let chosen = form.value(&name);
    let error = form.error(&name);
    let control_id = id.clone();
    framed(id, label, hint, optional, error, move |described, invalid| {
        view! {
            <select
                class="tt-input"
                id=control_id
                name=name
                required=!optional
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
            >
                {options
                    .into_iter()
                    .map(|(value, label)| {
                        let selected = value == chosen;
                        view! { <option value=value selected=selected>{label}</option> }
                    })
                    .collect_view()}
            </select>
        }
        .into_any()
    })
}

/// A box to tick; submits `value` when ticked.
#[component]
pub fn CheckField(
    form: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "yes".to_owned(), into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let id = format!("field-{name}");
    let checked = form.chosen(&name, &value);
    let error = form.error(&name);
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let control_id = id.clone();
    view! {
        <div>
            <label class="tt-check" for=id>
                <input
                    type="checkbox"
                    id=control_id
                    name=name
                    value=value
                    checked=checked
                    aria-describedby=error_id.clone()
                    aria-invalid=error.is_some().then_some("true")
                />
                <span>
                    {label}
                    {hint.map(|hint| view! { <span class="block tt-muted text-sm">{hint}</span> })}
                </span>
            </label>
            {error.map(|error| view! {
                <p class="tt-error" id=error_id><IconView icon=Icon::Alert size=16/>{error}</p>
            })}
        </div>
    }
}

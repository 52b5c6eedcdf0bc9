//! What pages are made of.

pub mod button;
pub mod cart_link;
pub mod chip;
pub mod choices;
pub mod copy_text;
pub mod field;
pub mod form_summary;
pub mod icon;
pub mod layout;
pub mod no_page;
pub mod notice;
pub mod page_title;
pub mod problem;

/// What a notice or chip says about the state of things. Never by colour alone: each has an icon, and words beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Just so that you know.
    #[default]
    Neutral,
    /// It worked.
    Success,
    /// It works, but look at it.
    Warning,
    /// It does not work.
    Danger,
}
pub mod zone_options;

//! The query of a page's address.

use leptos::prelude::*;

use crate::components::Tone;
use crate::components::notice::Notice;
use crate::page::form::Values;

/// The query's values, as the server received them.
pub fn query() -> Values {
    use_context::<http::request::Parts>()
        .map(|parts| Values::parse(parts.uri.query().unwrap_or_default().as_bytes()))
        .unwrap_or_default()
}

/// What was just done, from the code in `?done=`: one of `sentences`, never words from the address itself.
pub fn done_notice(sentences: &[(&str, &'static str)]) -> impl IntoView + use<> {
    let query = query();
    let code = query.text("done");
    let sentence = sentences
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, sentence)| *sentence);
    sentence.map(|sentence| view! { <Notice tone=Tone::Success>{sentence}</Notice> })
}

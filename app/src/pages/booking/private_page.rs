//! Pages that stand behind a token: never kept by a cache, never listed by a search engine, and their address, which holds
//! the token, is told to no other site.

use http::{HeaderName, HeaderValue};
use leptos::prelude::*;

/// Marks the answer as one that is made anew each time: it holds a form's own key, and what is free changes by the minute.
pub fn keep_fresh() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(
            http::header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
}

/// Marks the answer as one person's own.
pub fn keep_private() {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
        return;
    };
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
    ] {
        response.insert_header(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

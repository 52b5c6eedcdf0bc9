//! The pages of TimeTap: server-rendered, complete without any script, with islands where a page must react.
//!
//! Compiled twice. With the feature `ssr` it is the whole user interface: pages read through use cases, forms are posted to
//! [`actions`], which call one use case each and either redirect or show the page again with what was typed. With the
//! feature `hydrate` only [`islands`] remain, for the browser.

#![cfg_attr(
    feature = "ssr",
    expect(
        missing_docs,
        reason = "the component macro makes a structure of properties for which no words can be given"
    ),
    expect(
        clippy::needless_pass_by_value,
        reason = "a component owns its properties: it is called with a structure, never with references"
    )
)]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod site;

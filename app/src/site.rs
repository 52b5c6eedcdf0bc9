//! The files of this build that pages name: looked up once, when the server starts, and not for every page.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leptos::nonce::{provide_nonce, use_nonce};
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use leptos_meta::HashedStylesheet;

/// Stylesheet and scripts, as HTML.
#[derive(Clone, Debug)]
pub struct Site {
    stylesheet: Arc<str>,
    scripts: Arc<str>,
    /// Stands in `scripts` where the nonce of an answer belongs.
    placeholder: Arc<str>,
}

/// Whether this page has the scripts already.
#[derive(Clone, Debug, Default)]
struct Woken(Arc<AtomicBool>);

impl Site {
    /// Finds out how the files are called.
    pub fn load(options: &LeptosOptions) -> Self {
        Owner::new().with(|| {
            provide_nonce();
            let placeholder = use_nonce().map_or_else(|| Arc::from(""), |nonce| nonce.as_inner().clone());
            let (css, js) = (options.clone(), options.clone());
            Self {
                stylesheet: view! { <HashedStylesheet options=css id="timetap"/> }.to_html().into(),
                scripts: view! { <HydrationScripts options=js islands=true/> }.to_html().into(),
                placeholder,
            }
        })
    }

    /// The stylesheet, for the head of the page; and the page's islands may ask for their scripts.
    pub fn begin_page(&self) -> impl IntoView + use<> {
        provide_context(self.clone());
        provide_context(Woken::default());
        InertElement::new(self.stylesheet.to_string())
    }
}

/// What wakes the islands of the page that is rendered. Stands beside each island, and comes once: pages without an island
/// load no script.
pub fn wake_islands() -> impl IntoView {
    let site = use_context::<Site>()?;
    let woken = use_context::<Woken>()?;
    if woken.0.swap(true, Ordering::Relaxed) {
        return None;
    }
    let nonce = use_nonce()?;
    let scripts = site.scripts.replace(&*site.placeholder, nonce.as_inner());
    Some(InertElement::new(scripts))
}

//! Keeps [`crate::pages::booking::status_card`] up to date while somebody looks at it.

use leptos::prelude::*;

/// Asks the status that its child names for news, ever less often, only while the page is seen, and until everything has
/// settled. Where there are any, it takes the new words from the page itself, as the server renders it now.
#[island]
pub fn LiveStatus(children: Children) -> impl IntoView {
    browser::watch();
    view! { {children()} }
}

#[cfg(feature = "hydrate")]
mod browser {
    use gloo_timers::future::TimeoutFuture;
    use web_sys::{Document, DomParser, SupportedType};

    use crate::islands::document::{attribute, fetch_text, find, window};

    /// Milliseconds until the first question, and the most between two.
    const FIRST: u32 = 700;
    const SLOWEST: u32 = 30_000;
    /// So many questions without an end are enough; the page can be loaded again.
    const QUESTIONS: u32 = 200;
    /// The status, and the parts of it that change; each is announced only when it does.
    const STATUS: &str = "[data-status]";
    const PARTS: [&str; 3] = ["#status-now", "#status-sentence", "#status-mail"];

    pub(super) fn watch() {
        leptos::task::spawn_local(async {
            let mut pause = FIRST;
            for _ in 0..QUESTIONS {
                let Some(status) = find(STATUS) else { return };
                let url = attribute(&status, "data-url");
                if url.is_empty() {
                    return;
                }
                TimeoutFuture::new(pause).await;
                while window()
                    .and_then(|window| window.document())
                    .is_some_and(|page| page.hidden())
                {
                    TimeoutFuture::new(1000).await;
                }
                pause = SLOWEST.min(pause + pause / 3);
                let news = fetch_text(&url).await;
                if news.is_some_and(|news| news != attribute(&status, "data-status"))
                    && let Some(page) = fetch_page().await
                    && take_over(&page).is_none()
                {
                    // The booking itself has changed: everything on the page may be different.
                    if let Some(window) = window() {
                        drop(window.location().reload());
                    }
                    return;
                }
            }
        });
    }

    /// This page, as it is now.
    async fn fetch_page() -> Option<Document> {
        let html = fetch_text(&window()?.location().href().ok()?).await?;
        DomParser::new()
            .ok()?
            .parse_from_string(&html, SupportedType::TextHtml)
            .ok()
    }

    /// Puts the new parts in the place of the old ones, where both pages show the same version of the booking.
    fn take_over(page: &Document) -> Option<()> {
        let status = find(STATUS)?;
        let new = page.query_selector(STATUS).ok()??;
        if attribute(&new, "data-version") != attribute(&status, "data-version") {
            return None;
        }
        for selector in PARTS {
            let (old, new) = (find(selector)?, page.query_selector(selector).ok()??);
            if old.inner_html() != new.inner_html() {
                old.set_inner_html(&new.inner_html());
            }
        }
        for name in ["data-status", "data-url"] {
            status.set_attribute(name, &attribute(&new, name)).ok()?;
        }
        Some(())
    }
}

/// The server shows what is, once.
#[cfg(not(feature = "hydrate"))]
mod browser {
    pub(super) fn watch() {}
}

//! The HTML document around every page, and the policy that says which scripts may run in it.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::page::keeping::keeping;
use crate::routes::App;
use crate::site::Site;

/// The document.
pub fn shell(site: &Site) -> impl IntoView + use<> {
    set_content_security_policy();
    let stylesheet = site.begin_page();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" type="font/woff2" crossorigin="anonymous"/>
                {stylesheet}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
/// Only our own scripts, marked with this answer's nonce, may run; nobody may frame the page.
fn set_content_security_policy() {
    let Some(nonce) = use_nonce() else { return };
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else {
        return;
    };
    if let Some(keeping) = keeping() {
        keeping.note_nonce(nonce.as_inner());
    }
    let policy = content_security_policy(nonce.as_inner(), "");
    if let Ok(value) = http::HeaderValue::from_str(&policy) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}

/// The policy of a page whose scripts have this nonce, and whose forms may lead to `forms_to` besides.
pub fn content_security_policy(nonce: &str, forms_to: &str) -> String {
    let space = if forms_to.is_empty() { "" } else { " " };
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'{space}{forms_to}; frame-ancestors 'none'"
    )
}

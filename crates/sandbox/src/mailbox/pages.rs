//! The inbox page and the pages of one mail.

use axum::{
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::Serialize;

use crate::{
    control::{
        Control,
        mails::{MailFilter, MailView},
    },
    world::Shared,
};

#[derive(Serialize)]
struct InboxPage {
    mails: Vec<MailView>,
    to: String,
    subject: String,
}

#[derive(Serialize)]
struct MailPage {
    mail: MailView,
}

pub(crate) async fn show_inbox(State(engine): State<Shared>, Query(filter): Query<MailFilter>) -> Html<String> {
    let filter = MailFilter {
        to: filter.to.filter(|text| !text.is_empty()),
        subject: filter.subject.filter(|text| !text.is_empty()),
        origin: filter.origin,
    };
    let mails = Control::from(&engine).mails(&filter);
    let page = InboxPage {
        mails,
        to: filter.to.unwrap_or_default(),
        subject: filter.subject.unwrap_or_default(),
    };
    Html(engine.pages.render("inbox.html", page))
}

pub(crate) async fn show_mail(State(engine): State<Shared>, Path(id): Path<u64>) -> Response {
    match Control::from(&engine).mail(id) {
        Ok(mail) => Html(engine.pages.render("mail.html", MailPage { mail })).into_response(),
        Err(_) => missing(&engine),
    }
}

/// The HTML part as it came, in a box of its own: no scripts, nothing fetched from elsewhere, links in a new tab.
pub(crate) async fn show_html(State(engine): State<Shared>, Path(id): Path<u64>) -> Response {
    const POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                          style-src 'unsafe-inline'; img-src data:";
    match Control::from(&engine).mail(id).ok().and_then(|mail| mail.content.html) {
        Some(html) => {
            // Before the doctype it would make browsers show the mail by the rules of old.
            let html = if html.contains("<head>") {
                html.replacen("<head>", "<head><base target=\"_blank\">", 1)
            } else {
                format!("<base target=\"_blank\">{html}")
            };
            ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
        }
        None => missing(&engine),
    }
}

pub(crate) async fn show_raw(State(engine): State<Shared>, Path(id): Path<u64>) -> Response {
    match Control::from(&engine).raw_mail(id) {
        Ok(raw) => plain(raw),
        Err(_) => missing(&engine),
    }
}

/// A text part, calendars above all, by its position from 0.
pub(crate) async fn show_part(State(engine): State<Shared>, Path((id, part)): Path<(u64, usize)>) -> Response {
    let mail = Control::from(&engine).mail(id).ok();
    match mail
        .and_then(|mail| mail.content.parts.into_iter().nth(part))
        .and_then(|part| part.text)
    {
        Some(text) => plain(text.into_bytes()),
        None => missing(&engine),
    }
}

fn plain(content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, content).into_response()
}

fn missing(engine: &Shared) -> Response {
    let page = engine.pages.render("missing.html", ());
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

//! The front page, and the answer where there is nothing.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use http::StatusCode;
use serde::Serialize;

use crate::{
    control::{
        Control,
        summary::{AccountView, Summary},
    },
    world::Shared,
};

#[derive(Serialize)]
struct FrontPage {
    plugged: bool,
    accounts: Vec<AccountView>,
    summary: Summary,
}

pub(crate) async fn show_front(State(engine): State<Shared>) -> Html<String> {
    let control = Control::from(&engine);
    let page = FrontPage {
        plugged: control.is_plugged(),
        accounts: control.account_views(),
        summary: control.summary(),
    };
    Html(engine.pages.render("front.html", page))
}

pub(crate) async fn not_found(State(engine): State<Shared>) -> Response {
    (StatusCode::NOT_FOUND, Html(engine.pages.render("missing.html", ()))).into_response()
}

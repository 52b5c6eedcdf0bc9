//! The inbox as JSON.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    control::{
        Control, ControlError,
        mails::{MailFilter, MailView},
    },
    world::Shared,
};

pub(crate) async fn list_mails(State(engine): State<Shared>, Query(filter): Query<MailFilter>) -> Json<Value> {
    let mails = Control::from(&engine).mails(&filter);
    Json(json!({ "count": mails.len(), "mails": mails }))
}

pub(crate) async fn get_mail(
    State(engine): State<Shared>,
    Path(id): Path<u64>,
) -> Result<Json<MailView>, ControlError> {
    Ok(Json(Control::from(&engine).mail(id)?))
}

pub(crate) async fn clear_mails(State(engine): State<Shared>) -> StatusCode {
    Control::from(&engine).clear_mails();
    StatusCode::NO_CONTENT
}

//! `channels.stop`.

use serde_json::Value;

use crate::google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn};

/// Closes a channel; only for the account that opened it, and only with the resource id it was given.
pub(super) fn stop_channel(turn: &mut Turn<'_>, account: &str, incoming: &Incoming) -> Result<Answer, ApiError> {
    let body = incoming.json()?;
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        value.ok_or_else(|| ApiError::required(format!("Required: {name}")))
    };
    let (id, resource_id) = (text("id")?, text("resourceId")?);
    let open = &mut turn.world.channels.open;
    let own = open
        .get(id)
        .is_some_and(|channel| channel.account == account && channel.resource_id == resource_id);
    if !own {
        let message = format!("Channel '{id}' not found for project 'sandbox'");
        return Err(ApiError {
            message,
            ..ApiError::not_found()
        });
    }
    open.remove(id);
    Ok(Answer::empty(204).with_effect())
}

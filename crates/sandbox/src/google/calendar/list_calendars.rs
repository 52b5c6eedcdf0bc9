//! `calendarList.list` and `calendarList.get`.

use serde_json::json;

use super::{calendars::known, page_tokens};
use crate::google::{answer::Answer, errors::ApiError, request::Params, turn::Turn};

const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 250;

/// The account's calendars, the primary one first.
pub(super) fn list_calendars(turn: &mut Turn<'_>, account: &str, query: &Params) -> Result<Answer, ApiError> {
    let size = page_tokens::page_size(query, PAGE, LARGEST_PAGE)?;
    let writable = match query.get("minAccessRole") {
        None | Some("freeBusyReader" | "reader") => false,
        Some("writer" | "owner") => true,
        Some(other) => {
            return Err(ApiError::invalid_parameter(
                "minAccessRole",
                format!("Invalid value '{other}'."),
            ));
        }
    };
    let skip = match query.get("pageToken") {
        None => 0,
        Some(text) => page_tokens::open::<usize>(text)
            .ok_or_else(|| ApiError::invalid_parameter("pageToken", "Invalid page token value."))?,
    };
    let mut own: Vec<_> = turn
        .world
        .calendars
        .values()
        .filter(|calendar| calendar.account == account && (!writable || calendar.check_writable().is_ok()))
        .collect();
    own.sort_by_key(|calendar| !calendar.primary);
    let etag = own.iter().map(|calendar| calendar.etag()).max().unwrap_or_default();
    let items: Vec<_> = own
        .iter()
        .skip(skip)
        .take(size)
        .map(|calendar| calendar.entry())
        .collect();
    let mut body = json!({ "kind": "calendar#calendarList", "etag": etag, "items": items });
    if skip + size < own.len() {
        body["nextPageToken"] = json!(page_tokens::seal(&(skip + size)));
    } else {
        body["nextSyncToken"] = json!(page_tokens::seal(&turn.world.last_change));
    }
    Ok(Answer::json(200, &body))
}

/// One entry of the list.
pub(super) fn get_entry(turn: &mut Turn<'_>, calendar: &str) -> Result<Answer, ApiError> {
    Ok(Answer::json(200, &known(turn.world, calendar)?.entry()))
}

//! `calendars.get`.

use super::calendars::known;
use crate::google::{answer::Answer, errors::ApiError, turn::Turn};

pub(super) fn get_calendar(turn: &mut Turn<'_>, calendar: &str) -> Result<Answer, ApiError> {
    Ok(Answer::json(200, &known(turn.world, calendar)?.resource()))
}

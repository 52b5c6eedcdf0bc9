//! The forms of the hours page: the week, one day, and the rules around bookings.

use http::StatusCode;
use timetap_usecases::hosts::remove_override::RemoveOverrideError;
use timetap_usecases::hosts::save_booking_rules::SaveBookingRulesError;
use timetap_usecases::hosts::save_override::SaveOverrideError;
use timetap_usecases::hosts::save_weekly_hours::SaveWeeklyHoursError;
use timetap_usecases::hosts::{
    BookingRulesForm, OverrideForm, WEEKDAYS, WeeklyHoursForm, WindowForm, remove_override, save_booking_rules,
    save_override, save_weekly_hours,
};
use timetap_usecases::{FieldErrors, Unexpected};
use uuid::Uuid;

use super::refuse::{acting_host, refuse};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::form::Values;
use crate::pages::host::window_rows::{read_rows, write_rows};
use crate::pages::host::{booking_rules, special_days, weekly_hours};

/// `POST /host/hours`.
pub fn save_hours(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let user_id = match acting_host(&s) {
            Ok(user_id) => user_id,
            Err(reply) => return Ok(reply),
        };
        match s.form.text("form") {
            weekly_hours::FORM => save_week(s, user_id).await,
            special_days::FORM => save_day(s, user_id).await,
            special_days::REMOVE_FORM => remove_day(s, user_id).await,
            booking_rules::FORM => save_rules(s, user_id).await,
            _ => Ok(s.refused(
                StatusCode::BAD_REQUEST,
                "",
                "This form was not complete. Please try again.",
            )),
        }
    })
}

async fn save_week(mut s: Submission, user_id: Uuid) -> Result<Reply, Unexpected> {
    let mut days = WEEKDAYS.map(|(key, ..)| read_rows(&s.form, key));
    if edit_week(&mut days, s.form.text("do")) {
        let mut pairs = vec![("do".to_owned(), s.form.text("do").to_owned())];
        pairs.extend(
            days.iter()
                .zip(WEEKDAYS)
                .flat_map(|(rows, (key, ..))| write_rows(key, rows)),
        );
        s.form = Values::from_pairs(pairs);
        return Ok(s.again(StatusCode::OK, weekly_hours::FORM, FieldErrors::new(), None));
    }
    match save_weekly_hours(&s.app, user_id, WeeklyHoursForm { days }).await {
        Ok(()) => Ok(Reply::see("/host/hours?done=weekly")),
        Err(SaveWeeklyHoursError::Invalid(errors)) => Ok(s.invalid(weekly_hours::FORM, errors)),
        Err(SaveWeeklyHoursError::Refused(refused)) => refuse(refused),
        Err(SaveWeeklyHoursError::Unexpected(error)) => Err(error),
    }
}

/// Does what a button of the editor says: `add-mon` or `remove-mon-2`. Returns whether it is such a button.
fn edit_week(days: &mut [Vec<WindowForm>; 7], button: &str) -> bool {
    for (rows, (key, ..)) in days.iter_mut().zip(WEEKDAYS) {
        if button.strip_prefix("add-") == Some(key) {
            add_row(rows);
            return true;
        }
        let removed = button
            .strip_prefix("remove-")
            .and_then(|rest| rest.strip_prefix(key))
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|row| row.parse::<usize>().ok())
            .and_then(|row| row.checked_sub(1));
        if let Some(at) = removed.filter(|at| *at < rows.len()) {
            rows.remove(at);
            return true;
        }
    }
    false
}

/// One empty row to be filled in, besides the one that is always at the end.
fn add_row(rows: &mut Vec<WindowForm>) {
    rows.retain(|row| !row.is_empty());
    rows.extend([WindowForm::default(), WindowForm::default()]);
}

async fn save_day(mut s: Submission, user_id: Uuid) -> Result<Reply, Unexpected> {
    let text = |name: &str| s.form.text(name).to_owned();
    let mut form = OverrideForm {
        date: text("date"),
        kind: text("kind"),
        windows: read_rows(&s.form, "window"),
        note: text("note"),
    };
    if s.form.text("do") == "add" {
        // The last row shown is the spare one already, so filled rows and one more are enough.
        form.windows.retain(|row| !row.is_empty());
        form.windows.push(WindowForm::default());
        let mut pairs = write_rows("window", &form.windows);
        let texts = [("date", form.date), ("kind", form.kind), ("note", form.note)];
        pairs.extend(texts.map(|(name, value)| (name.to_owned(), value)));
        pairs.push(("do".to_owned(), "add".to_owned()));
        s.form = Values::from_pairs(pairs);
        return Ok(s.again(StatusCode::OK, special_days::FORM, FieldErrors::new(), None));
    }
    match save_override(&s.app, user_id, form).await {
        Ok(_) => Ok(Reply::see("/host/hours?done=day")),
        Err(SaveOverrideError::Invalid(errors)) => Ok(s.invalid(special_days::FORM, errors)),
        Err(SaveOverrideError::Refused(refused)) => refuse(refused),
        Err(SaveOverrideError::Unexpected(error)) => Err(error),
    }
}

async fn remove_day(s: Submission, user_id: Uuid) -> Result<Reply, Unexpected> {
    match remove_override(&s.app, user_id, s.form.text("date")).await {
        Ok(()) => Ok(Reply::see("/host/hours?done=day-removed")),
        Err(error @ RemoveOverrideError::NotFound) => {
            let message = error.to_string();
            Ok(s.refused(StatusCode::CONFLICT, special_days::REMOVE_FORM, message))
        }
        Err(RemoveOverrideError::Refused(refused)) => refuse(refused),
        Err(RemoveOverrideError::Unexpected(error)) => Err(error),
    }
}

async fn save_rules(s: Submission, user_id: Uuid) -> Result<Reply, Unexpected> {
    let text = |name: &str| s.form.text(name).to_owned();
    let form = BookingRulesForm {
        buffer_before: text("buffer_before"),
        buffer_after: text("buffer_after"),
        minimum_notice: text("minimum_notice"),
        horizon_days: text("horizon_days"),
        slot_interval: text("slot_interval"),
        daily_limit: text("daily_limit"),
        change_cutoff: text("change_cutoff"),
        when_calendar_unknown: text("when_calendar_unknown"),
    };
    match save_booking_rules(&s.app, user_id, form).await {
        Ok(()) => Ok(Reply::see("/host/hours?done=rules")),
        Err(SaveBookingRulesError::Invalid(errors)) => Ok(s.invalid(booking_rules::FORM, errors)),
        Err(SaveBookingRulesError::Refused(refused)) => refuse(refused),
        Err(SaveBookingRulesError::Unexpected(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_of_the_week_add_and_remove_rows() {
        let mut days: [Vec<WindowForm>; 7] = Default::default();
        days[0] = vec![
            WindowForm::of(540, 720),
            WindowForm::of(780, 1020),
            WindowForm::default(),
        ];
        assert!(edit_week(&mut days, "add-mon"));
        assert_eq!(days[0].len(), 4);
        assert!(days[0][2].is_empty() && days[0][3].is_empty());
        assert!(edit_week(&mut days, "remove-mon-1"));
        assert_eq!(days[0][0], WindowForm::of(780, 1020));
        for button in ["", "save", "remove-mon-9", "remove-mon-0", "remove-tue-1", "add-xyz"] {
            assert!(!edit_week(&mut days, button), "{button}");
        }
    }
}

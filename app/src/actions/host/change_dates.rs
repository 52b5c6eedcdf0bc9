//! The forms of a service's dates: add one, change its seats, close a weekly time to newcomers.

use http::StatusCode;
use timetap_usecases::Unexpected;
use timetap_usecases::catalogue::{
    AddDateError, Dated, OccurrenceForm, TemplateForm, add_occurrence, add_template, change_seats, set_template_active,
};
use uuid::Uuid;

use super::refuse::{acting_host, refuse};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::host::date_forms::{ADD_DATE, ADD_WEEKLY};

/// `POST /host/services/{id}/dates`. The field `form` says which.
pub fn change_dates(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let user_id = match acting_host(&s) {
            Ok(user_id) => user_id,
            Err(reply) => return Ok(reply),
        };
        let Ok(service_id) = s.param("id").parse::<Uuid>() else {
            return Ok(Reply::NotFound);
        };
        let text = |name: &str| s.form.text(name).to_owned();
        match s.form.text("form") {
            ADD_DATE => {
                let form = OccurrenceForm {
                    first_date: text("first_date"),
                    days: text("days"),
                    hours: text("hours"),
                    from: text("from"),
                    until: text("until"),
                    staff: text("staff"),
                    room: text("room"),
                    seats: text("seats"),
                };
                let added = add_occurrence(&s.app, user_id, service_id, &form).await;
                answer(s, service_id, ADD_DATE, "added", added.map(drop))
            }
            ADD_WEEKLY => {
                let form = TemplateForm {
                    weekday: text("weekday"),
                    from: text("from"),
                    first_date: text("first_date"),
                    last_date: text("last_date"),
                    staff: text("staff"),
                    room: text("room"),
                    seats: text("seats"),
                };
                let added = add_template(&s.app, user_id, service_id, &form).await;
                answer(s, service_id, ADD_WEEKLY, "added", added.map(drop))
            }
            _ => change(s, user_id, service_id).await,
        }
    })
}

async fn change(s: Submission, user_id: Uuid, service_id: Uuid) -> Result<Reply, Unexpected> {
    let occurrence = s.form.text("occurrence").parse::<Uuid>().ok();
    let template = s.form.text("template").parse::<Uuid>().ok();
    let dated = occurrence.map(Dated::Occurrence).or(template.map(Dated::Template));
    let (app, seats) = (&s.app, s.form.text("seats"));
    let (done, result) = match (s.form.text("do"), dated) {
        ("seats", Some(dated)) => ("seats", change_seats(app, user_id, service_id, dated, seats).await),
        ("close", Some(Dated::Template(id))) => {
            ("closed", set_template_active(app, user_id, service_id, id, false).await)
        }
        ("open", Some(Dated::Template(id))) => {
            ("opened", set_template_active(app, user_id, service_id, id, true).await)
        }
        _ => {
            return Ok(s.refused(
                StatusCode::BAD_REQUEST,
                "change",
                "This form was not complete. Please try again.",
            ));
        }
    };
    answer(s, service_id, "change", done, result)
}

fn answer(
    s: Submission,
    service_id: Uuid,
    form: &str,
    done: &str,
    result: Result<(), AddDateError>,
) -> Result<Reply, Unexpected> {
    match result {
        Ok(()) => Ok(Reply::see(format!("/host/services/{service_id}/dates?done={done}"))),
        // The row that it is about has no field of this name: the sentence stands above the list.
        Err(AddDateError::Invalid(errors)) if form == "change" => {
            let sentences: Vec<&str> = errors.iter().map(|(_, sentence)| sentence).collect();
            let sentence = sentences.join(" ");
            Ok(s.refused(StatusCode::UNPROCESSABLE_ENTITY, form, sentence))
        }
        Err(AddDateError::Invalid(errors)) => Ok(s.invalid(form, errors)),
        Err(AddDateError::NotFound) => Ok(Reply::NotFound),
        Err(AddDateError::Refused(refused)) => refuse(refused),
        Err(AddDateError::Unexpected(error)) => Err(error),
    }
}

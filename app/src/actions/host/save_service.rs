//! Makes a service, or changes one; the buttons of its questions show the form again.

use http::StatusCode;
use timetap_usecases::hosts::save_service::SaveServiceError;
use timetap_usecases::hosts::{QuestionForm, ServiceForm, add_service_for, save_service};
use timetap_usecases::{FieldErrors, Unexpected};
use uuid::Uuid;

use super::refuse::{acting_host, refuse};
use crate::actions::{ActionFuture, Reply, Submission};
use crate::page::form::Values;
use crate::pages::host::question_rows::{edit_questions, read_questions, write_questions};
use crate::pages::host::whose::services_of;

/// `POST /host/services/new`.
pub fn create_service(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match acting_host(&s) {
            Ok(user_id) => save(s, user_id, Target::Own).await,
            Err(reply) => Ok(reply),
        }
    })
}

/// `POST /host/team/{id}/services/new`.
pub fn create_service_for(s: Submission) -> ActionFuture {
    Box::pin(async move {
        match s.host_and_id() {
            Ok((user_id, host_id)) => save(s, user_id, Target::Of(host_id)).await,
            Err(reply) => Ok(reply),
        }
    })
}

/// `POST /host/services/{id}`.
pub fn update_service(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let user_id = match acting_host(&s) {
            Ok(user_id) => user_id,
            Err(reply) => return Ok(reply),
        };
        match s.param("id").parse() {
            Ok(service_id) => save(s, user_id, Target::Known(service_id)).await,
            Err(_) => Ok(Reply::NotFound),
        }
    })
}

/// What is saved.
#[derive(Clone, Copy)]
enum Target {
    /// A new service of one's own.
    Own,
    /// A new service of this host.
    Of(Uuid),
    /// A service that there is.
    Known(Uuid),
}

async fn save(mut s: Submission, user_id: Uuid, target: Target) -> Result<Reply, Unexpected> {
    let mut questions = read_questions(&s.form);
    if edit_questions(&mut questions, s.form.text("do")) {
        s.form = with_questions(&s.form, &questions);
        return Ok(s.again(StatusCode::OK, "", FieldErrors::new(), None));
    }
    let text = |name: &str| s.form.text(name).to_owned();
    let form = ServiceForm {
        kind: text("kind"),
        price: text("price"),
        currency: text("currency"),
        refund_until_hours: text("refund_until_hours"),
        late_refund_percent: text("late_refund_percent"),
        staff: s.form.all("staff").map(str::to_owned).collect(),
        rooms: s.form.all("rooms").map(str::to_owned).collect(),
        title: text("title"),
        slug: text("slug"),
        description: text("description"),
        duration_minutes: text("duration_minutes"),
        location_kind: text("location_kind"),
        location_phone: text("location_phone"),
        location_address: text("location_address"),
        location_link: text("location_link"),
        active: s.form.get("active").is_some(),
        questions,
    };
    let (saved, done) = match target {
        Target::Own => (
            save_service(&s.app, user_id, None, form).await,
            "/host/services?done=created".to_owned(),
        ),
        Target::Of(host_id) => (
            add_service_for(&s.app, user_id, host_id, form).await,
            format!("{}?done=created", services_of(host_id)),
        ),
        Target::Known(id) => (
            save_service(&s.app, user_id, Some(id), form).await,
            format!("/host/services/{id}?done=saved"),
        ),
    };
    match saved {
        Ok(_) => Ok(Reply::see(done)),
        Err(SaveServiceError::Invalid(errors)) => Ok(s.invalid("", errors)),
        Err(SaveServiceError::NotFound) => Ok(Reply::NotFound),
        Err(SaveServiceError::Refused(refused)) => refuse(refused),
        Err(SaveServiceError::Unexpected(error)) => Err(error),
    }
}

/// The submitted fields with these questions in place of the ones that came with them.
fn with_questions(form: &Values, questions: &[QuestionForm]) -> Values {
    let others = form
        .iter()
        .filter(|(name, _)| !name.starts_with("question-"))
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    Values::from_pairs(others.chain(write_questions(questions)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_that_was_typed_stays() {
        let form = Values::from_pairs([
            ("title", "Chess"),
            ("question-1-label", "Level?"),
            ("question-1-id", "q1"),
            ("description", "Two lines"),
        ]);
        let mut questions = read_questions(&form);
        assert!(edit_questions(&mut questions, "remove-question-1"));
        let again = with_questions(&form, &questions);
        assert_eq!(again.text("title"), "Chess");
        assert_eq!(again.text("description"), "Two lines");
        assert_eq!(again.get("question-1-label"), None);
    }
}

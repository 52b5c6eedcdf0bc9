//! Reads the fields of a service's form.

use timetap_core::location::LocationKind;
use timetap_core::orders::ServiceKind;
use timetap_core::questions::{MAX_LABEL, MAX_QUESTIONS, Question, QuestionKind, validate_questions};
use timetap_core::text::{FieldError, Slug, parse_line, parse_optional_block};

use super::offer_fields::{OfferFields, parse_offer};
use super::save_booking_rules::parse_number;
use super::save_service::{QuestionForm, ServiceForm};
use crate::platform::field_errors::FieldErrors;

/// The longest title, in characters.
pub const MAX_TITLE: usize = 120;
/// The longest description, in characters.
pub const MAX_DESCRIPTION: usize = 4000;

/// A service's form, read.
pub(super) struct ServiceFields {
    pub title: String,
    /// As typed, or made from the title where nothing was.
    pub slug: Slug,
    pub slug_was_typed: bool,
    pub description: String,
    pub duration_minutes: i64,
    pub location_kind: LocationKind,
    pub location_detail: Option<String>,
    pub questions: Vec<Question>,
    pub offer: OfferFields,
}

/// Reads all fields; complaints come for all at once.
pub(super) fn parse_service(form: &ServiceForm) -> Result<ServiceFields, FieldErrors> {
    let mut errors = FieldErrors::new();
    let title = errors.take("title", parse_line("The title", &form.title, MAX_TITLE));
    let slug_was_typed = !form.slug.trim().is_empty();
    let slug = if slug_was_typed {
        errors.take("slug", Slug::parse_service(&form.slug))
    } else {
        Some(Slug::suggest(&form.title))
    };
    let description = errors.take(
        "description",
        parse_optional_block("The description", &form.description, MAX_DESCRIPTION),
    );
    let offer = parse_offer(form, &mut errors);
    let duration = errors.take("duration_minutes", parse_duration(form, offer.as_ref()));
    let location = parse_location(form, &mut errors);
    let questions = parse_questions(&form.questions, &mut errors);
    match (title, slug, description, duration, location, offer) {
        (Some(title), Some(slug), Some(description), Some(duration_minutes), Some((kind, detail)), Some(offer))
            if errors.is_empty() =>
        {
            Ok(ServiceFields {
                title,
                slug,
                slug_was_typed,
                description: description.unwrap_or_default(),
                duration_minutes,
                location_kind: kind,
                location_detail: detail,
                questions,
                offer,
            })
        }
        _ => Err(errors),
    }
}

/// A camp lasts as long as its days say.
fn parse_duration(form: &ServiceForm, offer: Option<&OfferFields>) -> Result<i64, FieldError> {
    if offer.is_some_and(|offer| offer.kind == ServiceKind::Camp) {
        return Ok(ServiceKind::Camp.usual_minutes().into());
    }
    parse_number("The duration", &form.duration_minutes, 5, 1440, "minutes")
}

/// Each kind of location has its own field, so that changing one's mind loses nothing.
fn parse_location(form: &ServiceForm, errors: &mut FieldErrors) -> Option<(LocationKind, Option<String>)> {
    let kind = errors.take(
        "location_kind",
        form.location_kind
            .trim()
            .parse::<LocationKind>()
            .map_err(|_| FieldError::new("Please choose where you meet.")),
    )?;
    let (field, detail) = match kind {
        LocationKind::GoogleMeet | LocationKind::AtCustomer => ("location_kind", ""),
        LocationKind::Phone => ("location_phone", form.location_phone.as_str()),
        LocationKind::InPerson => ("location_address", form.location_address.as_str()),
        LocationKind::Link => ("location_link", form.location_link.as_str()),
    };
    let detail = errors.take(field, kind.parse_detail(detail))?;
    Some((kind, detail))
}

/// Reads the questions; empty rows are no questions. Fields are named `question-1-label`, `question-1-options`, ….
fn parse_questions(rows: &[QuestionForm], errors: &mut FieldErrors) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
        let field = |part: &str| format!("question-{}-{part}", index + 1);
        if questions.len() == MAX_QUESTIONS {
            errors.add(
                &field("label"),
                format!("A service can ask up to {MAX_QUESTIONS} questions. Please leave some out."),
            );
            break;
        }
        let kind = match row.kind.trim() {
            "line" => QuestionKind::Line,
            "block" => QuestionKind::Block,
            "choice" => QuestionKind::Choice {
                options: row.options.lines().map(str::to_owned).collect(),
            },
            "checkbox" => QuestionKind::Checkbox,
            _ => {
                errors.add(&field("kind"), "Please choose how this question is answered.");
                continue;
            }
        };
        let question = Question {
            id: row.id.trim().to_owned(),
            label: row.label.clone(),
            kind,
            required: row.required,
        };
        match check_at(index, &questions, question) {
            Ok(question) => questions.push(question),
            Err(error) => {
                let label_is_good = parse_line("The question", &row.label, MAX_LABEL).is_ok();
                let part = if label_is_good && row.kind.trim() == "choice" {
                    "options"
                } else {
                    "label"
                };
                errors.add(&field(part), error.message);
            }
        }
    }
    questions
}

/// Checks one question as the one at `index`, so that the sentence names the number that the host sees.
fn check_at(index: usize, before: &[Question], question: Question) -> Result<Question, FieldError> {
    let filler = |n: usize| Question {
        id: format!("filler-{n}"),
        label: "Filler".to_owned(),
        kind: QuestionKind::Line,
        required: false,
    };
    if before.iter().any(|other| other.id == question.id) {
        return Err(FieldError::new(format!(
            "Question {} has the id of another one. Please remove it and add it again.",
            index + 1
        )));
    }
    let mut row: Vec<Question> = (0..index.min(MAX_QUESTIONS - 1)).map(filler).collect();
    row.push(question);
    validate_questions(row)?
        .pop()
        .ok_or_else(|| FieldError::new("Please enter the question."))
}

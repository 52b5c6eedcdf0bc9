//! What a host asks of those who book, and what they answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::{FieldError, parse_line, parse_optional_block, parse_optional_line};

/// The most questions of one service.
pub const MAX_QUESTIONS: usize = 20;
/// The most options of one choice.
pub const MAX_OPTIONS: usize = 30;
/// The longest label of a question or an option, in characters.
pub const MAX_LABEL: usize = 200;
/// The longest answer of one line, in characters.
pub const MAX_LINE: usize = 300;
/// The longest answer of several lines, in characters.
pub const MAX_BLOCK: usize = 4000;

/// A question that stands in the booking form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable name within its service, such as "q1"; letters, digits, dash and underscore.
    pub id: String,
    /// What the customer reads.
    pub label: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether there is no booking without an answer.
    pub required: bool,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum QuestionKind {
    /// One line.
    Line,
    /// Several lines.
    Block,
    /// One of these.
    Choice {
        /// What to choose from.
        options: Vec<String>,
    },
    /// Yes or no.
    Checkbox,
}

/// What was answered, with the question as it read at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question's id.
    pub question_id: String,
    /// The question's label when it was answered.
    pub label: String,
    /// The answer; "Yes" or "No" for a checkbox.
    pub value: String,
}

/// Checks a host's questions and gives them back as they will be stored: trimmed, in order.
/// The first thing that is wrong is reported, with the question it is about.
pub fn validate_questions(questions: Vec<Question>) -> Result<Vec<Question>, FieldError> {
    if questions.len() > MAX_QUESTIONS {
        return Err(FieldError::new(format!(
            "A service can ask up to {MAX_QUESTIONS} questions. Please leave some out."
        )));
    }
    let mut ids = BTreeSet::new();
    let mut checked = Vec::with_capacity(questions.len());
    for (index, question) in questions.into_iter().enumerate() {
        let what = format!("Question {}", index + 1);
        let id_fits = (1..=40).contains(&question.id.len())
            && question
                .id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !id_fits {
            return Err(FieldError::new(format!(
                "{what} has no usable id. Please remove it and add it again."
            )));
        }
        if !ids.insert(question.id.clone()) {
            return Err(FieldError::new(format!(
                "{what} has the id of another one. Please remove it and add it again."
            )));
        }
        let label = parse_line(&what, &question.label, MAX_LABEL)?;
        let kind = match question.kind {
            QuestionKind::Choice { options } => QuestionKind::Choice {
                options: validate_options(&what, &options)?,
            },
            other => other,
        };
        checked.push(Question {
            id: question.id,
            label,
            kind,
            required: question.required,
        });
    }
    Ok(checked)
}

fn validate_options(what: &str, options: &[String]) -> Result<Vec<String>, FieldError> {
    let mut checked: Vec<String> = Vec::with_capacity(options.len().min(MAX_OPTIONS));
    if options.len() > MAX_OPTIONS {
        return Err(FieldError::new(format!(
            "{what} has more than {MAX_OPTIONS} options. Please leave some out."
        )));
    }
    for option in options {
        // An empty row of the form is no option.
        let Some(option) = parse_optional_line(&format!("An option of {}", what.to_lowercase()), option, MAX_LABEL)?
        else {
            continue;
        };
        if checked.contains(&option) {
            return Err(FieldError::new(format!("{what} has the option “{option}” twice.")));
        }
        checked.push(option);
    }
    if checked.len() < 2 {
        return Err(FieldError::new(format!(
            "{what} needs at least two options to choose from."
        )));
    }
    Ok(checked)
}

/// Checks a customer's answers. `given` finds what was typed for a question's id. Optional questions without an answer
/// leave none; errors come for all questions at once, each with its question's id.
pub fn validate_answers(
    questions: &[Question],
    given: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Answer>, Vec<(String, FieldError)>> {
    let mut answers = Vec::new();
    let mut errors = Vec::new();
    for question in questions {
        match validate_answer(question, given(&question.id).as_deref().unwrap_or_default()) {
            Ok(Some(value)) => {
                answers.push(Answer {
                    question_id: question.id.clone(),
                    label: question.label.clone(),
                    value,
                });
            }
            Ok(None) => {}
            Err(error) => errors.push((question.id.clone(), error)),
        }
    }
    if errors.is_empty() { Ok(answers) } else { Err(errors) }
}

fn validate_answer(question: &Question, given: &str) -> Result<Option<String>, FieldError> {
    let value = match &question.kind {
        QuestionKind::Line => parse_optional_line("The answer", given, MAX_LINE)?,
        QuestionKind::Block => parse_optional_block("The answer", given, MAX_BLOCK)?,
        QuestionKind::Choice { options } => match parse_optional_line("The answer", given, MAX_LABEL)? {
            Some(choice) if !options.contains(&choice) => {
                return Err(FieldError::new("Please choose one of the options."));
            }
            choice => choice,
        },
        QuestionKind::Checkbox => {
            let ticked = matches!(given.trim().to_ascii_lowercase().as_str(), "on" | "true" | "yes" | "1");
            return match (ticked, question.required) {
                (true, _) => Ok(Some("Yes".to_owned())),
                (false, false) => Ok(Some("No".to_owned())),
                (false, true) => Err(FieldError::new("Please tick this box to book.")),
            };
        }
    };
    match value {
        None if question.required => Err(FieldError::new(match question.kind {
            QuestionKind::Choice { .. } => "Please choose one of the options.",
            _ => "Please answer this question.",
        })),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn question(id: &str, kind: QuestionKind, required: bool) -> Question {
        Question {
            id: id.to_owned(),
            label: format!("Label {id}"),
            kind,
            required,
        }
    }

    fn form() -> Vec<Question> {
        let options = vec!["Beginner".to_owned(), "Advanced".to_owned()];
        vec![
            question("goal", QuestionKind::Line, true),
            question("notes", QuestionKind::Block, false),
            question("level", QuestionKind::Choice { options }, true),
            question("terms", QuestionKind::Checkbox, true),
        ]
    }

    fn answer(given: &[(&str, &str)]) -> Result<Vec<Answer>, Vec<(String, FieldError)>> {
        let given: BTreeMap<&str, &str> = given.iter().copied().collect();
        validate_answers(&form(), &|id| given.get(id).map(ToString::to_string))
    }

    #[test]
    fn good_answers_keep_order_and_label() {
        let answers = answer(&[
            ("level", " Advanced "),
            ("goal", "Play\u{2003}"),
            ("terms", "on"),
            ("notes", "a\r\nb"),
            ("x", "y"),
        ]);
        let short: Vec<_> = answers
            .unwrap()
            .into_iter()
            .map(|a| (a.question_id, a.label, a.value))
            .collect();
        let expected = [
            ("goal", "Label goal", "Play"),
            ("notes", "Label notes", "a\nb"),
            ("level", "Label level", "Advanced"),
            ("terms", "Label terms", "Yes"),
        ];
        assert_eq!(
            short,
            expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
        );
    }

    #[test]
    fn optional_ones_may_stay_empty() {
        let answers = answer(&[("level", "Beginner"), ("goal", "x"), ("terms", "true"), ("notes", "  ")]).unwrap();
        assert!(answers.iter().all(|a| a.question_id != "notes"));
        let unticked = validate_answers(&[question("news", QuestionKind::Checkbox, false)], &|_| None).unwrap();
        assert_eq!(unticked[0].value, "No");
    }

    #[test]
    fn every_wrong_answer_is_reported_at_its_question() {
        let errors = answer(&[("level", "Expert"), ("notes", "a\0"), ("terms", "off")]).unwrap_err();
        let ids: Vec<_> = errors.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["goal", "notes", "level", "terms"]);
        assert_eq!(errors[0].1.message, "Please answer this question.");
        assert_eq!(errors[2].1.message, "Please choose one of the options.");
        assert_eq!(errors[3].1.message, "Please tick this box to book.");
        assert!(
            answer(&[("goal", &"x".repeat(MAX_LINE + 1))]).unwrap_err()[0]
                .1
                .message
                .contains("300 is the most")
        );
    }

    #[test]
    fn questions_are_trimmed_and_stored_as_tagged_json() {
        let mut questions = form();
        questions[0].label = "  Your goal?  ".to_owned();
        questions[2].kind = QuestionKind::Choice {
            options: vec![" A ".to_owned(), String::new(), "B".to_owned()],
        };
        let checked = validate_questions(questions).unwrap();
        assert_eq!(checked[0].label, "Your goal?");
        assert_eq!(
            checked[2].kind,
            QuestionKind::Choice {
                options: vec!["A".to_owned(), "B".to_owned()]
            }
        );
        let json = serde_json::to_string(&checked[2]).unwrap();
        assert_eq!(
            json,
            r#"{"id":"level","label":"Label level","kind":{"type":"choice","options":["A","B"]},"required":true}"#
        );
        assert_eq!(serde_json::from_str::<Question>(&json).unwrap(), checked[2]);
        let line: Question =
            serde_json::from_str(r#"{"id":"a","label":"b","kind":{"type":"line"},"required":false}"#).unwrap();
        assert_eq!(line.kind, QuestionKind::Line);
    }

    #[test]
    fn bad_questions_are_refused_by_number() {
        let refused = |questions: Vec<Question>| validate_questions(questions).unwrap_err().message;
        let mut blank = form();
        blank[1].label = " ".to_owned();
        assert_eq!(refused(blank), "Question 2 is missing. Please fill it in.");
        assert!(
            refused(vec![
                question("a", QuestionKind::Line, true),
                question("a", QuestionKind::Line, true)
            ])
            .contains("another")
        );
        assert!(refused(vec![question("a b", QuestionKind::Line, true)]).contains("no usable id"));
        let one = QuestionKind::Choice {
            options: vec!["only".to_owned()],
        };
        assert!(refused(vec![question("a", one, true)]).contains("at least two"));
        let twice = QuestionKind::Choice {
            options: vec!["x".to_owned(), "x ".to_owned()],
        };
        assert!(refused(vec![question("a", twice, true)]).contains("“x” twice"));
        assert!(
            refused(
                (0..21)
                    .map(|n| question(&n.to_string(), QuestionKind::Line, false))
                    .collect()
            )
            .contains("up to 20")
        );
        let many = QuestionKind::Choice {
            options: (0..31).map(|n| n.to_string()).collect(),
        };
        assert!(refused(vec![question("a", many, true)]).contains("more than 30"));
    }
}

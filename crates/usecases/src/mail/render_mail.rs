//! Puts the words of a mail together: subject and plain text from its `.txt` template, the same as HTML from its `.html`
//! template.
//!
//! A template of the operator's that does not work costs no mail: it is logged, and the built-in one is used.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, escape_formatter};
use serde::Serialize;

use super::templates::built_in;
use crate::platform::unexpected::Unexpected;

/// Longer subjects are cut.
const LONGEST_SUBJECT: usize = 200;

/// A mail in words.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    /// One line.
    pub(super) subject: String,
    /// The plain text.
    pub(super) text: String,
    /// The same as HTML.
    pub(super) html: String,
}

/// Renders the mail `name`, such as `booked.customer`, with the operator's templates where there are any.
///
/// # Errors
/// A built-in template does not work.
pub(super) fn render_mail(
    overrides: &BTreeMap<String, String>,
    name: &str,
    facts: &impl Serialize,
) -> Result<Rendered, Unexpected> {
    let facts = Value::from(Serde(facts));
    let (subject, text) = with_fallback(overrides, &format!("{name}.txt"), |environment, template| {
        render_text(environment, template, &facts)
    })?;
    let html = with_fallback(overrides, &format!("{name}.html"), |environment, template| {
        render_html(environment, template, &facts, &subject)
    })?;
    Ok(Rendered { subject, text, html })
}

fn with_fallback<T>(
    overrides: &BTreeMap<String, String>,
    template: &str,
    render: impl Fn(&Environment<'_>, &str) -> Result<T, Error>,
) -> Result<T, Unexpected> {
    if !overrides.is_empty() {
        match environment(overrides.clone()).and_then(|environment| render(&environment, template)) {
            Ok(rendered) => return Ok(rendered),
            Err(error) => {
                tracing::error!(template, %error, "mail: a template of templates_dir does not work; the built-in ones are used");
            }
        }
    }
    environment(BTreeMap::new())
        .and_then(|environment| render(&environment, template))
        .map_err(|error| Unexpected::Internal(format!("the mail template {template}: {error}")))
}

fn environment(overrides: BTreeMap<String, String>) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() => {
            out.write_str(&escape_html(text)).map_err(Error::from)
        }
        _ => escape_formatter(out, state, value),
    });
    environment.set_loader(move |name| {
        let own = overrides.get(name).cloned();
        Ok(own.or_else(|| built_in(name).map(str::to_owned)))
    });
    Ok(environment)
}

fn render_text(environment: &Environment<'_>, template: &str, facts: &Value) -> Result<(String, String), Error> {
    let mut rendered = environment.get_template(template)?.render_captured(facts.clone())?;
    let subject = one_line(&rendered.with_state_mut(|state| state.render_block("subject"))?);
    if subject.is_empty() {
        return Err(Error::new(ErrorKind::InvalidOperation, "the block “subject” is empty"));
    }
    let text = tidy(rendered.output());
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::InvalidOperation, "there is no text"));
    }
    Ok((subject, text))
}

fn render_html(environment: &Environment<'_>, template: &str, facts: &Value, subject: &str) -> Result<String, Error> {
    let facts = minijinja::context! { subject, ..facts.clone() };
    let html = tidy(&environment.get_template(template)?.render(facts)?);
    if html.trim().is_empty() {
        return Err(Error::new(ErrorKind::InvalidOperation, "there is no text"));
    }
    Ok(html)
}

/// Escapes what HTML needs, between tags and in quoted attributes, and leaves slashes alone: links stay readable, also for
/// mail programs and filters that look for them in the source.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The text without line breaks and other control characters, fit for a header.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_SUBJECT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// No spaces at the ends of lines, and never more than one empty line.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidied.push_str(line);
        tidied.push('\n');
    }
    let end = tidied.trim_end().len();
    tidied.truncate(end);
    tidied.push('\n');
    tidied
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> serde_json::Value {
        json!({
            "site": { "name": "TimeTap", "url": "https://book.example.org" },
            "name": "Ada",
            "link": "https://book.example.org/reset-password?token=x",
        })
    }

    fn with(name: &str, source: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_owned(), source.to_owned())])
    }

    #[test]
    fn an_operators_template_replaces_the_built_in_one() {
        let own = with(
            "reset_password.txt",
            "{% extends \"layout.txt\" %}{% block subject %}Neues Passwort{% endblock %}{% block body %}Hallo {{ name }}: {{ link }}{% endblock %}",
        );
        let mail = render_mail(&own, "reset_password", &facts()).unwrap();
        assert_eq!(mail.subject, "Neues Passwort");
        assert!(
            mail.text
                .starts_with("Hallo Ada: https://book.example.org/reset-password?token=x\n"),
            "{}",
            mail.text
        );
        assert!(mail.html.contains("<title>Neues Passwort</title>"), "{}", mail.html);
    }

    #[test]
    fn a_subject_of_several_lines_becomes_one() {
        let own = with(
            "reset_password.txt",
            "{% block subject %}\n  New\r\n  password for {{ name }}\n{% endblock %}",
        );
        let mail = render_mail(&own, "reset_password", &facts()).unwrap();
        assert_eq!(mail.subject, "New password for Ada");
    }

    #[test]
    fn shared_parts_can_be_replaced_too() {
        let own = with(
            "layout.txt",
            "{% block body %}{% endblock %}\nOur house, Our street 1\n",
        );
        let mail = render_mail(&own, "reset_password", &facts()).unwrap();
        assert!(
            mail.text
                .ends_with("Your password is as it was.\nOur house, Our street 1\n"),
            "{}",
            mail.text
        );
    }

    #[test]
    fn a_broken_template_costs_no_mail() {
        let built_in = render_mail(&BTreeMap::new(), "reset_password", &facts()).unwrap();
        for broken in [
            "{% block subject %}",
            "{{ nmae }}{% block subject %}x{% endblock %}",
            "no subject at all",
            "{% block subject %} \n {% endblock %}text",
            "{% extends \"gone.txt\" %}",
        ] {
            let mail = render_mail(&with("reset_password.txt", broken), "reset_password", &facts()).unwrap();
            assert!(mail == built_in, "{broken}: {}", mail.text);
        }
        let mail = render_mail(&with("reset_password.html", "{{ gone.x }}"), "reset_password", &facts()).unwrap();
        assert!(mail == built_in);
    }

    #[test]
    fn html_is_escaped_and_text_is_not() {
        let mut facts = facts();
        facts["name"] = json!("<b>Ada</b> & \"co\"");
        let mail = render_mail(&BTreeMap::new(), "reset_password", &facts).unwrap();
        assert!(mail.text.starts_with("Hello <b>Ada</b> & \"co\",\n"), "{}", mail.text);
        assert!(!mail.html.contains("<b>"), "{}", mail.html);
        assert!(
            mail.html.contains("&lt;b&gt;Ada&lt;/b&gt; &amp; &quot;co&quot;"),
            "{}",
            mail.html
        );
    }

    #[test]
    fn lines_for_headers_hold_no_control_characters() {
        assert_eq!(
            one_line(" Ada\r\nBcc: eve@example.org\u{2028}\0x "),
            "Ada Bcc: eve@example.org x"
        );
        assert_eq!(one_line(&"é".repeat(300)).chars().count(), LONGEST_SUBJECT + 1);
    }
}

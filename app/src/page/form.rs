//! Forms that lose nothing: what was typed, and what is wrong with it, on the page that is shown again.

use leptos::prelude::*;
use timetap_usecases::FieldErrors;

/// The fields of a form or query in the order they came; names may repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Vec<(String, String)>);

impl Values {
    /// Parses `application/x-www-form-urlencoded` text. Text that is not of this form gives no values. In the place of a NUL
    /// stands U+FFFD, as in a browser (html.spec.whatwg.org/multipage/parsing.html, "unexpected-null-character"): nobody types
    /// one, and PostgreSQL takes no text with one, not even to look for it; but without it, an address would be another one.
    pub fn parse(text: &[u8]) -> Self {
        let mut values: Vec<(String, String)> = serde_urlencoded::from_bytes(text).unwrap_or_default();
        for (name, value) in &mut values {
            for text in [name, value] {
                if text.contains('\0') {
                    *text = text.replace('\0', "\u{fffd}");
                }
            }
        }
        Self(values)
    }

    /// Values from pairs.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of `name`, or nothing at all.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All values of `name`.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every pair.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Removes all values of `name`: for what must never be sent back, such as passwords.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// Removes what must never be sent back to a browser.
    pub fn forget_passwords(&mut self) {
        for secret in ["password", "new_password", "current_password"] {
            self.remove(secret);
        }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The query of the address of the page that is being made.
pub fn page_query() -> Values {
    use_context::<http::request::Parts>()
        .map(|parts| Values::parse(parts.uri.query().unwrap_or_default().as_bytes()))
        .unwrap_or_default()
}

/// Whether only the headers of the page that is being made are asked for (HEAD).
pub fn asks_for_headers() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| parts.method == http::Method::HEAD)
}

/// The answer to a submission that did not succeed: put into the context of the page that is shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormReply {
    /// Which form of the page it was; the value of its hidden field `form`, or empty on pages with one form.
    pub form: String,
    /// What was typed, without passwords.
    pub values: Values,
    /// What to do, by field.
    pub errors: FieldErrors,
    /// What to do, where no single field is to blame.
    pub message: Option<String>,
}

impl FormReply {
    /// The answer where something broke inside: everything typed, and a sentence. The form is known by its hidden field
    /// `form`; pages with one form have none, and theirs is meant.
    pub fn broken(typed: Values) -> Self {
        Self::sent_back(
            typed,
            "Something broke on our side; nothing was changed. Please try again in a moment.",
        )
    }

    /// The answer where the database cannot write for a while, such as on a full disk. As [`Self::broken`].
    pub fn unsaved(typed: Values) -> Self {
        Self::sent_back(
            typed,
            "We could not save this just now. Nothing was lost: what you typed is still here. Please try again in a few minutes.",
        )
    }

    fn sent_back(mut typed: Values, message: &str) -> Self {
        typed.forget_passwords();
        Self {
            form: typed.text("form").to_owned(),
            values: typed,
            errors: FieldErrors::new(),
            message: Some(message.to_owned()),
        }
    }
}

/// The submission of `form`, where the page is shown again because of it.
pub fn reply_to(form: &str) -> Option<FormReply> {
    use_context::<FormReply>().filter(|reply| reply.form == form || reply.form.is_empty())
}

/// What the fields of one form show: what was typed if it was submitted, the stored values otherwise.
#[derive(Clone, Debug, Default)]
pub struct FormState {
    reply: Option<FormReply>,
    stored: Values,
}

impl FormState {
    /// The state of `form`, which shows `stored` until something else was typed.
    pub fn new(form: &str, stored: Values) -> Self {
        Self {
            reply: reply_to(form),
            stored,
        }
    }

    /// As [`Self::new`], for those who learn what is stored only after an await: the context is read before it.
    pub fn of(reply: Option<FormReply>, stored: Values) -> Self {
        Self { reply, stored }
    }

    /// What the field shows.
    pub fn value(&self, name: &str) -> String {
        self.reply
            .as_ref()
            .map_or(&self.stored, |reply| &reply.values)
            .text(name)
            .to_owned()
    }

    /// Whether a checkbox or option of this value is chosen.
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.reply
            .as_ref()
            .map_or(&self.stored, |reply| &reply.values)
            .all(name)
            .any(|chosen| chosen == value)
    }

    /// What is wrong with the field.
    pub fn error(&self, name: &str) -> Option<String> {
        self.reply
            .as_ref()
            .and_then(|reply| reply.errors.get(name).map(str::to_owned))
    }

    /// The reply, where there is one.
    pub fn reply(&self) -> Option<&FormReply> {
        self.reply.as_ref()
    }

    /// All values in force.
    pub fn values(&self) -> &Values {
        self.reply.as_ref().map_or(&self.stored, |reply| &reply.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_order_and_repeats() {
        let values = Values::parse(b"day=mon&day=tue&name=A+B%26C");
        assert_eq!(values.all("day").collect::<Vec<_>>(), ["mon", "tue"]);
        assert_eq!(values.text("name"), "A B&C");
        assert_eq!(values.get("missing"), None);
    }
}

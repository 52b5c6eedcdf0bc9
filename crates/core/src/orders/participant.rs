//! Who attends, where that is not the customer.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest note or list of allergies, in characters.
pub const MAX_PARTICIPANT_TEXT: usize = 1000;

/// A participant. All of it is private: it is stored sealed, and only the customer, the staff who serve, their manager and
/// admins see it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The name.
    pub name: String,
    /// The date of birth, where it was given.
    pub birth_date: Option<Date>,
    /// The age in years, where that was given instead.
    pub age: Option<u8>,
    /// What the staff should know.
    pub notes: Option<String>,
    /// Allergies.
    pub allergies: Option<String>,
}

/// Nothing of it belongs into a log.
impl std::fmt::Debug for Participant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Participant").finish_non_exhaustive()
    }
}

impl Participant {
    /// By what the same person is recognised in one cart: the name, however it is written, and the date of birth.
    pub fn key(&self) -> (String, Option<Date>) {
        let words: Vec<String> = self.name.split_whitespace().map(str::to_lowercase).collect();
        (words.join(" "), self.birth_date)
    }

    /// The name and the age, as staff read it: `Mia (8)`, `Mia (born 2018-05-02)`, `Mia`.
    pub fn label(&self) -> String {
        match (self.age, self.birth_date) {
            (Some(age), _) => format!("{} ({age})", self.name),
            (None, Some(born)) => format!("{} (born {born})", self.name),
            (None, None) => self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_child_is_recognised_and_nothing_shows_in_logs() {
        let mia = Participant {
            name: "Mia  Ode".to_owned(),
            age: Some(8),
            allergies: Some("nuts".to_owned()),
            ..Participant::default()
        };
        let again = Participant {
            name: " mia ode".to_owned(),
            ..Participant::default()
        };
        assert_eq!(mia.key(), again.key());
        assert_eq!(mia.label(), "Mia  Ode (8)");
        assert_eq!(format!("{mia:?}"), "Participant { .. }");
    }
}

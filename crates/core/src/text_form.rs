//! The one way an enum gets its text form: the words that stand in the database, in JSON and in forms.
//! Written once by macro, so that `as_str`, `FromStr` and serde can never disagree.

/// A word that names no variant of the enum it was read as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{given}” is not a known {what}; known are: {known}")]
pub struct UnknownText {
    /// What was expected, such as "role".
    pub what: &'static str,
    /// What came, cut to 40 characters.
    pub given: String,
    /// The words that would have been understood, with commas between.
    pub known: String,
}

impl UnknownText {
    pub(crate) fn new(what: &'static str, given: &str, known: &[&str]) -> Self {
        let given = given.chars().filter(|c| !c.is_control()).take(40).collect();
        Self {
            what,
            given,
            known: known.join(", "),
        }
    }
}

/// Defines a plain enum with one stable text per variant.
macro_rules! text_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident: $what:literal { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $( $(#[$variant_meta])* #[serde(rename = $text)] $variant, )+ }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable text form, as stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err($crate::UnknownText::new($what, other, &[$($text),+])),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    text_enum! {
        /// For the test.
        pub enum Fruit: "fruit" {
            /// Round.
            Apple = "apple",
            /// Long.
            BananaSplit = "banana_split",
        }
    }

    #[test]
    fn text_and_json_are_the_same_word_both_ways() {
        for fruit in Fruit::ALL {
            assert_eq!(fruit.as_str().parse::<Fruit>().unwrap(), *fruit);
            assert_eq!(serde_json::to_string(fruit).unwrap(), format!("\"{fruit}\""));
            assert_eq!(serde_json::from_str::<Fruit>(&format!("\"{fruit}\"")).unwrap(), *fruit);
        }
    }

    #[test]
    fn unknown_words_are_named_with_the_known_ones() {
        let error = "pear\r\n".parse::<Fruit>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "“pear” is not a known fruit; known are: apple, banana_split"
        );
        assert!("Apple".parse::<Fruit>().is_err(), "text forms are exact");
    }
}

//! Free text of one line or several: trimmed, in Unicode's NFC, and without the characters that break headers, files
//! and pages or turn the reading direction around.

use unicode_normalization::UnicodeNormalization;

use super::FieldError;

/// One line of at most `max` characters, not empty. `field` begins the sentences of errors: "The title".
pub fn parse_line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    parse_optional_line(field, text, max)?.ok_or_else(|| empty(field))
}

/// One line as by [`parse_line`], or `None` where there is nothing.
pub fn parse_optional_line(field: &str, text: &str, max: usize) -> Result<Option<String>, FieldError> {
    if let Some(bad) = text.trim().chars().find(|c| is_refused(*c)) {
        return Err(FieldError::new(match bad {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => format!("{field} has to stay on one line, without tabs."),
            _ => hidden_character(field),
        }));
    }
    finish(field, text, max)
}

/// Text of several lines, at most `max` characters in all, not empty. Line ends of every kind become `\n`.
pub fn parse_block(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    parse_optional_block(field, text, max)?.ok_or_else(|| empty(field))
}

/// Text as by [`parse_block`], or `None` where there is nothing.
pub fn parse_optional_block(field: &str, text: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n"); // forms send CRLF
    if text.chars().any(|c| is_refused(c) && !matches!(c, '\n' | '\t')) {
        return Err(FieldError::new(hidden_character(field)));
    }
    finish(field, &text, max)
}

fn finish(field: &str, text: &str, max: usize) -> Result<Option<String>, FieldError> {
    let text: String = text.trim_matches(is_blank).nfc().collect();
    let length = text.chars().count();
    if length > max {
        return Err(FieldError::new(format!(
            "{field} is {length} characters long; {max} is the most."
        )));
    }
    Ok(if text.is_empty() { None } else { Some(text) })
}

fn empty(field: &str) -> FieldError {
    FieldError::new(format!("{field} is missing. Please fill it in."))
}

fn hidden_character(field: &str) -> String {
    format!("{field} holds a hidden control character. Please type it anew instead of pasting it.")
}

/// Control characters (NUL, CR, LF, tab among them), Unicode's line and paragraph separators, the marks that override or
/// isolate the reading direction, and code points that are for ever no characters.
fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// White space, and what shows nothing at all. Fine within a text (emoji and many scripts join with them), nothing at
/// its ends, and a text of these alone is empty.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        )
        || matches!(
            c,
            '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_trimmed_and_composed() {
        assert_eq!(parse_line("The title", "  Cafe\u{301}  ", 10).unwrap(), "Café");
        assert_eq!(parse_line("The title", "👩‍👩‍👧 family", 40).unwrap(), "👩‍👩‍👧 family");
        assert_eq!(
            parse_optional_line("The title", " \u{200b}\u{feff} ", 10).unwrap(),
            None
        );
    }

    #[test]
    fn blocks_keep_their_lines_in_one_spelling() {
        assert_eq!(
            parse_block("The text", "a\r\nb\rc\n\td\n\n", 20).unwrap(),
            "a\nb\nc\n\td"
        );
        assert_eq!(parse_optional_block("The text", "\r\n", 20).unwrap(), None);
    }

    #[test]
    fn errors_name_the_field_and_the_remedy() {
        let message = |result: Result<String, FieldError>| result.unwrap_err().message;
        assert_eq!(
            message(parse_line("The title", " ", 9)),
            "The title is missing. Please fill it in."
        );
        assert_eq!(
            message(parse_line("The title", "abc", 2)),
            "The title is 3 characters long; 2 is the most."
        );
        assert_eq!(
            message(parse_line("The title", "a\nb", 9)),
            "The title has to stay on one line, without tabs."
        );
        assert!(message(parse_block("The text", "a\0b", 9)).contains("hidden control character"));
    }

    #[test]
    fn hidden_characters_are_refused_everywhere() {
        for c in [
            '\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}',
        ]
        .into_iter()
        .chain(['\u{2066}', '\u{2069}', '\u{fdd0}', '\u{ffff}', '\u{1fffe}'])
        {
            assert!(parse_line("F", &format!("a{c}b"), 9).is_err(), "{c:?}");
            assert!(parse_block("F", &format!("a{c}b"), 9).is_err(), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_clean_short_and_stable(text in any::<String>()) {
            if let Ok(line) = parse_line("F", &text, 30) {
                prop_assert!(line.chars().count() <= 30 && !line.is_empty());
                prop_assert!(!line.contains(is_refused));
                prop_assert_eq!(parse_line("F", &line, 30).unwrap(), line);
            }
            if let Ok(block) = parse_block("F", &text, 30) {
                prop_assert!(!block.contains('\r') && !block.is_empty());
                prop_assert_eq!(parse_block("F", &block, 30).unwrap(), block);
            }
        }
    }
}

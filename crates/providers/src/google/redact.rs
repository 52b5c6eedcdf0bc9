//! Google's own messages are worth keeping, but they can repeat what was sent to it. Before such a text goes into an
//! error (and from there into a log or a database row), whatever could be an address or a token is taken out.

/// Longer words are taken for tokens or ids.
const LONGEST_WORD: usize = 48;
/// Longer texts are cut.
const LONGEST_TEXT: usize = 240;

/// One line without addresses, tokens, links and control characters, cut to a readable length.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.contains('@') || word.contains("%40") {
            out.push_str("[address]");
        } else if word.contains("://") {
            out.push_str("[link]");
        } else if word.chars().count() > LONGEST_WORD || word.starts_with("ya29.") || word.starts_with("1//") {
            out.push_str("[…]");
        } else {
            out.push_str(word);
        }
        if out.chars().count() > LONGEST_TEXT {
            out = out.chars().take(LONGEST_TEXT).collect();
            out.push('…');
            break;
        }
    }
    out
}

/// A machine word (`rateLimitExceeded`, `invalid_grant`); anything else reads as `unknown`.
pub(crate) fn keep_word(text: &str) -> String {
    let fits = !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits { text.to_owned() } else { "unknown".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_addresses_and_tokens() {
        let token = "x".repeat(60);
        let text =
            format!("Invalid attendee\r\n<kim@example.test> with ya29.abc and 1//0g and {token} at https://a.test/b");
        assert_eq!(
            redact(&text),
            "Invalid attendee [address] with […] and […] and […] at [link]"
        );
    }

    #[test]
    fn cuts_long_texts() {
        let long = redact(&"word ".repeat(500));
        assert!(long.chars().count() <= LONGEST_TEXT + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn keeps_words_only() {
        assert_eq!(keep_word("userRateLimitExceeded"), "userRateLimitExceeded");
        assert_eq!(keep_word("kim@example.test"), "unknown");
        assert_eq!(keep_word(""), "unknown");
    }
}

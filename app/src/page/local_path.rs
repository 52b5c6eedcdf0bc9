//! Where people go after signing in: only ever to an address of ours.

use url::Url;

/// `text` if it is a path of this site, query included, and nothing that a browser could take for another site:
/// no `//host`, no backslash (browsers read it as a slash), no control character, no white space.
pub fn local_path(text: &str) -> Option<&str> {
    if !text.starts_with('/') || text.len() > 2000 || text.contains('\\') || !text.bytes().all(|b| b.is_ascii_graphic())
    {
        return None;
    }
    // The way a browser resolves it decides, whatever it looks like.
    let base = Url::parse("https://here.invalid/sign-in").ok()?;
    let resolved = base.join(text).ok()?;
    (resolved.origin() == base.origin()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_paths_are_kept() {
        for path in [
            "/",
            "/host",
            "/host/bookings?from=2026-11-20#top",
            "/anna/first%20talk",
            "/a//b",
        ] {
            assert_eq!(local_path(path), Some(path));
        }
    }

    #[test]
    fn whatever_leads_elsewhere_is_refused() {
        for path in [
            "",
            "host",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x=1",
            "https://evil.example/",
            "javascript:alert(1)",
            "/ñandú",
            " /host",
        ] {
            assert_eq!(local_path(path), None, "{path:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(2000))), None);
    }
}

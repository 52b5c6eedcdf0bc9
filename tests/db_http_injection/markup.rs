//! Into pages: nothing that was typed is markup, and no header holds it.

use crate::support::visitor::{Seen, between};

/// Nothing that was typed is markup.
pub fn check_page(seen: &Seen) {
    check_markup(&seen.path, &seen.body);
    for value in seen.headers.values() {
        assert!(
            !String::from_utf8_lossy(value.as_bytes()).contains("evil"),
            "{}: {value:?}",
            seen.path
        );
    }
}

pub fn check_markup(what: &str, html: &str) {
    for tag in html.split('<').skip(1) {
        // Our own text never holds this word: where it stands, somebody typed it.
        let Some((inside, _)) = tag.split_once('>') else {
            continue;
        };
        let quotes = inside.split('"').step_by(2).collect::<String>();
        let at = html.find(&format!("<{inside}>")).unwrap();
        assert!(
            !quotes.contains("evil"),
            "{what}: <{inside}> in {}",
            &html[html.floor_char_boundary(at.saturating_sub(300))..html.ceil_char_boundary(at + 100)]
        );
    }
    for script in between(html, "<script", "</script>") {
        assert!(!script.contains("evil"), "{what}: a script holds what was typed");
    }
    assert!(!html.contains("829348951"), "{what}: a template was carried out");
}

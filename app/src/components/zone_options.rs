//! The time zones to choose from, as the options of a select.

use std::sync::OnceLock;

use timetap_core::text::ZoneName;

/// Some hundred options with `selected` among them, as HTML: names of zones hold nothing that would have to be escaped.
/// They stand on every page that shows times, and are by far the most elements of it.
pub fn zone_options(selected: &str) -> String {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let names = NAMES.get_or_init(ZoneName::choices);
    let mut html = String::with_capacity(names.len() * 40);
    for name in names {
        let mark = if name == selected { " selected" } else { "" };
        html.extend(["<option", mark, ">", name, "</option>"]);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_option_is_selected_and_none_needs_escaping() {
        let html = zone_options("Europe/Madrid");
        assert!(html.contains("<option selected>Europe/Madrid</option>"));
        assert_eq!(html.matches("selected").count(), 1);
        assert!(html.matches("<option").count() > 300);
        assert!(!html.contains(['&', '"', '\'']));
    }
}

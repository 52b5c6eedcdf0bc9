//! The title of a page, and the one other place where the renderer writes text as it is: both hold what people typed.

use leptos::prelude::*;
use leptos_meta::Title;

/// The title in the browser's tab. The renderer's own component writes its text into the page without escaping it.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    view! { <Title text=escape_text(&text)/> }
}

/// `text` for the inside of `<title>` and `<textarea>`, which the renderer leaves as it is. Browsers undo entities there, and
/// nothing else ends them than their end tag (HTML, "escapable raw text").
pub fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element_that_it_stands_in() {
        assert_eq!(
            escape_text("</title><script>1 & 2 &lt;</script>"),
            "&lt;/title&gt;&lt;script&gt;1 &amp; 2 &amp;lt;&lt;/script&gt;"
        );
    }
}

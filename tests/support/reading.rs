//! Reading pages without a browser.

/// The texts between `before` and `after`, in order.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split(after).next())
        .collect()
}

/// The value of the hidden field of this name.
pub fn hidden(page: &str, name: &str) -> String {
    let tag = between(page, "<input", ">")
        .into_iter()
        .find(|tag| tag.contains(&format!("name=\"{name}\"")))
        .unwrap();
    between(tag, "value=\"", "\"")[0].to_owned()
}

/// The links of a page that have this class.
pub fn links(page: &str, class: &str) -> Vec<String> {
    between(page, "<a", ">")
        .into_iter()
        .filter(|tag| tag.contains(class))
        .map(|tag| between(tag, "href=\"", "\"")[0].replace("&amp;", "&"))
        .collect()
}

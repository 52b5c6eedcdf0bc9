//! Refuses addresses that no link of ours and no browser makes, before anybody reads them.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};

/// Answers 400 to what is not the address of a place here.
pub async fn check(request: Request, next: Next) -> Response {
    if is_sound(request.uri()) {
        next.run(request).await
    } else {
        (
            StatusCode::BAD_REQUEST,
            "This address cannot be read. Please open the page from its own link.",
        )
            .into_response()
    }
}

/// Whether there is a path, and no NUL in what it says. HTTP knows addresses without a path (`CONNECT host:1`, `OPTIONS *`:
/// RFC 9112, section 3.2), which no page is made for; and PostgreSQL takes no text with a NUL, not even to look for it.
fn is_sound(uri: &Uri) -> bool {
    uri.path().starts_with('/') && !uri.path().contains("%00") && !uri.query().unwrap_or_default().contains("%00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_here_are_told_from_everything_else() {
        for (address, sound) in [
            ("/", true),
            ("/anna/lesson?tz=Europe/Madrid", true),
            ("/100%25", true),
            ("http://book.example.org/anna", true),
            ("http://book.example.org", true),
            ("book.example.org:443", false),
            ("*", false),
            ("/anna%00", false),
            ("/anna?tz=%00", false),
        ] {
            assert_eq!(is_sound(&address.parse().unwrap()), sound, "{address}");
        }
    }
}

//! One rendered page, cut where each visitor's own words stand: the nonce of the policy, and the key of the form.
//!
//! Compressed once and not for every visitor: what stands between those places is deflated in pieces that do not refer to
//! each other, and the visitor's words are put between them as they are (RFC 1951, section 3.2.4; RFC 1952).

use std::sync::OnceLock;

use axum::body::Body;
use axum::response::Response;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use timetap_app::page::keeping::Kept;

/// Of RFC 1952: gzip, deflate, no flags, no time, nothing said of the compression, no system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// A page's compressed copy is kept beside it, and counts as so much of it.
const COPY: usize = 3;

/// Whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Nonce,
    FormKey,
}

/// A piece of the page, and what follows it.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    then: Option<Own>,
}

/// A page that is kept.
#[derive(Debug)]
pub struct KeptPage {
    headers: HeaderMap,
    policy: Vec<Piece>,
    body: Vec<Piece>,
    /// The pieces of the body, made when somebody asks for them.
    deflated: OnceLock<Option<Vec<Vec<u8>>>>,
    until: Option<Timestamp>,
    length: usize,
}

impl KeptPage {
    /// Cuts a page. `None` where it cannot be kept: it sets a cookie, is compressed already or no text, or does not hold
    /// what it was said to hold.
    pub fn new(headers: &HeaderMap, body: &[u8], nonce: Option<&str>, kept: &Kept) -> Option<Self> {
        if headers.contains_key(header::SET_COOKIE) || headers.contains_key(header::CONTENT_ENCODING) {
            return None;
        }
        let body = std::str::from_utf8(body).ok()?;
        let policy = match headers.get(header::CONTENT_SECURITY_POLICY) {
            Some(policy) => policy.to_str().ok()?,
            None => "",
        };
        // A policy with a nonce that is not known would be shown twice.
        if policy.contains("'nonce-") && nonce.is_none_or(|nonce| !policy.contains(nonce)) {
            return None;
        }
        let form_key = kept.form_key.as_deref();
        if form_key.is_some_and(|key| body.matches(key).count() != 1) {
            return None;
        }
        let mut rest = headers.clone();
        for name in [header::CONTENT_SECURITY_POLICY, header::CONTENT_LENGTH] {
            rest.remove(name);
        }
        Some(Self {
            policy: cut(policy, nonce, None),
            body: cut(body, nonce, form_key),
            headers: rest,
            deflated: OnceLock::new(),
            until: kept.until,
            length: body.len(),
        })
    }

    /// Whether it has not changed by itself.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What it takes of memory, about.
    pub fn bytes(&self) -> usize {
        self.length + self.length / COPY + 1024
    }

    /// The page for one visitor, whose words these are.
    pub fn answer(&self, nonce: &str, form_key: &str, gzip: bool) -> Response {
        let own = |own: Own| match own {
            Own::Nonce => nonce,
            Own::FormKey => form_key,
        };
        let mut headers = self.headers.clone();
        if !self.policy.is_empty()
            && let Ok(policy) = HeaderValue::try_from(join(&self.policy, own))
        {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let deflated = gzip
            .then(|| self.deflated.get_or_init(|| deflate(&self.body)).as_ref())
            .flatten();
        let body = match deflated {
            Some(deflated) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                Body::from(zip(&self.body, deflated, own))
            }
            None => Body::from(join(&self.body, own)),
        };
        let mut answer = Response::new(body);
        *answer.headers_mut() = headers;
        answer
    }
}

fn cut(text: &str, nonce: Option<&str>, form_key: Option<&str>) -> Vec<Piece> {
    let mut places: Vec<(usize, usize, Own)> = Vec::new();
    for (word, own) in [(nonce, Own::Nonce), (form_key, Own::FormKey)] {
        // An empty word stands everywhere.
        if let Some(word) = word.filter(|word| !word.is_empty()) {
            places.extend(text.match_indices(word).map(|(at, word)| (at, at + word.len(), own)));
        }
    }
    places.sort_unstable_by_key(|(start, ..)| *start);
    let mut pieces = Vec::with_capacity(places.len() + 1);
    let mut from = 0;
    for (start, end, own) in places {
        pieces.push(Piece {
            text: text.get(from..start).unwrap_or_default().to_owned(),
            then: Some(own),
        });
        from = end;
    }
    pieces.push(Piece {
        text: text.get(from..).unwrap_or_default().to_owned(),
        then: None,
    });
    pieces
}

fn join<'a>(pieces: &[Piece], own: impl Fn(Own) -> &'a str) -> String {
    let length = pieces.iter().map(|piece| piece.text.len() + 64).sum();
    let mut text = String::with_capacity(length);
    for piece in pieces {
        text.push_str(&piece.text);
        text.push_str(piece.then.map_or("", &own));
    }
    text
}

/// Each piece by itself, up to a whole byte; the last one ends the stream.
fn deflate(pieces: &[Piece]) -> Option<Vec<Vec<u8>>> {
    let mut compress = Compress::new(Compression::default(), false);
    let mut deflated = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let flush = match piece.then {
            Some(_) => FlushCompress::Full,
            None => FlushCompress::Finish,
        };
        let text = piece.text.as_bytes();
        let begun = compress.total_in();
        let mut out = Vec::with_capacity(text.len() / 2 + 64);
        loop {
            let done = usize::try_from(compress.total_in() - begun).ok()?;
            let status = compress.compress_vec(text.get(done..)?, &mut out, flush).ok()?;
            let all = usize::try_from(compress.total_in() - begun).ok()? == text.len();
            match status {
                Status::StreamEnd => break,
                // Room that is left over says that everything has come out.
                _ if all && piece.then.is_some() && out.len() < out.capacity() => break,
                _ => out.reserve(text.len() / 2 + 64),
            }
        }
        deflated.push(out);
    }
    Some(deflated)
}

fn zip<'a>(pieces: &[Piece], deflated: &[Vec<u8>], own: impl Fn(Own) -> &'a str) -> Vec<u8> {
    let length = deflated.iter().map(|piece| piece.len() + 64).sum();
    let mut out = Vec::with_capacity(length);
    let mut check = Crc::new();
    out.extend(GZIP_HEAD);
    for (piece, deflated) in pieces.iter().zip(deflated) {
        out.extend(deflated);
        check.update(piece.text.as_bytes());
        if let Some(word) = piece.then {
            let word = own(word).as_bytes();
            // A stored block; the words are tokens and far below the 65,535 bytes that one can hold.
            let length = u16::try_from(word.len()).unwrap_or(u16::MAX);
            out.push(0);
            out.extend(length.to_le_bytes());
            out.extend((!length).to_le_bytes());
            out.extend(word);
            check.update(word);
        }
    }
    out.extend(check.sum().to_le_bytes());
    out.extend(check.amount().to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::body::to_bytes;
    use flate2::read::GzDecoder;

    use super::*;

    const NONCE: &str = "first-nonce";
    const KEY: &str = "first-key";

    fn headers() -> HeaderMap {
        let policy = format!("script-src 'nonce-{NONCE}'");
        HeaderMap::from_iter([
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).unwrap()),
        ])
    }

    fn kept() -> Kept {
        Kept {
            form_key: Some(KEY.to_owned()),
            until: None,
        }
    }

    async fn read(answer: Response) -> (HeaderMap, Vec<u8>) {
        let (parts, body) = answer.into_parts();
        (parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    fn unzip(body: &[u8]) -> String {
        let mut text = String::new();
        GzDecoder::new(body).read_to_string(&mut text).unwrap();
        text
    }

    #[tokio::test]
    async fn every_visitor_gets_words_of_their_own_plain_and_compressed() {
        let filling: Vec<String> = (0..3000)
            .map(|n| format!("<p class=\"line\">{}</p>", n * 7919))
            .collect();
        let filling = filling.concat();
        for filling in ["", "ä", &filling] {
            let page = |nonce: &str, key: &str| {
                format!(
                    "{filling}<script nonce=\"{nonce}\">{filling}</script><input value=\"{key}\">{filling}<link nonce=\"{nonce}\">"
                )
            };
            let made = page(NONCE, KEY);
            let kept_page = KeptPage::new(&headers(), made.as_bytes(), Some(NONCE), &kept()).unwrap();
            for (nonce, key) in [
                ("n1", "k1"),
                ("another, longer nonce", "another, longer key"),
                ("n3", ""),
            ] {
                let (plain_headers, plain) = read(kept_page.answer(nonce, key, false)).await;
                assert_eq!(String::from_utf8(plain).unwrap(), page(nonce, key));
                assert_eq!(
                    plain_headers[header::CONTENT_SECURITY_POLICY],
                    format!("script-src 'nonce-{nonce}'")
                );
                assert!(!plain_headers.contains_key(header::CONTENT_ENCODING));
                let (zipped_headers, zipped) = read(kept_page.answer(nonce, key, true)).await;
                assert_eq!(unzip(&zipped), page(nonce, key));
                assert_eq!(zipped_headers[header::CONTENT_ENCODING], "gzip");
                assert_eq!(zipped_headers[header::VARY], "accept-encoding");
                if filling.len() > 1000 {
                    assert!(zipped.len() < made.len() / 4, "{} of {}", zipped.len(), made.len());
                }
            }
        }
    }

    #[test]
    fn a_page_that_is_not_what_it_says_is_not_kept() {
        let page = format!("<script nonce=\"{NONCE}\"></script><input value=\"{KEY}\">");
        let with = |name: header::HeaderName, value: &'static str| {
            let mut headers = headers();
            headers.insert(name, HeaderValue::from_static(value));
            headers
        };
        let fits = |headers: &HeaderMap, page: &str, nonce: Option<&str>, kept: &Kept| {
            KeptPage::new(headers, page.as_bytes(), nonce, kept).is_some()
        };
        assert!(fits(&headers(), &page, Some(NONCE), &kept()));
        assert!(!fits(&headers(), &page, None, &kept()), "whose nonce is it?");
        assert!(!fits(&headers(), &page, Some("another"), &kept()));
        assert!(!fits(&with(header::SET_COOKIE, "a=b"), &page, Some(NONCE), &kept()));
        assert!(!fits(
            &with(header::CONTENT_ENCODING, "br"),
            &page,
            Some(NONCE),
            &kept()
        ));
        assert!(!fits(&headers(), "no key", Some(NONCE), &kept()));
        assert!(!fits(&headers(), &page.repeat(2), Some(NONCE), &kept()), "two keys");
    }
}

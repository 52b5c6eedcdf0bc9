//! Static files: read into memory once, when the server starts, with their compressed copies; and the page for what is not
//! there.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use timetap_app::shell::shell;

use super::security_headers;
use super::server_state::ServerState;

/// The addresses of the static files, as far as they have routes of their own: without one, a host's address would be looked
/// for under their names.
pub const PATHS: [&str; 4] = ["/favicon.svg", "/robots.txt", "/fonts/{*file}", "/pkg/{*file}"];

/// For files whose names carry a hash of their content: a browser never has to ask twice.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For fonts, which are named by hand and hardly ever change: 30 days.
const LONG: HeaderValue = HeaderValue::from_static("public, max-age=2592000");
/// For everything else.
const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The site folder.
#[derive(Clone, Debug, Default)]
pub struct SiteFiles(Arc<HashMap<String, SiteFile>>);

#[derive(Debug)]
struct SiteFile {
    /// The template of its route, as it is counted; `None` where it has none of its own.
    route: Option<&'static str>,
    tag: HeaderValue,
    not_modified: HeaderMap,
    plain: Copy,
    /// Copies that the build made, best first, by their coding.
    compressed: Vec<(&'static str, Copy)>,
}

/// The file in one coding, with all headers of the answer.
#[derive(Debug)]
struct Copy {
    headers: HeaderMap,
    content: Bytes,
}

impl SiteFiles {
    /// Reads the folder. One that is missing holds nothing: the program then serves pages without styles and scripts.
    ///
    /// # Errors
    /// Something in it cannot be read.
    pub fn load(options: &LeptosOptions, is_https: bool) -> std::io::Result<Self> {
        let root = Path::new(&*options.site_root);
        let mut files = HashMap::new();
        if root.is_dir() {
            let hashed = options.hash_files.then(|| format!("/{}/", options.site_pkg_dir));
            read_folder(root, "", hashed.as_deref(), is_https, &mut files)?;
        }
        Ok(Self(Arc::new(files)))
    }

    fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response> {
        self.0.get(path).map(|file| file.answer(headers))
    }

    /// The answer for a file that has a route of its own, and the template of that route.
    pub fn direct(&self, path: &str, headers: &HeaderMap) -> Option<(Response, &'static str)> {
        let file = self.0.get(path)?;
        let route = file.route?;
        Some((file.answer(headers), route))
    }
}

impl SiteFile {
    fn answer(&self, asked: &HeaderMap) -> Response {
        if is_known(asked, &self.tag) {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer.headers_mut().clone_from(&self.not_modified);
            return answer;
        }
        let accepted = self.compressed.iter().find(|(coding, _)| accepts(asked, coding));
        let copy = accepted.map_or(&self.plain, |(_, copy)| copy);
        let mut answer = Response::new(Body::from(copy.content.clone()));
        answer.headers_mut().clone_from(&copy.headers);
        answer
    }
}

fn read_folder(
    folder: &Path,
    path: &str,
    hashed: Option<&str>,
    is_https: bool,
    files: &mut HashMap<String, SiteFile>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        // Addresses are texts; a file with another name cannot be asked for.
        let Some(name) = name.to_str() else { continue };
        let (file, path) = (entry.path(), format!("{path}/{name}"));
        if file.is_dir() {
            read_folder(&file, &path, hashed, is_https, files)?;
            continue;
        }
        let is_copy = ["br", "gz"]
            .iter()
            .any(|ending| file.extension().is_some_and(|found| found == *ending));
        if is_copy && file.with_extension("").is_file() {
            continue;
        }
        let plain = Bytes::from(std::fs::read(&file)?);
        let mut compressed = Vec::new();
        for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
            let copy = folder.join(format!("{name}.{ending}"));
            if copy.is_file() {
                compressed.push((coding, Bytes::from(std::fs::read(&copy)?)));
            }
        }
        let mut hash = DefaultHasher::new();
        hash.write(&plain);
        // Weak, as the same tag stands for the compressed copies.
        let tag = HeaderValue::try_from(format!("W/\"{:x}\"", hash.finish())).unwrap_or(SHORT);
        let caching = match path.as_str() {
            hashed_file if hashed.is_some_and(|folder| hashed_file.starts_with(folder)) => FOR_EVER,
            font if font.starts_with("/fonts/") => LONG,
            _ => SHORT,
        };
        let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, caching), (header::ETAG, tag.clone())]);
        if !compressed.is_empty() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        let mut not_modified = headers.clone();
        security_headers::complete(&mut not_modified, is_https);
        headers.insert(header::CONTENT_TYPE, kind_of(name));
        security_headers::complete(&mut headers, is_https);
        let in_coding = |(coding, content)| {
            let mut headers = headers.clone();
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            (coding, Copy { headers, content })
        };
        let file = SiteFile {
            route: route_of(&path),
            tag,
            not_modified,
            compressed: compressed.into_iter().map(in_coding).collect(),
            plain: Copy {
                headers: headers.clone(),
                content: plain,
            },
        };
        files.insert(path, file);
    }
    Ok(())
}

/// The template of the route that a file has of its own, as it is counted.
fn route_of(path: &str) -> Option<&'static str> {
    let folders = [("/fonts/", "/fonts/*"), ("/pkg/", "/pkg/*")];
    let folder = folders.iter().find(|(folder, _)| path.starts_with(folder));
    let by_name = || ["/favicon.svg", "/robots.txt"].into_iter().find(|name| *name == path);
    folder.map(|(_, route)| *route).or_else(by_name)
}

fn kind_of(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    })
}

/// Whether the browser has exactly this content (RFC 9110, section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let (Some(known), Ok(tag)) = (headers.get(header::IF_NONE_MATCH), tag.to_str()) else {
        return false;
    };
    let known = known.to_str().unwrap_or_default();
    known.trim() == "*" || known.split(',').any(|known| opaque_part(known) == opaque_part(tag))
}

fn opaque_part(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}

/// Whether the browser takes this coding (RFC 9110, section 12.5.3); one that it gives the weight 0 it does not.
pub fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|wish| {
            let (name, parameters) = wish.split_once(';').unwrap_or((wish, ""));
            let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
            name.trim().eq_ignore_ascii_case(coding) && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
        })
}

/// A file with a route of its own.
pub async fn file(State(state): State<ServerState>, uri: Uri, headers: HeaderMap) -> Response {
    let found = state.files.answer(uri.path(), &headers);
    found.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// Another file of the site folder, or the page that says that nothing is there.
pub async fn file_or_not_found(State(state): State<ServerState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if let Some(answer) = state.files.answer(parts.uri.path(), &parts.headers) {
        return answer;
    }
    let (app, site) = (state.app.clone(), state.site.clone());
    let render = leptos_axum::render_app_async_with_context(move || provide_context(app.clone()), move || shell(&site));
    render(Request::from_parts(parts, Body::empty())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> (tempfile::TempDir, SiteFiles) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("robots.txt", "all"),
            ("pkg/timetap.abc.wasm", "plain"),
            ("pkg/timetap.abc.wasm.br", "brotli"),
            ("pkg/timetap.abc.wasm.gz", "gzip"),
        ] {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        let root = folder.path().to_str().unwrap();
        let options = LeptosOptions::builder()
            .output_name("timetap")
            .site_root(root)
            .hash_files(true)
            .build();
        let files = SiteFiles::load(&options, false).unwrap();
        (folder, files)
    }

    async fn get(
        files: &SiteFiles,
        path: &str,
        name: header::HeaderName,
        value: &str,
    ) -> (StatusCode, HeaderMap, Bytes) {
        let headers = HeaderMap::from_iter([(name, HeaderValue::try_from(value).unwrap())]);
        let (parts, body) = files.answer(path, &headers).unwrap().into_parts();
        let body = axum::body::to_bytes(body, 1000).await.unwrap();
        (parts.status, parts.headers, body)
    }

    #[tokio::test]
    async fn the_best_copy_that_the_browser_takes_is_sent() {
        let (_folder, files) = site();
        for (accepted, sent, coding) in [
            ("gzip, deflate, br, zstd", "brotli", Some("br")),
            ("gzip", "gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", "gzip", Some("gzip")),
            ("identity", "plain", None),
            ("", "plain", None),
        ] {
            let (status, headers, body) = get(&files, "/pkg/timetap.abc.wasm", header::ACCEPT_ENCODING, accepted).await;
            assert_eq!((status, body.as_ref()), (StatusCode::OK, sent.as_bytes()), "{accepted}");
            let found = headers.get("content-encoding").map(|value| value.to_str().unwrap());
            assert_eq!(found, coding);
            assert_eq!(headers["content-type"], "application/wasm");
            assert_eq!(headers["vary"], "accept-encoding");
            assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
        }
        assert!(files.answer("/pkg/timetap.abc.wasm.br", &HeaderMap::new()).is_none());
        assert!(files.answer("/pkg/../robots.txt", &HeaderMap::new()).is_none());
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let (_folder, files) = site();
        let (_, headers, _) = get(&files, "/robots.txt", header::IF_NONE_MATCH, "\"other\"").await;
        assert!(headers["cache-control"].to_str().unwrap().contains("max-age=3600"));
        let tag = headers["etag"].to_str().unwrap();
        for known in [
            tag.to_owned(),
            format!("\"a\", {tag}"),
            tag.replace("W/", ""),
            "*".to_owned(),
        ] {
            let (status, again, body) = get(&files, "/robots.txt", header::IF_NONE_MATCH, &known).await;
            assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
            assert_eq!(again["etag"], tag);
        }
        let (status, _, body) = get(&files, "/robots.txt", header::IF_NONE_MATCH, "\"other\"").await;
        assert_eq!((status, body.as_ref()), (StatusCode::OK, b"all".as_slice()));
    }
}

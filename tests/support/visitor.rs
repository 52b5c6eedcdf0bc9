//! Somebody with a browser: cookies, forms as they stand in the page, redirects that are followed, and a memory of all that
//! was shown.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{ACCEPT, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode, Url};
use timetap_providers::http::{Timeouts, build_client};

pub use super::reading::between;

/// An answer.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What was asked for.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Seen {
    /// Where a redirect leads: path and query of our own site, the whole address of another.
    pub fn location(&self) -> String {
        assert_eq!(
            self.status,
            StatusCode::SEE_OTHER,
            "{} {}: {}",
            self.method,
            self.path,
            self.gist()
        );
        self.headers[LOCATION].to_str().unwrap().to_owned()
    }

    /// What stands in the page, without its tags and in short, for whoever reads why a test failed.
    pub fn gist(&self) -> String {
        let main = self.body.split("<main").nth(1).unwrap_or(&self.body);
        let text = main.split('<').filter_map(|piece| piece.split('>').nth(1));
        text.filter(|text| !text.trim().is_empty())
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(600)
            .collect()
    }

    /// The value of the form field of this name, entities undone.
    pub fn field(&self, name: &str) -> String {
        let tag = between(&self.body, "<input", ">")
            .into_iter()
            .find(|tag| tag.contains(&format!("name=\"{name}\"")))
            .unwrap_or_else(|| panic!("{} has no field {name}", self.path));
        unescape(between(tag, "value=\"", "\"").first().copied().unwrap_or_default())
    }

    /// The addresses of the links of this class.
    pub fn links(&self, class: &str) -> Vec<String> {
        between(&self.body, "<a", ">")
            .into_iter()
            .filter(|tag| tag.contains(class))
            .filter_map(|tag| between(tag, "href=\"", "\"").first().map(|link| unescape(link)))
            .collect()
    }
}

/// A visitor.
pub struct Visitor {
    http: reqwest::Client,
    base: String,
    ip: String,
    cookies: Mutex<BTreeMap<String, String>>,
    seen: Mutex<Vec<Seen>>,
}

impl Visitor {
    /// A visitor of `base` who comes from `ip`.
    pub fn new(http: reqwest::Client, base: String, ip: &str) -> Self {
        Self {
            http,
            base,
            ip: ip.to_owned(),
            cookies: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Everything that was shown so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The cookies in the jar.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A page, as by a link of our own site.
    pub async fn get(&self, path: &str) -> Seen {
        self.send(Method::GET, path, None).await
    }

    /// A page that is there.
    pub async fn page(&self, path: &str) -> Seen {
        let seen = self.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.gist());
        seen
    }

    /// A form of our own site.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, form: Option<String>) -> Seen {
        let jar = self.cookies();
        let jar: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base))
            .header("Sec-Fetch-Site", "same-origin")
            .header("X-Forwarded-For", &self.ip)
            .header(ACCEPT, "text/html")
            .header(COOKIE, jar.join("; "));
        if let Some(form) = form {
            request = request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form);
        }
        let answer = request.send().await.unwrap();
        self.keep_cookies(answer.headers());
        let seen = Seen {
            method,
            path: path.to_owned(),
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer.text().await.unwrap(),
        };
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seen.clone());
        seen
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Seen {
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Connects `account` of the sandbox's Google over its consent page, and gives the address to which it sent back.
    pub async fn connect_google(&self, account: &str) -> String {
        let page = self.get("/api/google/calendar/connect").await.location();
        let back = answer_consent(&page, account).await;
        assert_eq!(self.get(&back).await.location(), "/host/integrations?done=connected");
        back
    }

    /// The addresses of the free times of one service on a day of the next month, and later ones first asked for with
    /// `skip`: on which days there are times depends on today's date.
    pub async fn free_times(&self, service: &str, skip: usize) -> Vec<String> {
        let page = self.page(&format!("{service}?tz=Europe/Madrid")).await;
        let next_month = page.links("tt-month-step").pop().unwrap();
        let days = self.page(&next_month).await.links("tt-day-free");
        // Sessions of an hour begin every half hour: every other one, so that one may book them all.
        let slots = self.page(&days[skip + 1]).await.links("tt-slot");
        slots.into_iter().step_by(2).collect()
    }

    /// Books the time behind the address `slot` of [`Self::free_times`] with more fields, and gives the answer.
    pub async fn book(&self, slot: &str, fields: &[(&str, &str)]) -> Seen {
        let form = self.page(slot).await;
        let (start, key) = (form.field("start"), form.field("idempotency_key"));
        let mut all = vec![
            ("start", start.as_str()),
            ("idempotency_key", key.as_str()),
            ("time_zone", "Europe/Madrid"),
        ];
        all.extend(fields);
        self.post(slot.split('?').next().unwrap(), &all).await
    }
}

/// Allows everything on the consent page `page`, and gives path and query of the address to which Google sends back.
pub async fn answer_consent(page: &str, account: &str) -> String {
    let page: Url = page.parse().unwrap();
    let mut form: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    let scopes = form.iter().find(|(name, _)| name == "scope").unwrap().1.clone();
    form.push(("account".to_owned(), account.to_owned()));
    form.push(("decision".to_owned(), "allow".to_owned()));
    form.extend(scopes.split(' ').map(|scope| ("grant".to_owned(), scope.to_owned())));
    let mut address = page;
    address.set_query(None);
    let http = build_client(Timeouts::default()).unwrap();
    let answer = http.post(address).form(&form).send().await.unwrap();
    let back: Url = answer.headers()[LOCATION].to_str().unwrap().parse().unwrap();
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

/// Undoes the entities that pages use.
pub fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
}

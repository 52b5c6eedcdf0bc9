//! A browser without scripts: cookies, links and forms, told where the redirects lead instead of following them.

use std::io::Write;
use std::process::Stdio;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Response, StatusCode, Url};

use super::reading::hidden;
use super::{Server, timetap};

/// The password of everybody.
pub const PASSWORD: &str = "a grove of olive trees";
const CONNECT: &str = "/api/google/calendar/connect";

/// A signed-in browser.
pub struct Browser<'a> {
    pub server: &'a Server,
    pub cookie: String,
}

impl<'a> Browser<'a> {
    pub async fn sign_in(server: &'a Server, name: &str, role: &str) -> Self {
        let email = format!("{name}@example.org");
        let mut child = timetap(&server.database.url, server.address)
            .args(["user", "create", "--email", &email, "--name", name])
            .args(["--role", role, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        drop(input);
        assert!(child.wait().unwrap().success());
        let visitor = Self {
            server,
            cookie: String::new(),
        };
        let answer = visitor
            .post("/sign-in", &[("email", &email), ("password", PASSWORD)])
            .await;
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        Self {
            server,
            cookie: cookie.split(';').next().unwrap().to_owned(),
        }
    }

    /// As [`Browser::sign_in`], with a profile saved.
    pub async fn host(server: &'a Server, slug: &str) -> Self {
        let browser = Self::sign_in(server, slug, "staff").await;
        let answer = browser.post("/host/profile", &profile(slug)).await;
        assert_eq!(location(&answer), "/host?done=welcome");
        browser
    }

    /// A guest who puts the time that begins at `start` into a cart, from the page at `path`, and orders it; and the address of
    /// the payment page.
    pub async fn order_as_guest(server: &'a Server, path: &str, start: &str) -> (Self, String) {
        let mut guest = Self {
            server,
            cookie: String::new(),
        };
        let put = guest.post(path, &[("start", start)]).await;
        let cookie = put.headers()[SET_COOKIE].to_str().unwrap();
        guest.cookie = cookie.split(';').next().unwrap().to_owned();
        let key = hidden(&guest.page("/checkout").await, "idempotency_key");
        let fields = [
            ("name", "Dora"),
            ("email", "dora@example.com"),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*key),
        ];
        let pay_at = location(&guest.post("/checkout", &fields).await);
        (guest, pay_at)
    }

    /// A page or file, as by a link of our own site.
    pub async fn get(&self, path: &str) -> Response {
        self.get_from(path, "same-origin").await
    }

    pub async fn get_from(&self, path: &str, site: &str) -> Response {
        let request = self.server.http.get(self.server.url(path));
        let request = request.header("Sec-Fetch-Site", site);
        request.header(COOKIE, &self.cookie).send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let answer = self.get_from(path, "same-origin").await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_from(path, fields, "same-origin").await
    }

    pub async fn post_from(&self, path: &str, fields: &[(&str, &str)], site: &str) -> Response {
        let request = self.server.http.post(self.server.url(path));
        let request = request.header("Sec-Fetch-Site", site);
        request.header(COOKIE, &self.cookie).form(fields).send().await.unwrap()
    }

    /// Follows the link to Google, decides there, and gives the address to which Google sends back.
    pub async fn consent(&self, account: &str, decision: &str, boxes: usize) -> String {
        let page: Url = location(&self.get_from(CONNECT, "same-origin").await).parse().unwrap();
        let scope = page
            .query_pairs()
            .find(|(name, _)| name == "scope")
            .unwrap()
            .1
            .into_owned();
        let mut form: Vec<(String, String)> = page.query_pairs().into_owned().collect();
        form.push(("account".to_owned(), account.to_owned()));
        form.push(("decision".to_owned(), decision.to_owned()));
        let calendar = scope.split(' ').filter(|scope| scope.contains("/calendar"));
        form.extend(calendar.take(boxes).map(|scope| ("grant".to_owned(), scope.to_owned())));
        let mut address = page.clone();
        address.set_query(None);
        let answer = self.server.http.post(address).form(&form).send().await.unwrap();
        let back: Url = location(&answer).parse().unwrap();
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    /// Comes back from Google, as from another site.
    pub async fn come_back(&self, address: &str) -> String {
        location(&self.get_from(address, "cross-site").await)
    }

    pub async fn connect(&self, account: &str) {
        let back = self.consent(account, "allow", 3).await;
        assert_eq!(self.come_back(&back).await, "/host/integrations?done=connected");
    }

    /// As [`Self::connect`], for somebody who is not booked by others.
    pub async fn connect_customer(&self, account: &str) {
        let back = self.consent(account, "allow", 3).await;
        let done = self.come_back(&back).await;
        assert!(done.starts_with("/account/calendars?done=connected"), "{done}");
    }
}

/// The first form that a new host fills in.
pub fn profile(slug: &str) -> [(&str, &str); 5] {
    [
        ("display_name", "Anna Lind"),
        ("slug", slug),
        ("time_zone", "Europe/Madrid"),
        ("about", ""),
        ("phone", ""),
    ]
}

/// Where a redirect after a form or a link leads.
pub fn location(answer: &Response) -> String {
    assert!(answer.status().is_redirection(), "{}", answer.status());
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

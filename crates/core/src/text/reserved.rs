//! Words that can be nobody's page, because the program itself answers there, may one day, or because a page of
//! that name could pass for the house's own.

/// Sorted, small letters only.
#[rustfmt::skip]
pub const RESERVED: &[&str] = &[
    "about", "abuse", "account", "accounts", "admin", "administrator", "analytics", "api", "app", "apple", "apps", "asset",
    "assets", "auth", "availability", "billing", "blog", "book", "booking", "bookings", "calendar", "calendars", "callback",
    "camps", "cart", "chat", "checkout", "class", "classes", "connect", "contact", "cookies", "copyright", "css", "customer",
    "customers", "dashboard", "demo", "dev", "disconnect", "dist", "docs", "download", "downloads", "email", "embed", "error",
    "errors", "event", "events", "example", "export", "faq", "favicon", "favicon.ico", "feed", "feedback", "file", "files", "font",
    "fonts", "forgot-password", "google", "graphql", "guest", "guests", "health", "healthz", "help", "home", "host", "hosts",
    "icon", "icons", "image", "images", "img", "import", "imprint", "inbox", "index", "index.html", "info", "integrations",
    "invite", "invites", "invoice", "invoices", "jobs", "js", "legal", "live", "livez", "localhost", "location", "locations",
    "login", "logout", "mail", "mailbox", "manage", "manager", "managers", "manifest", "me", "media", "meet", "messages",
    "metrics", "microsoft", "my", "new", "news", "noreply", "no-reply", "notifications", "null", "oauth", "oauth2", "offline",
    "openapi", "order", "orders", "organization", "outlook", "owner", "page", "pages", "password", "pay", "payment", "payments",
    "ping", "pkg", "policy", "postmaster", "press", "pricing", "privacy", "profile", "profiles", "public", "ready", "readyz",
    "receipt", "receipts", "refund", "refunds", "register", "reports", "reschedule", "reset-password", "robots", "robots.txt",
    "root", "rss", "sandbox", "schedule", "schedules", "search", "security", "service", "service-worker", "services", "session",
    "sessions", "settings", "setup", "sign-in", "sign-out", "sign-up", "signin", "signout", "signup", "sitemap", "sitemap.xml",
    "slack", "slots", "sms", "staff", "static", "status", "store", "stripe", "style", "styles", "subscribe", "subscription",
    "subscriptions", "support", "system", "team", "teams", "terms", "test", "ticket", "tickets", "timetap", "token", "tokens",
    "undefined", "upload", "uploads", "user", "users", "verify", "verify-email", "version", "wasm", "webhook", "webhooks",
    "webmaster", "well-known", "worker", "www", "zapier", "zoom",
];

/// Whether a word is kept for the program, in whatever case it is written.
pub fn is_reserved(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    RESERVED.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_path_of_the_program_is_kept() {
        let paths = "host account admin api bookings book sign-in sign-up sign-out forgot-password reset-password \
            verify-email setup pkg public assets static favicon.ico robots.txt health healthz metrics checkout orders \
            cart calendar settings help about legal privacy terms login logout signup signin oauth webhooks stripe \
            google timetap www fonts icons hosts services demo status sandbox";
        for path in paths.split_whitespace() {
            assert!(is_reserved(path), "{path}");
        }
        assert!(is_reserved("Admin"));
        assert!(!is_reserved("anna-lind"));
    }

    #[test]
    fn each_stands_once_in_small_letters() {
        assert_eq!(RESERVED.iter().collect::<BTreeSet<_>>().len(), RESERVED.len());
        assert!(RESERVED.iter().all(|word| *word == word.to_ascii_lowercase()));
    }
}

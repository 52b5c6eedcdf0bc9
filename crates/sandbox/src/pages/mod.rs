//! The sandbox's HTML pages: templates inside the program, everything escaped, no script anywhere.

pub(crate) mod calendars;
pub(crate) mod front;

use minijinja::{Environment, value::Serde};
use serde::Serialize;

const TEMPLATES: [(&str, &str); 15] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("style.css", include_str!("templates/style.css")),
    ("front.html", include_str!("templates/front.html")),
    ("missing.html", include_str!("templates/missing.html")),
    ("consent.html", include_str!("templates/consent.html")),
    ("refused.html", include_str!("templates/refused.html")),
    ("control.html", include_str!("templates/control.html")),
    ("inbox.html", include_str!("templates/inbox.html")),
    ("mail.html", include_str!("templates/mail.html")),
    ("calendars.html", include_str!("templates/calendars.html")),
    ("event.html", include_str!("templates/event.html")),
    ("meet.html", include_str!("templates/meet.html")),
    ("pay.html", include_str!("templates/pay.html")),
    ("authenticate.html", include_str!("templates/authenticate.html")),
    ("control_stripe.html", include_str!("templates/control_stripe.html")),
];

/// The parsed templates.
pub(crate) struct Pages {
    environment: Environment<'static>,
}

impl Pages {
    /// Parses all templates, so that a broken one is noticed at the start.
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        Ok(Self { environment })
    }

    /// The page as HTML. A page that fails says so; the cause is logged.
    pub(crate) fn render(&self, name: &str, content: impl Serialize) -> String {
        let page = self.environment.get_template(name);
        page.and_then(|page| page.render(Serde(content)))
            .unwrap_or_else(|error| {
                tracing::error!(page = name, %error, "sandbox page not rendered");
                "This page of the sandbox could not be shown. The log says why.".to_owned()
            })
    }
}

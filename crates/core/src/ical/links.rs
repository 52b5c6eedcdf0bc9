//! Links that open a filled-in event in a web calendar, for people who prefer a click over a file.

use url::Url;

use super::IcsEvent;
use super::content_line::utc_basic;

/// Longer descriptions are cut, as browsers and servers refuse very long addresses.
const MAX_DETAILS: usize = 1000;

/// A link that opens the event, filled in, in Google Calendar.
pub fn google_link(event: &IcsEvent) -> String {
    let (starts, ends) = event.first_day();
    let dates = format!("{}/{}", utc_basic(starts), utc_basic(ends));
    let details = shorten(&event.description);
    let mut fields = vec![
        ("action", "TEMPLATE"),
        ("text", &event.summary),
        ("dates", &dates),
        ("details", &details),
    ];
    fields.extend(event.location.as_deref().map(|location| ("location", location)));
    let rule = event.daily.as_ref().map(|daily| format!("RRULE:{}", daily.rule()));
    fields.extend(rule.as_deref().map(|rule| ("recur", rule)));
    with_query("https://calendar.google.com/calendar/render", &fields)
}

/// A link that opens the event, filled in, in Outlook on the web.
pub fn outlook_link(event: &IcsEvent) -> String {
    let iso = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (starts, ends) = (iso(event.starts), iso(event.ends));
    let body = shorten(&event.description);
    let mut fields = vec![
        ("path", "/calendar/action/compose"),
        ("rru", "addevent"),
        ("subject", &event.summary),
        ("startdt", &starts),
        ("enddt", &ends),
        ("body", &body),
    ];
    fields.extend(event.location.as_deref().map(|location| ("location", location)));
    with_query("https://outlook.live.com/calendar/0/deeplink/compose", &fields)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_DETAILS) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

fn with_query(base: &str, fields: &[(&str, &str)]) -> String {
    // Outlook shows a "+" as it stands, so spaces have to be %20; a real plus is %2B by then.
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
        .replace('+', "%20");
    Url::parse(base).map_or_else(
        |_| format!("{base}?{query}"),
        |mut url| {
            url.set_query(Some(&query));
            url.into()
        },
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ical::IcsMethod;

    fn sample() -> IcsEvent {
        IcsEvent {
            uid: "u".to_owned(),
            sequence: 0,
            method: IcsMethod::Publish,
            starts: "2026-11-24T14:00:00Z".parse().unwrap(),
            ends: "2026-11-24T15:00:00Z".parse().unwrap(),
            daily: None,
            summary: "Piano & voice + tea #1".to_owned(),
            description: "Line one\nhttps://example.org/?a=b&c=d".to_owned(),
            location: Some("Calle Mayor 1, Madrid".to_owned()),
            url: None,
            organizer: None,
            attendee: None,
            stamp: "2026-11-20T10:00:00Z".parse().unwrap(),
        }
    }

    fn query(link: &str) -> BTreeMap<String, String> {
        Url::parse(link).unwrap().query_pairs().into_owned().collect()
    }

    #[test]
    fn google_gets_every_field() {
        let link = google_link(&sample());
        assert!(link.starts_with("https://calendar.google.com/calendar/render?action=TEMPLATE&"));
        let query = query(&link);
        assert_eq!(query["text"], "Piano & voice + tea #1");
        assert_eq!(query["dates"], "20261124T140000Z/20261124T150000Z");
        assert_eq!(query["details"], sample().description);
        assert_eq!(query["location"], "Calle Mayor 1, Madrid");
    }

    #[test]
    fn outlook_gets_every_field_and_no_plus_for_a_space() {
        let link = outlook_link(&sample());
        assert!(link.starts_with("https://outlook.live.com/calendar/0/deeplink/compose?path="));
        assert!(!link.contains('+'));
        let query = query(&link);
        assert_eq!(query["subject"], "Piano & voice + tea #1");
        assert_eq!(
            (query["startdt"].as_str(), query["enddt"].as_str()),
            ("2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z")
        );
        assert_eq!(query["body"], sample().description);
    }

    #[test]
    fn very_long_descriptions_are_cut_between_characters() {
        let event = IcsEvent {
            description: "é".repeat(5000),
            location: None,
            ..sample()
        };
        let details = &query(&google_link(&event))["details"];
        assert_eq!(details.chars().count(), MAX_DETAILS + 1);
        assert!(!google_link(&event).contains("location="));
    }
}

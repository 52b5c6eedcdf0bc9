//! The mails Google sends to guests when a write asks for them: kept in the sandbox's own inbox.

use data_encoding::BASE64_MIME;
use jiff::Timestamp;

use super::{event::Event, write::SendUpdates};
use crate::{google::turn::Turn, mailbox::store::Origin};

const SENDER: &str = "calendar-notification@google.sandbox.test";

/// Why guests are mailed.
pub(super) enum Occasion {
    Invited,
    Updated { guests_before: Vec<String> },
    Cancelled,
}

/// Mails every guest but the account itself, as far as the write asked for it.
pub(super) fn send(turn: &mut Turn<'_>, event: &Event, account: &str, updates: SendUpdates, occasion: &Occasion) {
    if updates == SendUpdates::None {
        return;
    }
    let guests: Vec<_> = event
        .attendee_emails()
        .filter(|guest| guest != account)
        .filter(|guest| updates == SendUpdates::All || !turn.world.accounts.contains_key(guest))
        .collect();
    let (method, status) = match occasion {
        Occasion::Cancelled => ("CANCEL", "CANCELLED"),
        _ => ("REQUEST", "CONFIRMED"),
    };
    let summary = if event.text("summary").is_empty() {
        "(No title)"
    } else {
        event.text("summary")
    };
    let zone = turn
        .world
        .calendars
        .get(account)
        .map_or(jiff::tz::TimeZone::UTC, super::calendars::Calendar::zone);
    let local = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .unwrap_or_default()
            .to_zoned(zone.clone())
    };
    let (starts, ends) = (local(event.times.starts), local(event.times.ends));
    let when = format!(
        "{} - {}",
        starts.strftime("%a %-d %b %Y %H:%M"),
        ends.strftime("%H:%M (%Q)")
    );
    let meet = event
        .meet
        .as_ref()
        .and_then(|meet| meet.link(turn.base_url))
        .unwrap_or_default();
    for guest in guests {
        let word = match occasion {
            Occasion::Invited => "Invitation",
            Occasion::Updated { guests_before } if !guests_before.contains(&guest) => "Invitation",
            Occasion::Updated { .. } => "Updated invitation",
            Occasion::Cancelled => "Canceled event",
        };
        let subject = format!("{word}: {summary} @ {when} ({guest})");
        let text = format!(
            "{word}\r\n\r\n{summary}\r\nWhen: {when}\r\nOrganizer: {account}\r\n{}{}\r\n{}\r\n",
            if meet.is_empty() {
                String::new()
            } else {
                format!("Join with Google Meet: {meet}\r\n")
            },
            event.html_link(turn.base_url, account),
            event.text("description").replace("\r\n", "\n").replace('\n', "\r\n"),
        );
        let calendar = invitation_ics(event, account, &guest, method, status, summary, turn.now);
        let boundary = format!("sandbox-{}", turn.entropy.token());
        let raw = [
            format!("From: Google Calendar (sandbox) <{SENDER}>"),
            format!("To: {guest}"),
            format!("Reply-To: {account}"),
            format!("Subject: =?utf-8?B?{}?=", encoded_words(&subject)),
            format!("Date: {}", turn.now.strftime("%a, %d %b %Y %H:%M:%S +0000")),
            format!("Message-ID: <calendar-{}@google.sandbox.test>", turn.entropy.token()),
            "MIME-Version: 1.0".to_owned(),
            format!("Content-Type: multipart/alternative; boundary=\"{boundary}\""),
            String::new(),
            part(&boundary, "text/plain; charset=utf-8", &text),
            part(
                &boundary,
                &format!("text/calendar; charset=utf-8; method={method}"),
                &calendar,
            ),
            format!("--{boundary}--"),
            String::new(),
        ]
        .join("\r\n");
        turn.world
            .mailbox
            .receive(turn.now, Origin::Google, SENDER, &[guest], raw.into_bytes());
    }
}

/// The subject in encoded words of RFC 2047, each short enough for its line.
fn encoded_words(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let pieces: Vec<_> = chars
        .chunks(11)
        .map(|piece| data_encoding::BASE64.encode(piece.iter().collect::<String>().as_bytes()))
        .collect();
    pieces.join("?=\r\n =?utf-8?B?")
}

fn part(boundary: &str, content_type: &str, content: &str) -> String {
    format!(
        "--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        BASE64_MIME.encode(content.as_bytes())
    )
}

fn invitation_ics(
    event: &Event,
    organizer: &str,
    guest: &str,
    method: &str,
    status: &str,
    summary: &str,
    now: Timestamp,
) -> String {
    let utc = |instant: Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    let point = |name: &str, shown: &serde_json::Value, ms: i64| match shown.get("date").and_then(|day| day.as_str()) {
        Some(day) => format!("{name};VALUE=DATE:{}", day.replace('-', "")),
        None => format!("{name}:{}", utc(Timestamp::from_millisecond(ms).unwrap_or_default())),
    };
    let escaped = summary
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace(['\r', '\n'], " ");
    [
        "BEGIN:VCALENDAR".to_owned(),
        "PRODID:-//TimeTap sandbox//Calendar//EN".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        point("DTSTART", &event.times.start, event.times.starts),
        point("DTEND", &event.times.end, event.times.ends),
        format!("DTSTAMP:{}", utc(now)),
        format!("ORGANIZER:mailto:{organizer}"),
        format!("UID:{}", event.ical_uid),
        format!("ATTENDEE;RSVP=TRUE:mailto:{guest}"),
        format!("SEQUENCE:{}", event.sequence),
        format!("STATUS:{status}"),
        format!("SUMMARY:{escaped}"),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
        String::new(),
    ]
    .iter()
    .map(|line| folded(line))
    .collect::<Vec<_>>()
    .join("\r\n")
}

/// Lines of at most 75 octets, as RFC 5545 asks.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut length = 0;
    for character in line.chars() {
        if length + character.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        length += character.len_utf8();
        out.push(character);
    }
    out
}

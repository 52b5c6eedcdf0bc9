//! Takes a mail apart: headers, texts, attachments and the links in it.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};

/// What a mail says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ParsedMail {
    /// `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
    /// `From`, as `Name <address>` or the bare address.
    pub from: String,
    /// `To`, comma-separated.
    pub to: String,
    /// `Reply-To`, where given.
    pub reply_to: Option<String>,
    /// `Subject`, decoded.
    pub subject: String,
    /// The plain text part, decoded.
    pub text: Option<String>,
    /// The HTML part, decoded.
    pub html: Option<String>,
    /// Every other part: calendars and attachments.
    pub parts: Vec<MailPart>,
    /// Addresses of links, in order, each once.
    pub links: Vec<String>,
}

/// A part that is neither the text nor the HTML of the mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailPart {
    /// Content type with its parameters, such as `text/calendar; method=REQUEST`.
    pub content_type: String,
    /// File name, where given.
    pub name: Option<String>,
    /// Size in bytes, decoded.
    pub size: usize,
    /// The content, where it is text.
    pub text: Option<String>,
}

/// Reads the mail; one that cannot be read shows as an empty one with its raw source.
pub(crate) fn parse_mail(raw: &[u8]) -> ParsedMail {
    let Some(message) = MessageParser::default().parse(raw) else {
        return ParsedMail::default();
    };
    let mut mail = ParsedMail {
        message_id: message.message_id().map(str::to_owned),
        from: people(message.from()),
        to: people(message.to()),
        reply_to: Some(people(message.reply_to())).filter(|text| !text.is_empty()),
        subject: message.subject().unwrap_or_default().to_owned(),
        ..ParsedMail::default()
    };
    read_parts(&message, &mut mail);
    mail.links = find_links(mail.html.as_deref(), mail.text.as_deref());
    mail
}

fn people(addresses: Option<&mail_parser::Address<'_>>) -> String {
    let one = |person: &mail_parser::Addr<'_>| {
        let address = person.address.as_deref().unwrap_or_default();
        match person.name.as_deref() {
            Some(name) if !name.is_empty() => format!("{name} <{address}>"),
            _ => address.to_owned(),
        }
    };
    addresses
        .into_iter()
        .flat_map(mail_parser::Address::iter)
        .map(one)
        .collect::<Vec<_>>()
        .join(", ")
}

fn read_parts(message: &Message<'_>, mail: &mut ParsedMail) {
    for part in &message.parts {
        let kind = part.content_type();
        let attached = part
            .content_disposition()
            .is_some_and(mail_parser::ContentType::is_attachment);
        let subtype = kind.and_then(|kind| kind.subtype()).unwrap_or("plain");
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Text(text) if !attached && subtype == "plain" && mail.text.is_none() => {
                mail.text = Some(text.to_string());
            }
            PartType::Html(html) if !attached && mail.html.is_none() => mail.html = Some(html.to_string()),
            body => {
                let text = match body {
                    PartType::Text(text) | PartType::Html(text) => Some(text.to_string()),
                    _ if kind.is_some_and(|kind| kind.ctype() == "text") => {
                        String::from_utf8(part.contents().to_vec()).ok()
                    }
                    _ => None,
                };
                mail.parts.push(MailPart {
                    content_type: kind.map_or_else(|| "text/plain".to_owned(), describe),
                    name: part.attachment_name().map(str::to_owned),
                    size: part.contents().len(),
                    text,
                });
            }
        }
    }
}

fn describe(kind: &mail_parser::ContentType<'_>) -> String {
    let mut text = kind.ctype().to_owned();
    if let Some(subtype) = kind.subtype() {
        text = format!("{text}/{subtype}");
    }
    for attribute in kind.attributes().into_iter().flatten() {
        text = format!("{text}; {}={}", attribute.name, attribute.value);
    }
    text
}

/// Link targets of the HTML, then addresses in the text that the HTML lacks.
fn find_links(html: Option<&str>, text: Option<&str>) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    let mut add = |link: String| {
        if (link.starts_with("http://") || link.starts_with("https://")) && !links.contains(&link) {
            links.push(link);
        }
    };
    for piece in html.unwrap_or_default().split("href=").skip(1) {
        let Some(quote) = piece.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
            continue;
        };
        if let Some((link, _)) = piece[1..].split_once(quote) {
            add(unescape(link));
        }
    }
    for word in text
        .unwrap_or_default()
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
    {
        if let Some(start) = word.find("http://").or_else(|| word.find("https://")) {
            add(word[start..]
                .trim_end_matches(['.', ',', ';', ')', '!', '?'])
                .to_owned());
        }
    }
    links
}

fn unescape(link: &str) -> String {
    [
        ("&#x2f;", "/"),
        ("&#x3D;", "="),
        ("&#x3d;", "="),
        ("&#39;", "'"),
        ("&quot;", "\""),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(link.to_owned(), |text, (from, to)| text.replace(from, to))
}

//! Into mails: the headers and recipients that were meant, and no others.

use timetap_sandbox::MailView;

use crate::HOST;
use crate::support::visitor::between;
use crate::support::whole_program::WholeProgram;

/// The header names of a raw mail, after its lines were looked at (RFC 5322 2.1.1).
pub fn header_names(raw: &[u8]) -> Vec<String> {
    let raw = std::str::from_utf8(raw).unwrap();
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
    assert!(raw.split("\r\n").all(|line| line.len() <= 998));
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines
        .map(|line| line.split_once(':').unwrap().0.to_ascii_lowercase())
        .collect()
}

/// The value of a header, unfolded.
pub fn header(program: &WholeProgram, mail: &MailView, name: &str) -> String {
    let raw = String::from_utf8(program.sandbox.control().raw_mail(mail.id).unwrap()).unwrap();
    let head = raw
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ");
    let line = head
        .split("\r\n")
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.unwrap().split_once(':').unwrap().1.trim().to_owned()
}

/// The addresses of a header of addresses: what is left when quoted names are taken away (RFC 5322 3.4).
pub fn addresses_in(header: &str) -> Vec<String> {
    let (mut plain, mut quoted, mut escaped) = (String::new(), false, false);
    for c in header.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if !quoted => plain.push(c),
            _ => {}
        }
    }
    assert!(!quoted, "{header}");
    plain
        .split(',')
        .map(|one| {
            between(one, "<", ">")
                .first()
                .map_or(one.trim(), |address| *address)
                .to_owned()
        })
        .collect()
}

/// The kind of a mail, by its words before the colon of the subject; the shape of its kind must always be the same.
pub fn shape_of(program: &WholeProgram, mail: &MailView) -> (String, Vec<String>, Vec<String>) {
    let raw = program.sandbox.control().raw_mail(mail.id).unwrap();
    let kind = mail.content.subject.split(':').next().unwrap().to_owned();
    let parts = mail
        .content
        .parts
        .iter()
        .map(|part| part.content_type.clone())
        .collect();
    let side = if mail.recipients == [HOST] { "host" } else { "guest" };
    (format!("{side}, {kind}"), header_names(&raw), parts)
}

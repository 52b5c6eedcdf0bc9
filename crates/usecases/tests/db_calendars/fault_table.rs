//! Every fault of Google, every operation, and what TimeTap makes of it: the one table that the proofs read. Its twin for people
//! stands in `docs/GOOGLE_ERRORS.md`; [`the_document_says_what_the_table_says`] keeps the two alike.

use std::time::Duration;

use timetap_providers::google::GoogleError;
use timetap_sandbox::FaultKind;

/// What is asked of Google, as the sandbox calls it.
pub const OPERATIONS: [&str; 9] = [
    "insert",
    "get",
    "patch",
    "delete",
    "calendarList",
    "freebusy",
    "list",
    "refresh",
    "revoke",
];

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A refusal: status, Google's reason, seconds of `Retry-After`.
    Status(u16, Option<&'static str>, Option<u32>),
    /// A refusal whose `Retry-After` is a date so many seconds ahead.
    Date(u16, u32),
    ConnectTimeout,
    TimeoutBefore,
    TimeoutAfter,
    ResetInBody,
    TruncatedJson,
    SlowDrip,
    Closed,
    /// The access token is refused, and the refresh token with `invalid_grant`.
    InvalidGrant,
}

/// One row: the document's words for the fault, the fault, and a cell for each of [`OPERATIONS`].
pub type Row = (&'static str, Fault, [&'static str; 9]);

/// A cell is an action and the code of the error, if there is one. The actions:
///
/// - `again`: tried again with growing, spread pauses.
/// - `after`: the same, not before `Retry-After`.
/// - `hours`: the same, not before two hours.
/// - `hour`: the connection is degraded, asked again in about an hour.
/// - `day`: that calendar is passed over, and looked at again with the next comparison, in about a day.
/// - `renew`: a fresh token and one more try at once; refused again, as `park`.
/// - `park`: waits for its owner to reconnect, who is told once.
/// - `adopt`: what stands there is read in the same attempt, and adopted or changed.
/// - `anew`: what stands there is looked for in the same attempt, and the event is made under a new id.
/// - `dead`: failed at once, explained, for a person to retry.
/// - `done`: it does not matter.
/// - `told`: the connection is over all the same; the page says that Google could not be told.
#[rustfmt::skip]
pub const TABLE: [Row; 23] = [
    ("429", Fault::Status(429, None, None),
        ["again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "told rate_limited"]),
    ("429 with `Retry-After` in seconds", Fault::Status(429, None, Some(120)),
        ["after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "told rate_limited"]),
    ("429 with `Retry-After` as a date", Fault::Date(429, 120),
        ["after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "after rate_limited", "told rate_limited"]),
    ("403 `userRateLimitExceeded`", Fault::Status(403, Some("userRateLimitExceeded"), None),
        ["again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "told rate_limited"]),
    ("403 `rateLimitExceeded`", Fault::Status(403, Some("rateLimitExceeded"), None),
        ["again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "again rate_limited", "told rate_limited"]),
    ("403 `quotaExceeded`", Fault::Status(403, Some("quotaExceeded"), None),
        ["hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "hours quota_exceeded", "told quota_exceeded"]),
    ("403 `forbidden`", Fault::Status(403, Some("forbidden"), None),
        ["dead forbidden", "dead forbidden", "dead forbidden", "dead forbidden", "dead forbidden", "hour forbidden", "day", "dead oauth_error", "told oauth_error"]),
    ("403 `insufficientPermissions`", Fault::Status(403, Some("insufficientPermissions"), None),
        ["park insufficient_scope", "park insufficient_scope", "park insufficient_scope", "park insufficient_scope", "park insufficient_scope", "park insufficient_scope", "park insufficient_scope", "dead oauth_error", "told oauth_error"]),
    ("500", Fault::Status(500, None, None),
        ["again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "told unavailable"]),
    ("503", Fault::Status(503, None, None),
        ["again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "again unavailable", "told unavailable"]),
    ("connect timeout", Fault::ConnectTimeout,
        ["again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "told timeout"]),
    ("read timeout before the effect", Fault::TimeoutBefore,
        ["again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "told timeout"]),
    ("read timeout after the effect", Fault::TimeoutAfter,
        ["again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "again timeout", "told timeout"]),
    ("slow drip", Fault::SlowDrip,
        ["again timeout", "again timeout", "again timeout", "done", "again timeout", "again timeout", "again timeout", "again timeout", "told timeout"]),
    ("reset in mid-body", Fault::ResetInBody,
        ["again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "told broken_answer"]),
    ("closed without an answer", Fault::Closed,
        ["again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "told broken_answer"]),
    ("truncated JSON", Fault::TruncatedJson,
        ["again broken_answer", "again broken_answer", "again broken_answer", "done", "again broken_answer", "again broken_answer", "again broken_answer", "again broken_answer", "done"]),
    ("401", Fault::Status(401, None, None),
        ["renew invalid_credentials", "renew invalid_credentials", "renew invalid_credentials", "renew invalid_credentials", "renew invalid_credentials", "renew invalid_credentials", "renew invalid_credentials", "dead oauth_error", "told oauth_error"]),
    ("`invalid_grant`", Fault::InvalidGrant,
        ["park invalid_grant", "park invalid_grant", "park invalid_grant", "park invalid_grant", "park invalid_grant", "park invalid_grant", "park invalid_grant", "park invalid_grant", "done"]),
    ("404", Fault::Status(404, None, None),
        ["dead not_found", "adopt", "adopt", "again contradiction", "dead not_found", "hour not_found", "day", "dead oauth_error", "told oauth_error"]),
    ("409", Fault::Status(409, None, None),
        ["anew", "again already_exists", "again already_exists", "again already_exists", "dead already_exists", "hour already_exists", "day", "dead oauth_error", "told oauth_error"]),
    ("410", Fault::Status(410, None, None),
        ["again gone", "adopt", "adopt", "again contradiction", "dead gone", "hour gone", "day", "dead oauth_error", "told oauth_error"]),
    ("412", Fault::Status(412, None, None),
        ["again precondition_failed", "again precondition_failed", "adopt", "again precondition_failed", "dead precondition_failed", "hour precondition_failed", "day", "dead oauth_error", "told oauth_error"]),
];

impl Fault {
    /// What the sandbox does; `None` where the client is sent to a silent address instead.
    pub fn kind(self) -> Option<FaultKind> {
        Some(match self {
            Self::Status(status, reason, retry_after) => FaultKind::Status {
                status,
                reason: reason.map(str::to_owned),
                retry_after,
            },
            Self::Date(status, seconds) => FaultKind::RetryAfterDate { status, seconds },
            Self::ConnectTimeout => return None,
            Self::TimeoutBefore => FaultKind::TimeoutBefore,
            Self::TimeoutAfter => FaultKind::TimeoutAfter,
            Self::ResetInBody => FaultKind::ResetAfter,
            Self::TruncatedJson => FaultKind::TruncatedJson,
            // Each piece comes in time, the whole never does.
            Self::SlowDrip => FaultKind::SlowDrip { ms: 700 },
            Self::Closed => FaultKind::Unplugged,
            Self::InvalidGrant => FaultKind::InvalidGrant,
        })
    }
}

/// The action and the code of a cell.
pub fn read_cell(cell: &'static str) -> (&'static str, Option<&'static str>) {
    match cell.split_once(' ') {
        Some((action, code)) => (action, Some(code)),
        None => (cell, None),
    }
}

fn document() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/GOOGLE_ERRORS.md")).unwrap()
}

/// The rows of the table under `heading`, without its head, cell by cell.
fn table_under(text: &str, heading: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let after = text.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let section = after.split_once("\n## ").map_or(after, |(section, _)| section);
    let mut lines = section.lines().filter(|line| line.starts_with('|')).map(|line| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    });
    let head = lines.next().unwrap();
    (head, lines.skip(1).collect())
}

#[test]
fn the_document_says_what_the_table_says() {
    let (head, rows) = table_under(&document(), "Every fault, every operation");
    let names: Vec<String> = OPERATIONS.iter().map(|operation| format!("`{operation}`")).collect();
    assert_eq!(head[1..], names);
    let written: Vec<Vec<String>> = TABLE
        .iter()
        .map(|(words, _, cells)| {
            let cells = cells.iter().map(|cell| match read_cell(cell) {
                (action, Some(code)) => format!("{action} `{code}`"),
                (action, None) => action.to_owned(),
            });
            std::iter::once((*words).to_owned()).chain(cells).collect()
        })
        .collect();
    for (row, expected) in rows.iter().zip(&written) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), written.len());
}

/// Every class of error, once.
fn every_error() -> Vec<GoogleError> {
    let (reason, message) = (String::from("…"), String::new());
    let again_at = None::<Duration>;
    vec![
        GoogleError::InvalidCredentials,
        GoogleError::InvalidGrant {
            description: message.clone(),
        },
        GoogleError::InsufficientScope,
        GoogleError::OAuth {
            error: reason.clone(),
            description: message.clone(),
        },
        GoogleError::RateLimited { retry_after: again_at },
        GoogleError::QuotaExceeded,
        GoogleError::Forbidden { reason: reason.clone() },
        GoogleError::NotFound,
        GoogleError::AlreadyExists,
        GoogleError::Conflict,
        GoogleError::Gone,
        GoogleError::SyncTokenExpired,
        GoogleError::PreconditionFailed,
        GoogleError::Contradiction,
        GoogleError::ConferenceTypeNotAllowed,
        GoogleError::BadRequest { reason, message },
        GoogleError::Unavailable {
            status: 503,
            retry_after: again_at,
        },
        GoogleError::Timeout { sent: true },
        GoogleError::Unreachable,
        GoogleError::BrokenAnswer,
    ]
}

#[test]
fn the_document_quotes_what_a_host_reads() {
    let (head, rows) = table_under(&document(), "What a host reads");
    assert_eq!(head, ["code", "the host reads"]);
    let written: Vec<Vec<String>> = every_error()
        .iter()
        .map(|error| vec![format!("`{}`", error.code()), error.explain()])
        .collect();
    for (row, expected) in rows.iter().zip(&written) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), written.len());
    for code in TABLE.iter().flat_map(|row| row.2).filter_map(|cell| read_cell(cell).1) {
        let known = rows.iter().any(|row| row[0] == format!("`{code}`"));
        assert!(known, "what does a host read at {code}?");
    }
}

//! What the doctor found.

use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Not looked at, because something before it is missing.
    Skipped,
    /// TimeTap works, but somebody should know.
    Warning,
    /// Something does not work.
    Error,
}

/// The parts that are looked at, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// The settings.
    Configuration,
    /// The database.
    Database,
    /// The keys that seal secrets.
    Keys,
    /// The time of this machine.
    Clock,
    /// The public address.
    Address,
    /// Outgoing mail.
    Mail,
    /// Google.
    Google,
    /// Stripe.
    Stripe,
    /// The jobs.
    Queue,
}

impl Group {
    /// All, in order.
    pub const ALL: [Self; 9] = [
        Self::Configuration,
        Self::Database,
        Self::Keys,
        Self::Clock,
        Self::Address,
        Self::Mail,
        Self::Google,
        Self::Stripe,
        Self::Queue,
    ];

    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Configuration => "Configuration",
            Self::Database => "Database",
            Self::Keys => "Keys",
            Self::Clock => "Clock",
            Self::Address => "Public address",
            Self::Mail => "Mail",
            Self::Google => "Google",
            Self::Stripe => "Stripe",
            Self::Queue => "Queue",
        }
    }
}

/// One thing that was looked at. The names of the fields and the words of `group`, `check` and `status` are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The part.
    pub group: Group,
    /// What of it, as a stable word.
    pub check: &'static str,
    /// How grave it is.
    pub status: Status,
    /// A sentence.
    pub message: String,
    /// What to do, where something is to be done.
    pub fix: Option<String>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Where the findings of one group go.
    pub fn group(&mut self, group: Group) -> Section<'_> {
        Section { group, report: self }
    }

    /// All findings, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many are of this status.
    pub fn count(&self, status: Status) -> usize {
        self.findings.iter().filter(|finding| finding.status == status).count()
    }

    /// The gravest status; what was skipped counts as the reason for it does.
    pub fn status(&self) -> Status {
        self.findings
            .iter()
            .map(|finding| finding.status)
            .filter(|status| *status != Status::Skipped)
            .max()
            .unwrap_or(Status::Ok)
    }
}

/// The findings of one group.
#[derive(Debug)]
pub struct Section<'a> {
    group: Group,
    report: &'a mut Report,
}

impl Section<'_> {
    /// As it should be.
    pub fn ok(&mut self, check: &'static str, message: impl Into<String>) {
        self.push(check, Status::Ok, message.into(), None);
    }

    /// Not looked at.
    pub fn skipped(&mut self, check: &'static str, message: impl Into<String>) {
        self.push(check, Status::Skipped, message.into(), None);
    }

    /// Somebody should know.
    pub fn warning(&mut self, check: &'static str, message: impl Into<String>, fix: impl Into<String>) {
        self.push(check, Status::Warning, message.into(), Some(fix.into()));
    }

    /// It does not work.
    pub fn error(&mut self, check: &'static str, message: impl Into<String>, fix: impl Into<String>) {
        self.push(check, Status::Error, message.into(), Some(fix.into()));
    }

    fn push(&mut self, check: &'static str, status: Status, message: String, fix: Option<String>) {
        self.report.findings.push(Finding {
            group: self.group,
            check,
            status,
            message,
            fix,
        });
    }
}

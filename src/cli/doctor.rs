//! `timetap doctor`.

use std::io::IsTerminal;
use std::path::Path;

use clap::Args;

use crate::doctor::finding::Status;
use crate::doctor::show_report::{to_json, to_text};
use crate::doctor::{Wishes, examine};
use crate::observe::logging::start_logging;
use crate::observe::traces::Traces;

/// What to look at, and how to say it.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Print JSON: {timetap, status, ok, warnings, errors, skipped, findings: [{group, check, status, message, fix}]}.
    #[arg(long)]
    json: bool,
    /// Send a test mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    send_test_mail: Option<String>,
    /// Make an event with a Meet link in this host's calendar, tomorrow, and remove it again.
    #[arg(long, value_name = "HOST-SLUG")]
    test_event: Option<String>,
}

/// Looks and says what was found. Returns whether there is no error.
pub async fn run(file: Option<&Path>, arguments: DoctorArguments) -> bool {
    // The findings say it all; the log would say it again.
    start_logging("off", false, &Traces::default());
    let wishes = Wishes {
        send_test_mail: arguments.send_test_mail,
        test_event: arguments.test_event.map(|slug| slug.trim_start_matches('/').to_owned()),
    };
    let report = examine(file, &wishes).await;
    if arguments.json {
        super::say(&to_json(&report));
    } else {
        let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        super::say(to_text(&report, colours).trim_end());
    }
    report.status() != Status::Error
}

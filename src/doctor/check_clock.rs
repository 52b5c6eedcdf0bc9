//! The time of this machine, compared with others'.

use jiff::Timestamp;
use timetap_core::clock::Clock;
use timetap_providers::google::GoogleClient;

use super::finding::Section;

/// Off by so many seconds: signatures and tokens still work, times on pages are a little wrong.
const NOTABLE: i64 = 5;
/// Off by so many seconds: tokens are taken for expired, links end early, jobs wait.
const GRAVE: i64 = 60;
/// TimeTap was not written before.
const BEGINNING: &str = "2026-01-01T00:00:00Z";
const FIX: &str = "Let the machine keep its clock by NTP: timedatectl set-ntp true";

/// Compares the clock with the database server's and Google's.
pub async fn check_clock(
    section: &mut Section<'_>,
    clock: &Clock,
    server_time: Option<(Timestamp, Timestamp)>,
    google: Option<&GoogleClient>,
) {
    let now = clock.now();
    if BEGINNING.parse().is_ok_and(|beginning: Timestamp| now < beginning) {
        section.error("sane", format!("This machine believes that it is {now}."), FIX);
        return;
    }
    section.ok("sane", format!("It is {} UTC.", now.strftime("%Y-%m-%d %H:%M")));
    if let Some((ours, theirs)) = server_time {
        compare(section, "database", "the database server", ours, theirs, 0);
    }
    let Some(google) = google else { return };
    match google.fetch_date().await {
        // Google tells whole seconds, and the answer was under way.
        Ok(Some(theirs)) => compare(section, "google", "Google", clock.now(), theirs, 1),
        Ok(None) => section.skipped("google", "Google did not say what time it is."),
        Err(_) => section.skipped("google", "Google cannot be asked for the time."),
    }
}

fn compare(
    section: &mut Section<'_>,
    check: &'static str,
    whom: &str,
    ours: Timestamp,
    theirs: Timestamp,
    coarse: i64,
) {
    let apart = ours.duration_since(theirs).as_secs();
    let size = apart.abs() - coarse;
    let way = if apart < 0 { "behind" } else { "ahead of" };
    let message = format!("This machine's clock is {} seconds {way} that of {whom}.", apart.abs());
    if size > GRAVE {
        section.error(check, message, FIX);
    } else if size > NOTABLE {
        section.warning(check, message, FIX);
    } else {
        section.ok(check, format!("The clocks of this machine and of {whom} agree."));
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::{Group, Report, Status};
    use super::*;

    #[tokio::test]
    async fn says_how_far_off_the_clock_is_and_which_way() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        for (theirs, status) in [
            ("2026-11-20T10:00:03Z", Status::Ok),
            ("2026-11-20T10:00:20Z", Status::Warning),
            ("2026-11-20T09:00:00Z", Status::Error),
        ] {
            let mut report = Report::default();
            let theirs = theirs.parse().unwrap();
            let clock = Clock::fixed(now);
            check_clock(&mut report.group(Group::Clock), &clock, Some((now, theirs)), None).await;
            let finding = &report.findings()[1];
            assert_eq!(finding.status, status, "{finding:?}");
            assert_eq!(
                finding.message.contains("behind"),
                status == Status::Warning,
                "{finding:?}"
            );
        }
        let mut report = Report::default();
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        check_clock(&mut report.group(Group::Clock), &clock, None, None).await;
        assert_eq!(report.status(), Status::Error);
    }
}

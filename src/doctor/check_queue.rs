//! The queue: whether somebody works, and what has given up.

use jiff::{SignedDuration, Timestamp};
use timetap_core::clock::Clock;
use timetap_store::Database;
use timetap_store::inspect::queue_health::{QueueHealth, read_queue_health};
use timetap_store::jobs::count_jobs::{JobCount, count_jobs};

use super::check_database::say;
use super::finding::Section;

/// A worker takes what is due within a second or two, unless it has much to do.
const SLOW: SignedDuration = SignedDuration::from_mins(1);
/// Nobody works.
const STUCK: SignedDuration = SignedDuration::from_mins(10);

/// Looks at the jobs.
pub async fn check_queue(section: &mut Section<'_>, database: Option<&Database>, clock: &Clock) {
    let Some(database) = database else {
        section.skipped("queue", "Not looked at, because the tables cannot be read.");
        return;
    };
    let now = clock.now();
    let health = read_queue_health(database.reader(), now).await;
    let counts = count_jobs(database.reader()).await;
    let (health, counts) = match (health, counts) {
        (Ok(health), Ok(counts)) => (health, counts),
        (Err(error), _) | (_, Err(error)) => {
            section.error(
                "queue",
                format!("The jobs cannot be read: {}.", say(&error)),
                "Look at the database's own log.",
            );
            return;
        }
    };
    check_waiting(section, &health, now);
    if let Some(since) = health.oldest_lease
        && now.duration_since(since) > SLOW
    {
        section.error(
            "expired_leases",
            format!(
                "{} jobs belong to a worker that has not been heard of for {}.",
                health.expired_leases,
                in_words(now.duration_since(since))
            ),
            "Start timetap serve or timetap worker: any worker takes them over.",
        );
    }
    check_resting(section, &counts);
}

fn check_waiting(section: &mut Section<'_>, health: &QueueHealth, now: Timestamp) {
    let Some(since) = health.oldest_due else {
        section.ok("due", "No job is overdue.");
        return;
    };
    let waited = now.duration_since(since);
    let message = format!(
        "{} jobs are due; the oldest has waited for {}.",
        health.due,
        in_words(waited)
    );
    if waited > STUCK {
        section.error(
            "due",
            message,
            "Nobody works: start timetap serve (without --no-worker) or timetap worker.",
        );
    } else if waited > SLOW {
        section.warning(
            "due",
            message,
            "Look whether timetap serve or timetap worker runs, and whether it logs failures.",
        );
    } else {
        section.ok("due", message);
    }
}

fn check_resting(section: &mut Section<'_>, counts: &[JobCount]) {
    let by_kind = |state: &str| {
        let kinds: Vec<String> = counts
            .iter()
            .filter(|count| count.state == state)
            .map(|count| format!("{} {}", count.jobs, count.kind))
            .collect();
        kinds.join(", ")
    };
    let dead = by_kind("dead");
    if dead.is_empty() {
        section.ok("dead", "No job has given up.");
    } else {
        section.warning(
            "dead",
            format!("Jobs have given up: {dead}."),
            "An administrator reads why at /admin/jobs, mends it, and presses Retry there.",
        );
    }
    let parked = by_kind("parked");
    if !parked.is_empty() {
        section.warning(
            "parked",
            format!("Jobs wait for a person: {parked}."),
            "The hosts whose calendars are disconnected have a banner that says Reconnect; after that the jobs go on.",
        );
    }
}

/// A duration for people: one unit is enough.
pub fn in_words(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

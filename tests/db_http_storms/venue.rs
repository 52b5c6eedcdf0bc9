//! Where storms take place: the real program behind a trusted proxy, a host with a connected Google, and free times.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Statement};
use timetap_testing::Engine;

use super::support::browser::Browser;
use super::support::google_stage::Stage;
use super::support::process::Process;
use super::support::reading::free_times;

const WEEK: i64 = 7 * 24 * 3600 * 1000;

/// The stage of a storm.
pub struct Venue {
    pub stage: Stage,
    /// All programs that serve it, such as `http://127.0.0.1:3000`.
    pub servers: Vec<String>,
    replicas: Vec<Process>,
    /// The service's page.
    pub path: String,
    /// Starts, as forms have them, that do not touch each other: 24 of them.
    pub times: Vec<String>,
}

/// How much of everything that a booking makes there is.
pub type Made = BTreeMap<&'static str, i64>;

const COUNTED: [(&str, &str); 9] = [
    ("appointments", "SELECT count(*) FROM appointments"),
    ("claims", "SELECT count(*) FROM claims"),
    ("calendar_writes", "SELECT count(*) FROM calendar_writes"),
    ("timeline", "SELECT count(*) FROM timeline"),
    (
        "messages",
        "SELECT count(*) FROM messages WHERE appointment_id IS NOT NULL",
    ),
    (
        "calendar jobs",
        "SELECT count(*) FROM jobs WHERE kind = 'write_calendar'",
    ),
    ("mail jobs", "SELECT count(*) FROM jobs WHERE kind = 'send_message'"),
    (
        "unsent",
        "SELECT count(*) FROM messages WHERE appointment_id IS NOT NULL AND state <> 'sent'",
    ),
    (
        "unwritten",
        "SELECT count(*) FROM calendar_writes WHERE state <> 'written'",
    ),
];

impl Venue {
    /// Opens it with so many programs on one database.
    pub async fn open(engine: Engine, programs: usize) -> Self {
        let settings = [
            ("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            // A storm may delay the Meet link; the mail waits for it, so that there is one and not two.
            ("TIMETAP_MAIL_GRACE_SECONDS", "600".to_owned()),
        ];
        let stage = Stage::start_configured(engine, &["serve"], &settings).await;
        let anna = Browser::host(&stage.server, "anna").await;
        anna.connect("ada@sandbox.test").await;
        let (path, links) = free_times(&stage.server, "anna", "Europe/Madrid").await;
        let starts: Vec<i64> = links
            .iter()
            .map(|link| link.rsplit("slot=").next().unwrap().parse().unwrap())
            .collect();
        // Every other half hour, and not the first and the last, which a change of the clocks may close.
        let times = (0..4).flat_map(|week| {
            let apart = starts.iter().skip(2).step_by(2).take(6);
            apart.map(move |start| (start + week * WEEK).to_string())
        });
        let mut venue = Self {
            servers: vec![stage.server.url("")],
            replicas: Vec::new(),
            times: times.collect(),
            path,
            stage,
        };
        while venue.servers.len() < programs {
            venue.add_replica().await;
        }
        venue
    }

    async fn add_replica(&mut self) {
        let (replica, address) = self.stage.server.replica();
        self.replicas.push(replica);
        self.stage.server.wait_until_answers(address).await;
        self.servers.push(format!("http://{address}"));
    }

    /// The only program, or the first of them.
    pub fn base(&self) -> &str {
        &self.servers[0]
    }

    /// What bookings have made by now, in the database and outside.
    pub async fn made(&self) -> Made {
        let on = self.stage.server.database.db.reader();
        let mut made = Made::new();
        for (name, sql) in COUNTED {
            let statement = Statement::from_string(on.get_database_backend(), sql);
            let row = on.query_one_raw(statement).await.unwrap().unwrap();
            made.insert(name, row.try_get_by_index(0).unwrap());
        }
        let outside = self.stage.google.control().summary();
        made.insert("events", outside.events_live.try_into().unwrap());
        made.insert("mails", outside.mails.try_into().unwrap());
        made
    }

    /// The same as soon as everything owed is done.
    pub async fn settled(&self) -> Made {
        let begun = Instant::now();
        loop {
            let made = self.made().await;
            if made["unsent"] == 0 && made["unwritten"] == 0 {
                return made;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "{made:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The most memory the server has needed so far, and the files it has open.
    pub fn footprint(&self) -> String {
        let pid = self.stage.server.process.pid();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default();
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        format!("{peak}, {files} files open")
    }

    /// Stops the server, which must have had nothing to complain about.
    pub fn close(self) {
        drop(self.replicas);
        let (in_order, log) = self.stage.server.terminate();
        assert!(in_order, "{log}");
        assert!(!log.contains("ERROR"), "{log}");
    }
}

/// What was made between two counts.
pub fn difference(before: &Made, after: &Made) -> Made {
    after
        .iter()
        .map(|(name, count)| (*name, count - before[name]))
        .collect()
}

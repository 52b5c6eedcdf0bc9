//! Where is searched: every place in which the program leaves something, by a name that says whose it is.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use timetap_sandbox::MailFilter;
use timetap_testing::Engine;

use super::needles::{Needle, latin1};
use super::support::visitor::Visitor;
use super::support::whole_program::WholeProgram;

/// Names of places and what stands in them. Places of one name are searched as one.
#[derive(Default)]
pub struct Places(BTreeMap<String, Hay>);

/// What is searched.
#[derive(Default)]
pub struct Hay(String);

impl Hay {
    /// Whether the secret stands here.
    pub fn holds(&self, needle: &Needle) -> bool {
        needle.stands_in(&self.0)
    }
}

impl Places {
    /// Adds to the place `name`.
    pub fn add(&mut self, name: impl Into<String>, content: &[u8]) {
        let place = self.0.entry(name.into()).or_default();
        place.0.push_str(&latin1(content));
        place.0.push('\n');
    }

    /// All places.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Hay)> {
        self.0.iter()
    }

    /// The size of all in bytes.
    pub fn size(&self) -> usize {
        self.0.values().map(|place| place.0.len()).sum()
    }

    /// Every file of a SQLite database, the log of writes ahead among them, as bytes; and on both databases every row of
    /// every table as text.
    pub async fn add_database(&mut self, program: &WholeProgram) {
        if let Some(file) = program.database.file() {
            let folder = file.parent().unwrap();
            for entry in std::fs::read_dir(folder).unwrap() {
                self.add("database", &std::fs::read(entry.unwrap().path()).unwrap());
            }
        }
        let on = program.database.db.reader();
        let backend = on.get_database_backend();
        let tables = match program.database.db.engine() {
            Engine::Sqlite => "SELECT name AS name FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
        };
        for table in on.query_all_raw(Statement::from_string(backend, tables)).await.unwrap() {
            let table: String = table.try_get("", "name").unwrap();
            let sql = match program.database.db.engine() {
                Engine::Postgres => format!("SELECT row_to_json(t)::text AS row FROM {table} t"),
                Engine::Sqlite => {
                    let columns = format!(
                        "SELECT group_concat('quote(' || name || ')', ' || '','' || ') \
                                           AS list FROM pragma_table_info('{table}')"
                    );
                    let list = on
                        .query_one_raw(Statement::from_string(backend, columns))
                        .await
                        .unwrap();
                    let list: String = list.unwrap().try_get("", "list").unwrap();
                    format!("SELECT {list} AS row FROM {table}")
                }
            };
            for row in on.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
                let row: String = row.try_get("", "row").unwrap();
                self.add("database", row.as_bytes());
            }
        }
    }

    /// What `who` was shown: bodies and headers of each page, ids left out of its name.
    pub fn add_visitor(&mut self, who: &str, visitor: &Visitor) {
        for seen in visitor.seen() {
            let path = seen.path.split('?').next().unwrap();
            let path: Vec<&str> = path
                .split('/')
                .map(|part| {
                    if part.parse::<uuid::Uuid>().is_ok() {
                        "{id}"
                    } else {
                        part
                    }
                })
                .collect();
            let name = format!("{who}: {} {}", seen.method, path.join("/"));
            self.add(name.clone(), seen.body.as_bytes());
            for (header, value) in &seen.headers {
                self.add(format!("{name}, {header}"), value.as_bytes());
            }
        }
    }

    /// Every mail, as it came and with its encodings undone.
    pub fn add_mails(&mut self, program: &WholeProgram) {
        let control = program.sandbox.control();
        for mail in control.mails(&MailFilter::default()) {
            let name = format!("mail to {}", mail.recipients.join(", "));
            self.add(name.clone(), &control.raw_mail(mail.id).unwrap());
            self.add(name, serde_json::to_string(&mail).unwrap().as_bytes());
        }
    }

    /// The events that stand at Google.
    pub fn add_calendar(&mut self, program: &WholeProgram, account: &str) {
        let events = program.sandbox.control().events(account).unwrap();
        let events = serde_json::to_string(&events).unwrap();
        self.add(format!("calendar of {account}"), events.as_bytes());
    }

    /// The files that every browser may have, as far as they are written by hand. What a build makes of the program is searched
    /// where it is built: `cargo xtask test e2e`, `xtask/src/test/site_secrets.rs`.
    pub fn add_site(&mut self) {
        let mut folders = vec![std::path::PathBuf::from("public"), "style".into()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    self.add("files of the site", &std::fs::read(path).unwrap());
                }
            }
        }
    }
}

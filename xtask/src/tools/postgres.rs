//! A PostgreSQL of the tests' own: an empty cluster in a temporary folder, on a free port of 127.0.0.1, gone afterwards.

use std::{
    env, fs,
    os::unix::{fs as unix_fs, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::apt;
use crate::{
    background::Background,
    failure::Failure,
    free_port::free_ports,
    shell,
    user::{self, Account},
    version::Version,
};

/// Of PostgreSQL's signals (see "Shutting Down the Server" in its manual), the one that ends at once and loses what a
/// crash would lose: nothing here is kept.
const IMMEDIATE_SHUTDOWN: &str = "-QUIT";
const READY_WITHIN: Duration = Duration::from_mins(1);
/// Another program can take the free port before PostgreSQL does.
const ATTEMPTS: usize = 3;

/// What a crash of the machine may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Everything: nothing waits for the disk. For tests.
    None,
    /// Nothing that was committed, as PostgreSQL is by itself. For measuring.
    Full,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::None => &["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
            Self::Full => &[],
        }
    }
}

/// The running cluster; dropping it stops the server and removes its files.
pub struct Cluster {
    // Fields are dropped in this order: first the server, then what it stands on.
    server: Background,
    _folder: Folder,
    url: String,
}

impl Cluster {
    /// Finds PostgreSQL's programs (or installs them, as root on Debian), makes a cluster and starts it.
    pub fn start(durability: Durability) -> Result<Self, Failure> {
        let programs = ensure_programs()?;
        // PostgreSQL refuses to run as root.
        let account = if user::is_root() {
            Some(user::unprivileged().ok_or_else(|| {
                Failure::new(
                    "PostgreSQL does not run as root, and there is no other account to run it as. Run the tests as a \
                     normal user, or set TEST_DATABASE_URL to a database server that is already running.",
                )
            })?)
        } else {
            None
        };
        let folder = Folder::create(account)?;
        create_cluster(&programs, &folder.0, account)?;
        let mut attempt = 1;
        let (server, url) = loop {
            match start_server(&programs, &folder.0, account, durability) {
                Ok(started) => break started,
                Err(failure) if attempt == ATTEMPTS => return Err(failure),
                Err(_) => attempt += 1,
            }
        };
        let mut cluster = Self {
            server,
            _folder: folder,
            url,
        };
        cluster.check_extensions(&programs)?;
        Ok(cluster)
    }

    /// How to reach its maintenance database, as a superuser and without a password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The claims need `btree_gist`, which some distributions package apart from the server.
    fn check_extensions(&mut self, programs: &Path) -> Result<(), Failure> {
        let psql = programs.join("psql");
        if !psql.is_file() {
            return Ok(());
        }
        let statement = "begin; create extension btree_gist; rollback";
        let asked = shell::capture(shell::command(psql).args([
            "-q",
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
            &self.url,
        ]));
        match asked {
            Ok(_) => Ok(()),
            Err(_) if !self.server.is_running() => Err(Failure::new(format!(
                "PostgreSQL ended unexpectedly. Its last words:\n{}",
                self.server.last_words()
            ))),
            Err(failure) => Err(Failure::new(format!(
                "{failure}\nThis PostgreSQL has no extension btree_gist, which keeps bookings apart. Install its contrib \
                 package (postgresql-contrib, on most systems)."
            ))),
        }
    }
}

/// The folder with initdb and postgres.
fn ensure_programs() -> Result<PathBuf, Failure> {
    if let Some(folder) = find_programs() {
        return Ok(folder);
    }
    let advice = "Install PostgreSQL's server (the package is called postgresql on most systems), or set \
                  TEST_DATABASE_URL to a server where the tests may create databases.";
    if !apt::is_usable() {
        return Err(Failure::new(format!("There is no PostgreSQL to test with. {advice}")));
    }
    println!("Installing PostgreSQL for the tests.");
    apt::install("postgresql").map_err(|failure| Failure::new(format!("{failure}\n{advice}")))?;
    find_programs().ok_or_else(|| Failure::new(format!("PostgreSQL was installed, but initdb is not found. {advice}")))
}

fn find_programs() -> Option<PathBuf> {
    let from_path = shell::find_program("initdb").and_then(|file| fs::canonicalize(file).ok());
    let on_path = from_path.and_then(|file| file.parent().map(Path::to_path_buf));
    let configured = || {
        shell::capture(shell::command("pg_config").arg("--bindir"))
            .ok()
            .map(|line| line.trim().into())
    };
    on_path
        .into_iter()
        .chain(newest_debian())
        .chain(configured())
        .find(|folder| has_server(folder))
}

fn has_server(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// Debian keeps each major version apart and none of the servers on the PATH.
fn newest_debian() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().filter_map(|entry| {
        let major: u64 = entry.file_name().to_str()?.parse().ok()?;
        let folder = entry.path().join("bin");
        has_server(&folder).then_some((Version(major, 0, 0), folder))
    });
    folders.max_by_key(|(version, _)| *version).map(|(_, folder)| folder)
}

/// Runs as `account`, in `folder`: its own working directory may be closed to that account.
fn command_as(account: Option<Account>, program: PathBuf, folder: &Path) -> Command {
    let mut command = shell::command(program);
    command.current_dir(folder).env("LC_ALL", "C");
    // The programs would take these for answers to what we did not ask.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
    if let Some(Account { user, group }) = account {
        command.uid(user).gid(group);
    }
    command
}

fn create_cluster(programs: &Path, folder: &Path, account: Option<Account>) -> Result<(), Failure> {
    let mut command = command_as(account, programs.join("initdb"), folder);
    command.args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "--pgdata",
    ]);
    shell::capture(command.arg(folder.join("data"))).map(drop)
}

fn start_server(
    programs: &Path,
    folder: &Path,
    account: Option<Account>,
    durability: Durability,
) -> Result<(Background, String), Failure> {
    let [port] = free_ports()?;
    let mut command = command_as(account, programs.join("postgres"), folder);
    command.arg("-D").arg(folder.join("data"));
    command
        .arg("-k")
        .arg(folder)
        .arg("-h")
        .arg("127.0.0.1")
        .arg("-p")
        .arg(port.to_string());
    // Each test has a database and pools of its own, so connections add up.
    for setting in durability.settings().iter().chain(&["max_connections=200"]) {
        command.arg("-c").arg(setting);
    }
    let log = folder.join("server.log");
    let mut server = Background::start(
        &mut command,
        "PostgreSQL",
        log,
        IMMEDIATE_SHUTDOWN,
        Duration::from_secs(10),
    )?;
    let note = folder.join("data/postmaster.pid");
    // The eighth line of this file is the server's state, padded with spaces (PostgreSQL's utils/pidfile.h).
    let ready = || fs::read_to_string(&note).is_ok_and(|text| text.lines().nth(7).is_some_and(|l| l.trim() == "ready"));
    server.wait_until(ready, READY_WITHIN)?;
    Ok((server, format!("postgres://postgres@127.0.0.1:{port}/postgres")))
}

/// A temporary folder, removed with everything in it.
struct Folder(PathBuf);

impl Folder {
    fn create(account: Option<Account>) -> Result<Self, Failure> {
        // Short: the path of a socket in it may have about a hundred characters.
        let path = env::temp_dir().join(format!("timetap-postgres-{}", std::process::id()));
        let doing = format!("Making the folder {}", path.display());
        fs::create_dir(&path).map_err(Failure::while_doing(&doing))?;
        let folder = Self(path);
        if let Some(Account { user, group }) = account {
            unix_fs::chown(&folder.0, Some(user), Some(group)).map_err(Failure::while_doing(&doing))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("The folder {} could not be removed: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_contents() {
        let folder = Folder::create(None).unwrap();
        let path = folder.0.clone();
        fs::write(path.join("file"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}

//! TimeTap as it is shipped: the release build, serving the demo's hosts from a SQLite file of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::Duration,
};

use crate::{
    background::Background,
    build_site::{build_site, set_leptos_options},
    demo_server::answers,
    failure::Failure,
    free_port::free_ports,
    shell, tools, workspace,
};

/// A page with times to choose from, its host's page, and the page of the whole site.
pub const BOOKING_PAGE: &str = "/ben-ortiz/lesson";
pub const HOST_PAGE: &str = "/ben-ortiz";
pub const FRONT_PAGE: &str = "/";

/// Migrating and seeding included.
const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPS_WITHIN: Duration = Duration::from_secs(20);

/// Builds program and site as they are shipped; once, however many stages ask.
pub fn build() -> Result<(), Failure> {
    static BUILT: OnceLock<bool> = OnceLock::new();
    if BUILT.get().is_none() {
        tools::ensure_build_tools()?;
        build_site(true)?;
    }
    BUILT.get_or_init(|| true);
    Ok(())
}

/// The folder of the site that was built.
pub fn site() -> PathBuf {
    workspace::target_dir().join("site")
}

/// A new folder under `target/bench`.
pub fn new_folder(name: &str) -> Result<PathBuf, Failure> {
    let folder = workspace::target_dir().join("bench").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(Failure::while_doing(format!("Making {}", folder.display())))?;
    Ok(folder)
}

/// `timetap serve` with the database in `folder`, on that port, and nothing from our own surroundings. Mail goes nowhere:
/// what is measured here sends none.
pub fn serve(folder: &Path, port: u16) -> Command {
    // Those of the demo, where it has sealed something in this database.
    let keys = fs::read_to_string(folder.join("keys")).unwrap_or_else(|_| format!("bench:{}", "07".repeat(32)));
    let mut command = shell::command(workspace::server_binary(true));
    command.env_clear().arg("serve");
    set_leptos_options(&mut command, true, port);
    command
        .env(
            "DATABASE_URL",
            format!("sqlite:{}", folder.join("timetap.db").display()),
        )
        .env("TIMETAP_LISTEN", format!("127.0.0.1:{port}"))
        .env("TIMETAP_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
        .env("TIMETAP_KEYS", keys)
        .env("TIMETAP_SMTP_HOST", "127.0.0.1")
        .env("TIMETAP_SMTP_PORT", "1")
        .env("TIMETAP_SMTP_ENCRYPTION", "none");
    command
}

/// The running server; dropping it stops it.
pub struct ReleaseServer {
    server: Background,
    port: u16,
}

impl ReleaseServer {
    /// Makes the demo's people in a new database in `folder`, then serves it as an operator would, without the sandbox.
    pub fn start(folder: &Path) -> Result<Self, Failure> {
        let [port, sandbox_port, smtp_port] = free_ports()?;
        let mut demo = shell::command(workspace::server_binary(true));
        demo.arg("demo").arg("--data-dir").arg(folder);
        for (option, port) in [
            ("--port", port),
            ("--sandbox-port", sandbox_port),
            ("--smtp-port", smtp_port),
        ] {
            demo.arg(option).arg(port.to_string());
        }
        set_leptos_options(&mut demo, true, port);
        drop(Self::run(&mut demo, folder.join("demo.log"), port)?);
        Self::run(&mut serve(folder, port), folder.join("server.log"), port)
    }

    fn run(command: &mut Command, log: PathBuf, port: u16) -> Result<Self, Failure> {
        let mut server = Background::start(command, "TimeTap", log, "-TERM", STOPS_WITHIN)?;
        server.wait_until(|| answers(port, "/healthz"), READY_WITHIN)?;
        Ok(Self { server, port })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it holds in memory, in bytes (`VmRSS` in `/proc/…/status`).
    pub fn memory(&self) -> Result<f64, Failure> {
        let file = format!("/proc/{}/status", self.server.id());
        let status = fs::read_to_string(&file).map_err(Failure::while_doing(format!("Reading {file}")))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes
            .map(|size| size * 1024.0)
            .ok_or_else(|| Failure::new(format!("{file} does not say how much memory is used.")))
    }
}

//! A program that runs beside ours (a database, the server under test) and ends when its guard goes, whatever happened
//! in between. What it writes goes to a file, whose end is shown when the program fails.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{failure::Failure, interrupt, shell};

/// How much of the log a failure carries.
const LOG_TAIL_LINES: usize = 40;

/// A running program; dropping it stops it.
pub struct Background {
    child: Child,
    name: String,
    log: PathBuf,
    stop_signal: &'static str,
    grace: Duration,
}

impl Background {
    /// Starts `command`, with its output in the file `log`. To stop, it is sent `stop_signal` (as kill(1) spells it),
    /// and ended after `grace`.
    pub fn start(
        command: &mut Command,
        name: &str,
        log: PathBuf,
        stop_signal: &'static str,
        grace: Duration,
    ) -> Result<Self, Failure> {
        let doing = format!("Writing {}", log.display());
        let out = File::create(&log).map_err(Failure::while_doing(&doing))?;
        let err = out.try_clone().map_err(Failure::while_doing(&doing))?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
        let child = child.map_err(Failure::while_doing(format!("Starting {name}")))?;
        Ok(Self {
            child,
            name: name.to_owned(),
            log,
            stop_signal,
            grace,
        })
    }

    /// Waits until `ready` says so. A program that ends before, or is not ready in time, is a failure with its last words.
    pub fn wait_until(&mut self, mut ready: impl FnMut() -> bool, limit: Duration) -> Result<(), Failure> {
        let started = Instant::now();
        loop {
            interrupt::check()?;
            if let Ok(Some(status)) = self.child.try_wait() {
                let words = format!("{} ended at once ({status}). Its last words:", self.name);
                return Err(self.failure(&words));
            }
            if ready() {
                return Ok(());
            }
            if started.elapsed() > limit {
                let words = format!(
                    "{} was not ready within {} s. Its last words:",
                    self.name,
                    limit.as_secs()
                );
                return Err(self.failure(&words));
            }
            std::thread::sleep(interrupt::POLL);
        }
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the program is still there.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The end of what the program wrote.
    pub fn last_words(&self) -> String {
        let text = fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
    }

    fn failure(&self, words: &str) -> Failure {
        Failure::new(format!(
            "{words}\n{}\n(all of it: {})",
            self.last_words(),
            self.log.display()
        ))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        shell::stop(&mut self.child, self.stop_signal, self.grace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    fn start(script: &str, log: &str) -> Background {
        fs::create_dir_all(workspace::target_dir()).unwrap();
        let log = workspace::target_dir().join(log);
        Background::start(
            shell::command("sh").args(["-c", script]),
            "The script",
            log,
            "-TERM",
            Duration::from_secs(5),
        )
        .unwrap()
    }

    #[test]
    fn a_program_that_ends_early_leaves_its_last_words() {
        let mut script = start("echo the disk is full; exit 7", "xtask-test-early.log");
        let failure = script
            .wait_until(|| false, Duration::from_secs(20))
            .unwrap_err()
            .to_string();
        assert!(
            failure.contains("the disk is full") && failure.contains("The script"),
            "{failure}"
        );
    }

    #[test]
    fn dropping_the_guard_ends_the_program() {
        let script = start("exec sleep 60", "xtask-test-drop.log");
        let id = script.child.id().to_string();
        drop(script);
        let alive = Command::new("kill")
            .args(["-0", &id])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(!alive.success(), "process {id} is still there");
    }
}

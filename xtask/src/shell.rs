//! Running other programs: with our tools on their PATH, without cargo's own variables, and never past a ^C.

use std::{
    env,
    ffi::OsString,
    io::{self, BufRead as _, BufReader, IsTerminal as _, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use crate::{failure::Failure, interrupt, workspace};

/// How long a child gets to end by itself after a ^C, which the terminal has sent to it as well.
const INTERRUPTED_GRACE: Duration = Duration::from_secs(3);

/// A command in the workspace root.
pub fn command(program: impl Into<OsString>) -> Command {
    let program = program.into();
    // Looked up here, since the PATH that is searched when a program starts is ours and not the one we give to it.
    let mut command = Command::new(find_program(&program).map_or(program, PathBuf::into_os_string));
    command.current_dir(workspace::root()).env("PATH", search_path());
    for (name, _) in env::vars_os() {
        // `cargo run` describes the xtask package in these. Build scripts that watch them (ring's does) would run again
        // each time somebody changes between `cargo xtask` and plain cargo.
        let inherited = name.to_str().is_some_and(|name| {
            name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if inherited {
            command.env_remove(name);
        }
    }
    command
}

/// `cargo` with these arguments, in colour if we are on a terminal.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo");
    command.args(arguments);
    if colour() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// Whether to print in colour.
pub fn colour() -> bool {
    io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none() && !crate::user::is_ci()
}

/// What children find programs by: the style tools, cargo's tools, then the user's own PATH.
fn search_path() -> &'static OsString {
    static PATH: OnceLock<OsString> = OnceLock::new();
    PATH.get_or_init(|| {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let own = [
            Some(workspace::end2end_dir().join("node_modules/.bin")),
            cargo_bin_dir(),
        ];
        let folders = own.into_iter().flatten().chain(env::split_paths(&inherited));
        // Fails only on a folder with a colon in its name; then the inherited PATH is the best there is.
        env::join_paths(folders).unwrap_or(inherited)
    })
}

/// Where `cargo install` puts programs.
fn cargo_bin_dir() -> Option<PathBuf> {
    let home = env::var_os("CARGO_INSTALL_ROOT")
        .or_else(|| env::var_os("CARGO_HOME"))
        .map(PathBuf::from);
    home.or_else(|| Some(env::home_dir()?.join(".cargo")))
        .map(|home| home.join("bin"))
}

/// The program's file, if there is one on the PATH that children get.
pub fn find_program(name: impl AsRef<Path>) -> Option<PathBuf> {
    let name = name.as_ref();
    if name.components().count() > 1 {
        return name.is_file().then(|| name.to_path_buf());
    }
    env::split_paths(search_path())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The command as one would type it.
pub fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs to the end with our own input and output.
pub fn status(command: &mut Command) -> Result<ExitStatus, Failure> {
    let mut child = command.spawn().map_err(could_not_start(command))?;
    wait(&mut child)
}

/// Like [`status`], and anything but success is a failure.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = status(command)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}` failed ({status}).", describe(command))))
    }
}

/// Runs quietly and gives what it wrote to its standard output; on failure, the sentence carries what it wrote.
pub fn capture(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(could_not_start(command))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = format!("{text}{}", String::from_utf8_lossy(&output.stderr));
    Err(Failure::new(format!(
        "`{}` failed ({}):\n{}",
        describe(command),
        output.status,
        complaint.trim_end()
    )))
}

/// Runs to the end, shows what it writes, and keeps a copy of it all.
pub fn tee(command: &mut Command) -> Result<(ExitStatus, String), Failure> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(could_not_start(command))?;
    let out = child
        .stdout
        .take()
        .map(|pipe| thread::spawn(move || copy_lines(pipe, &mut io::stdout())));
    let err = child
        .stderr
        .take()
        .map(|pipe| thread::spawn(move || copy_lines(pipe, &mut io::stderr())));
    let status = wait(&mut child)?;
    let kept = [out, err]
        .into_iter()
        .flatten()
        .map(|copier| copier.join().unwrap_or_default())
        .collect();
    Ok((status, kept))
}

fn copy_lines(from: impl Read, to: &mut dyn Write) -> String {
    let mut reader = BufReader::new(from);
    let mut kept = String::new();
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(length) if length > 0) {
        // A closed terminal is no reason to lose the count of the tests.
        drop(to.write_all(&line).and_then(|()| to.flush()));
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

/// Waits for the child; after a ^C, sees to it that the child ends, and fails.
fn wait(child: &mut Child) -> Result<ExitStatus, Failure> {
    loop {
        if let Some(status) = child
            .try_wait()
            .map_err(Failure::while_doing("Waiting for a program"))?
        {
            interrupt::check()?;
            return Ok(status);
        }
        if interrupt::requested() {
            stop(child, "-TERM", INTERRUPTED_GRACE);
            interrupt::check()?;
        }
        thread::sleep(interrupt::POLL);
    }
}

/// Asks the child to end by `signal` (as kill(1) spells it), gives it `grace`, then ends it.
pub fn stop(child: &mut Child, signal: &str, grace: Duration) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    drop(
        Command::new("kill")
            .arg(signal)
            .arg(child.id().to_string())
            .stderr(Stdio::null())
            .status(),
    );
    let asked = Instant::now();
    while asked.elapsed() < grace {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        thread::sleep(interrupt::POLL);
    }
    drop(child.kill());
    drop(child.wait());
}

fn could_not_start(command: &Command) -> impl FnOnce(io::Error) -> Failure {
    Failure::while_doing(format!("Starting `{}`", describe(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_it_shows() {
        let (status, text) = tee(command("sh").args(["-c", "echo to out; echo to err >&2; exit 3"])).unwrap();
        assert_eq!(status.code(), Some(3));
        assert!(text.contains("to out\n") && text.contains("to err\n"), "{text}");
    }

    #[test]
    fn a_failure_names_the_command_and_its_complaint() {
        let failure = capture(command("sh").args(["-c", "echo no such luck >&2; exit 1"]))
            .unwrap_err()
            .to_string();
        assert!(
            failure.contains("sh -c") && failure.contains("no such luck"),
            "{failure}"
        );
    }

    #[test]
    fn children_do_not_see_the_package_that_runs_them() {
        let seen = capture(command("env").env("KEPT", "yes")).unwrap();
        assert!(seen.contains("KEPT=yes"));
        assert!(
            !seen.contains("CARGO_MANIFEST_DIR=") && !seen.contains("CARGO_PKG_NAME="),
            "{seen}"
        );
    }

    #[test]
    fn a_stubborn_child_is_ended() {
        let mut child = command("sh")
            .args(["-c", "trap '' TERM; while :; do sleep 0.1; done"])
            .spawn()
            .unwrap();
        let started = Instant::now();
        stop(&mut child, "-TERM", Duration::from_millis(200));
        assert!(started.elapsed() < Duration::from_secs(10));
        assert!(child.try_wait().unwrap().is_some());
    }
}

//! The stages `unit` and `db`: the tests in Rust. Integration tests in files called `db_*.rs` need databases: they always
//! run on SQLite, and on PostgreSQL too where `TEST_DATABASE_URL` names a server on which they may create databases.

use std::{env, fs, path::Path, process::Command};

use super::{Outcome, report};
use crate::{
    failure::Failure,
    shell,
    tally::{Tally, read_libtest, read_nextest},
    tools::{
        nextest,
        postgres::{Cluster, Durability},
    },
    user, workspace,
};

const DATABASE_URL: &str = "TEST_DATABASE_URL";

/// Which tests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unit,
    Db,
    /// Those of both that have a long form: `proof` is in their module's name or their program's.
    Proofs,
}

impl Kind {
    /// In nextest's filter language.
    fn filter(self) -> String {
        // The names that do not start with "db_". Said this way round since nextest refuses a filter that no program's
        // name matches, and every package has a program of some other name.
        let others = r"binary(/^([^d]|d$|d[^b]|db$|db[^_])/)";
        match self {
            Self::Unit => others.to_owned(),
            Self::Db => format!("not {others}"),
            Self::Proofs => "test(/proof/) or binary(/proof/)".to_owned(),
        }
    }
}

/// Everything without a database of its own, and the examples in the documentation.
pub fn run_unit(extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
    report::heading("unit");
    run(Kind::Unit, extra, None, outcome)?;
    if extra.is_empty() {
        report::heading("unit: examples in the documentation");
        let examples = shell::cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]);
        count(examples, read_libtest, outcome)?;
    } else {
        outcome
            .notes
            .push("examples in the documentation are left out when arguments choose the tests".to_owned());
    }
    Ok(())
}

/// The tests on both databases.
pub fn run_db(extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
    report::heading("db");
    if !test_programs(workspace::root())
        .iter()
        .any(|program| program.starts_with("db_"))
    {
        outcome.skip("no package has a test program called db_*");
        return Ok(());
    }
    run_with_databases(Kind::Db, extra, outcome)
}

/// The long forms of the proofs, on both databases; this takes hours rather than minutes.
pub fn run_proofs(extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
    report::heading("torture");
    run_with_databases(Kind::Proofs, extra, outcome)
}

fn run_with_databases(kind: Kind, extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
    if env::var_os(DATABASE_URL).is_some_and(|url| !url.is_empty()) {
        println!("PostgreSQL: the server in {DATABASE_URL}.");
        return run(kind, extra, None, outcome);
    }
    match Cluster::start(Durability::None) {
        Ok(cluster) => {
            println!("PostgreSQL: a throwaway cluster, started for these tests.");
            run(kind, extra, Some(cluster.url()), outcome)
        }
        // On a build server, half a test would pass for a whole one.
        Err(failure) if user::is_ci() => Err(failure),
        Err(failure) => {
            println!("No PostgreSQL, so SQLite alone: {failure}");
            outcome.skip(format!("the tests on PostgreSQL. {failure}"));
            run(kind, extra, None, outcome)
        }
    }
}

fn run(kind: Kind, extra: &[String], database: Option<&str>, outcome: &mut Outcome) -> Result<(), Failure> {
    let with_database = |mut command: Command| {
        if let Some(url) = database {
            command.env(DATABASE_URL, url);
        }
        command
    };
    if let Err(failure) = nextest::ensure() {
        println!("{failure}\nGoing on with `cargo test`, which runs the same tests.");
        outcome
            .notes
            .push("run by `cargo test`, since cargo-nextest could not be installed".to_owned());
        return count(with_database(plain_command(kind, extra)), read_libtest, outcome).map(drop);
    }
    let command = with_database(nextest_command(kind, extra, &["run", "--no-tests=pass"]));
    match count(command, read_nextest, outcome)? {
        Some(tally) if tally == Tally::default() => outcome.skip("no test matches"),
        Some(_) if extra.is_empty() => note_ignored(kind, outcome)?,
        _ => {}
    }
    Ok(())
}

/// Runs the tests, adds up what they did, and sees to it that a runner's failure is never lost in the numbers. Gives the
/// runner's own count, which is missing when it came to none (something did not compile).
fn count(
    mut command: Command,
    read: fn(&str) -> Option<Tally>,
    outcome: &mut Outcome,
) -> Result<Option<Tally>, Failure> {
    let (status, output) = shell::tee(&mut command)?;
    let counted = read(&output);
    let tally = counted.unwrap_or_default();
    outcome.tally += tally;
    if tally.failed > 0 {
        outcome.notes.push(format!(
            "failed: {} tests; they stand in the output above",
            tally.failed
        ));
    } else if !status.success() {
        outcome.fail(format!("`{}` ended with {status}", shell::describe(&command)));
    }
    Ok(counted)
}

/// nextest does not tell ignored tests from those of the other stage, so it is asked.
fn note_ignored(kind: Kind, outcome: &mut Outcome) -> Result<(), Failure> {
    let arguments = &["list", "--run-ignored", "only", "--message-format", "oneline"];
    let list = shell::capture(&mut nextest_command(kind, &[], arguments))?;
    for test in list.lines().map(str::trim).filter(|line| !line.is_empty()) {
        outcome.skip(format!("{test} is marked #[ignore]"));
    }
    Ok(())
}

fn nextest_command(kind: Kind, extra: &[String], arguments: &[&str]) -> Command {
    let mut command = shell::cargo(&["nextest"]);
    command.args(arguments).args(["-E", &kind.filter()]);
    if kind == Kind::Proofs && arguments.first() == Some(&"run") {
        // Each has the machine to itself, and time; the program is as quick as a release.
        command.args([
            "--profile",
            "torture",
            "--cargo-profile",
            "torture",
            "--test-threads",
            "1",
        ]);
        command.env("TIMETAP_TORTURE", "1");
    }
    if !chooses_packages(extra) {
        command.arg("--workspace");
    }
    command.args(extra);
    command
}

/// `cargo test` has no filter by test program: they are named one by one.
fn plain_command(kind: Kind, extra: &[String]) -> Command {
    let mut command = shell::cargo(&["test", "--no-fail-fast"]);
    if !chooses_packages(extra) {
        command.arg("--workspace");
    }
    if kind == Kind::Unit {
        command.args(["--lib", "--bins"]);
    }
    if kind == Kind::Proofs {
        // Everything, the proofs among it: a word would choose by the names of tests alone.
        command.env("TIMETAP_TORTURE", "1").args(["--profile", "torture"]);
        command.args(extra);
        return command;
    }
    let programs = test_programs(workspace::root());
    for program in programs
        .iter()
        .filter(|program| program.starts_with("db_") == (kind == Kind::Db))
    {
        command.args(["--test", program]);
    }
    command.args(extra);
    command
}

fn chooses_packages(extra: &[String]) -> bool {
    extra
        .iter()
        .any(|word| word == "-p" || word == "--package" || word.starts_with("--package="))
}

/// The names of all integration tests: `tests/NAME.rs` and `tests/NAME/main.rs` of every package.
fn test_programs(root: &Path) -> Vec<String> {
    let entries = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let packages = entries(root)
        .chain(entries(&root.join("crates")))
        .chain([root.to_path_buf()]);
    let files = packages.flat_map(|package| entries(&package.join("tests")).collect::<Vec<_>>());
    let programs =
        files.filter(|file| file.extension().is_some_and(|end| end == "rs") || file.join("main.rs").is_file());
    let mut names: Vec<String> = programs
        .filter_map(|file| Some(file.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_test_programs_of_every_package() {
        let root = workspace::target_dir().join("xtask-test-programs");
        drop(fs::remove_dir_all(&root));
        for file in [
            "tests/cli.rs",
            "crates/store/tests/db_claims.rs",
            "crates/core/tests/slots/main.rs",
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::create_dir_all(root.join("crates/store/tests/support")).unwrap();
        assert_eq!(test_programs(&root), ["cli", "db_claims", "slots"]);
        fs::remove_dir_all(root).unwrap();
    }

    /// Otherwise no command would ever run the long form.
    #[test]
    fn whatever_has_a_long_form_is_called_a_proof() {
        let mut nameless = Vec::new();
        let mut proofs = 0;
        let mut folders = vec![workspace::root().join("tests"), workspace::root().join("crates")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs")
                    && fs::read_to_string(&path).unwrap().contains("torture(")
                {
                    proofs += 1;
                    if !path.to_string_lossy().contains("proof") {
                        nameless.push(path);
                    }
                }
            }
        }
        assert!(nameless.is_empty(), "`cargo xtask torture` does not run {nameless:?}");
        assert!(proofs > 15, "only {proofs} long forms were found");
    }

    #[test]
    fn a_chosen_package_replaces_the_workspace() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let all = shell::describe(&nextest_command(Kind::Unit, &words("slots"), &["run"]));
        assert_eq!(
            all,
            format!("cargo nextest run -E {} --workspace slots", Kind::Unit.filter())
        );
        let one = shell::describe(&nextest_command(Kind::Db, &words("-p timetap-store"), &["run"]));
        assert_eq!(
            one,
            format!("cargo nextest run -E {} -p timetap-store", Kind::Db.filter())
        );
    }
}

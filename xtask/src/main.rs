//! `cargo xtask`: the project's commands. Each brings the tools it needs, says what it does, and when it cannot go on,
//! says in a sentence what a person should do.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program talks to its user by printing"
)]

mod background;
mod bench;
mod build_release;
mod build_site;
mod demo_server;
mod failure;
mod free_port;
mod interrupt;
mod run;
mod setup;
mod shell;
mod tally;
mod test;
mod tools;
mod user;
mod version;
mod workspace;

use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
TimeTap's commands. Each first installs what is missing.

  cargo xtask run     build TimeTap and start it with the sandbox and demo data
      --fresh           forget the demo's data and start over
      --release         the optimised build, as it is shipped
      --port N          listen on 127.0.0.1:N (default 3000)
      --no-build        start what was built last

  cargo xtask build   build what a server needs, optimised, and say what to copy there

  cargo xtask test    check and test everything, and say at the end what ran
      lint unit db e2e  only these stages
      -- ARGUMENTS      for the test runner of a single stage:
                          cargo xtask test unit -- -p timetap-core slots
                          cargo xtask test e2e -- --project phone

  cargo xtask bench   measure, and say which figures miss their floors
      engine front database start http memory lighthouse
                        only these stages
      --long            take more time where that makes a figure surer

  cargo xtask torture the proofs in their long form: storms, crashes, faults; takes hours
      -- ARGUMENTS      for the test runner, such as -- storm

  cargo xtask setup   only install what `run` and `test` need
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "run" => run::run(rest),
        "build" => build_release::build_release(rest),
        "test" => test::test(rest),
        "bench" => bench::bench(rest),
        "torture" => test::torture(rest),
        "setup" => setup::setup(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("There is no command \"{other}\".\n\n{HELP}"))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::requested() => {
            eprintln!("\nStopped.");
            ExitCode::from(130)
        }
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

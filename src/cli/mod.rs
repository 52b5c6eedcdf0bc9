//! The command line: one subcommand a file.

mod demo;
mod keys;
mod migrate;
mod routes;
mod serve;
mod user;
mod worker;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Self-hosted booking: services, hours, calendars, and the Meet link.
#[derive(Debug, Parser)]
#[command(name = "timetap", version, about)]
pub struct Arguments {
    /// The settings file; without it ./timetap.toml is read where it exists. Environment variables win over the file.
    #[arg(long, global = true, value_name = "FILE", env = "TIMETAP_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages, and do the jobs too unless told otherwise.
    Serve(serve::ServeArguments),
    /// Do the jobs only.
    Worker,
    /// Bring the database to the schema of this version.
    Migrate,
    /// List every address that the program answers at.
    Routes,
    /// Start everything with stand-ins for Google and mail, and demo data; needs no account anywhere.
    Demo(demo::DemoArguments),
    /// Look after the keys that seal secrets in the database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Make accounts and change them.
    #[command(subcommand)]
    User(user::UserCommand),
}

/// Runs the chosen command to its end.
///
/// # Errors
/// Whatever stopped it, as a sentence for the operator.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Serve(options) => serve::run(file, options).await,
        Command::Worker => worker::run(file).await,
        Command::Migrate => migrate::run(file).await,
        Command::Routes => {
            routes::run();
            Ok(())
        }
        Command::Demo(options) => demo::run(options).await,
        Command::Keys(command) => keys::run(file, command).await,
        Command::User(command) => user::run(file, command).await,
    }
}

/// Tells the operator what stopped the program.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "timetap: {error:#}");
    ExitCode::FAILURE
}

/// Writes a line for the operator on standard output; a closed pipe is no error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

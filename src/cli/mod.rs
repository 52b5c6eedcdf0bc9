//! The command line: one subcommand a file.

mod backup;
mod demo;
mod doctor;
mod keys;
mod migrate;
mod reconcile;
mod restore;
mod routes;
mod serve;
mod stripe;
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
    /// Compare connected calendars with the bookings, as after a restored backup; the worker does it.
    Reconcile,
    /// Start everything with stand-ins for Google and mail, and demo data; needs no account anywhere.
    Demo(demo::DemoArguments),
    /// Look at every part that TimeTap needs, and say how to mend what is wrong. Changes nothing unless asked. Ends with 0
    /// if there is no error, with 1 if there is one; warnings do not count.
    Doctor(doctor::DoctorArguments),
    /// Copy the whole database into one file, while TimeTap goes on working.
    Backup(backup::BackupArguments),
    /// Bring the database to the state of a backup, on the same kind of database or the other one. Stop TimeTap before.
    Restore(restore::RestoreArguments),
    /// Look after the keys that seal secrets in the database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Look after payments.
    #[command(subcommand)]
    Stripe(stripe::StripeCommand),
    /// Make accounts and change them.
    #[command(subcommand)]
    User(user::UserCommand),
}

/// Runs the chosen command to its end.
///
/// # Errors
/// Whatever stopped it, as a sentence for the operator.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.config.as_deref();
    match arguments.command {
        Command::Serve(options) => serve::run(file, options).await?,
        Command::Worker => worker::run(file).await?,
        Command::Migrate => migrate::run(file).await?,
        Command::Routes => routes::run(),
        Command::Demo(options) => demo::run(options).await?,
        Command::Doctor(options) => {
            if !doctor::run(file, options).await {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Reconcile => reconcile::run(file).await?,
        Command::Backup(options) => backup::run(file, &options).await?,
        Command::Restore(options) => restore::run(file, &options).await?,
        Command::Keys(command) => keys::run(file, command).await?,
        Command::Stripe(command) => stripe::run(file, command).await?,
        Command::User(command) => user::run(file, command).await?,
    }
    Ok(ExitCode::SUCCESS)
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

//! The `timetap` program: web server, worker, and the commands an operator needs.

mod cli;
mod compose;
mod config;
mod connections;
mod demo;
mod doctor;
mod http;
mod observe;
mod open_files;
mod serve;
mod watch;
mod work;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&anyhow::anyhow!("the asynchronous runtime did not start: {error}")),
    };
    let outcome = runtime.block_on(cli::run(arguments));
    // What is cut off by now, such as a password being hashed for somebody who was told to come back, is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(300));
    match outcome {
        Ok(code) => code,
        Err(error) => cli::fail(&error),
    }
}

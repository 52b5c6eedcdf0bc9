//! The `timetap` program: web server, worker, and the commands an operator needs.

// For the views of whole pages, as in timetap-app.
#![recursion_limit = "512"]

mod cli;
mod compose;
mod config;
mod demo;
mod doctor;
mod http;
mod open_files;
mod serve;
mod work;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&anyhow::anyhow!("the asynchronous runtime did not start: {error}")),
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(code) => code,
        Err(error) => cli::fail(&error),
    }
}

//! `cargo xtask run`: from a fresh clone to a running TimeTap with the sandbox and demo data.

use std::{fs, os::unix::process::CommandExt as _, path::Path};

use crate::{
    build_site::{build_site, set_leptos_options},
    failure::Failure,
    shell, tools, workspace,
};

/// Where TimeTap listens unless told otherwise.
const DEFAULT_PORT: u16 = 3000;
/// The demo's database and sandbox, from the workspace root.
const DEMO_DATA: &str = "data/demo";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    fresh: bool,
    release: bool,
    build: bool,
    port: u16,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self {
            fresh: false,
            release: false,
            build: true,
            port: DEFAULT_PORT,
        };
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let (name, joined) = word
                .split_once('=')
                .map_or((word, None), |(name, value)| (name, Some(value)));
            match (name, joined) {
                ("--fresh", None) => options.fresh = true,
                ("--release", None) => options.release = true,
                ("--no-build", None) => options.build = false,
                ("--port", joined) => options.port = parse_port(joined.or_else(|| words.next()))?,
                _ => {
                    return Err(Failure::new(format!(
                        "`cargo xtask run` does not know \"{word}\". It knows --fresh, --release, --no-build and --port N."
                    )));
                }
            }
        }
        Ok(options)
    }
}

fn parse_port(value: Option<&str>) -> Result<u16, Failure> {
    let port = value.and_then(|value| value.parse().ok()).filter(|port| *port > 0);
    port.ok_or_else(|| Failure::new("--port needs a number from 1 to 65535, as in `--port 8080`."))
}

/// Runs the command. Where all goes well, it does not return: the server takes the place of this process, and so
/// receives ^C itself.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    if options.build {
        tools::ensure_build_tools()?;
        build_site(options.release)?;
    }
    let server = workspace::server_binary(options.release);
    if !server.is_file() {
        return Err(Failure::new(format!(
            "{} is not built yet. Run this without --no-build.",
            server.display()
        )));
    }
    let data = workspace::root().join(DEMO_DATA);
    if options.fresh {
        remove_data(&data)?;
    }
    let mut command = shell::command(server);
    command
        .arg("demo")
        .arg("--data-dir")
        .arg(&data)
        .arg("--port")
        .arg(options.port.to_string());
    set_leptos_options(&mut command, options.release, options.port);
    Err(Failure::while_doing("Starting TimeTap")(command.exec()))
}

fn remove_data(data: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(data) {
        Ok(()) => {
            println!("Removed the demo's data in {DEMO_DATA}.");
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::new(format!(
            "The demo's data in {} could not be removed: {error}. Stop a TimeTap that still runs there, or remove the \
             folder by hand.",
            data.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn without_arguments_it_builds_and_keeps_the_data() {
        assert_eq!(
            parse("").unwrap(),
            Options {
                fresh: false,
                release: false,
                build: true,
                port: 3000
            }
        );
    }

    #[test]
    fn takes_a_port_either_way() {
        assert_eq!(parse("--port 8080 --fresh").unwrap().port, 8080);
        assert_eq!(parse("--port=8081").unwrap().port, 8081);
    }

    #[test]
    fn says_what_is_wrong() {
        for line in ["--port", "--port many", "--port 0", "--port 70000", "--port="] {
            assert!(parse(line).unwrap_err().contains("--port 8080"), "{line}");
        }
        assert!(parse("--frsh").unwrap_err().contains("\"--frsh\""));
        assert!(parse("--fresh=yes").unwrap_err().contains("--fresh=yes"));
    }

    #[test]
    fn fresh_removes_the_data_and_minds_no_missing_folder() {
        let folder = workspace::target_dir().join("xtask-test-fresh");
        fs::create_dir_all(folder.join("sandbox")).unwrap();
        remove_data(&folder).unwrap();
        assert!(!folder.exists());
        remove_data(&folder).unwrap();
    }
}

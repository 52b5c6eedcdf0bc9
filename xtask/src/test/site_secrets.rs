//! Whether what every browser may have — scripts, WebAssembly, styles, pictures — holds anything that is for the server alone.
//!
//! The site is built with secrets in the environment, as they may stand there where somebody builds on the machine that serves:
//! none of them may be built in. And of the server's own code nothing may be there that would tell how it works inside.

use std::{fs, path::Path, process::Command};

use crate::failure::Failure;

/// The variables that hold secrets, each with a value that stands nowhere else.
const PLANTED: [(&str, &str); 7] = [
    ("TIMETAP_KEYS", "planted:6c616e7465642d6b65792d6f662d7468652d73697465"),
    ("TIMETAP_GOOGLE_CLIENT_SECRET", "GOCSPX-planted-before-the-build"),
    ("TIMETAP_STRIPE_SECRET_KEY", "sk_live_planted_before_the_build"),
    ("TIMETAP_STRIPE_WEBHOOK_SECRETS", "whsec_planted_before_the_build"),
    ("TIMETAP_SMTP_PASSWORD", "smtp-planted-before-the-build"),
    ("TIMETAP_METRICS_TOKEN", "metrics-planted-before-the-build"),
    ("DATABASE_URL", "postgres://planted:before-the-build@db.invalid/timetap"),
];

/// Words of the server: of its settings, its statements, its tables, and of what it says to others with its keys.
const OF_THE_SERVER: [&str; 10] = [
    "TIMETAP_KEYS",
    "TIMETAP_STRIPE",
    "TIMETAP_GOOGLE",
    "TIMETAP_SMTP",
    "DATABASE_URL",
    "INSERT INTO",
    "capability_hash",
    "login_sessions",
    "api.stripe.com",
    "XChaCha20",
];

/// What a build must have left, by the ends of its names.
const PARTS: [&str; 3] = [".js", ".wasm", ".css"];

/// Puts the secrets into the environment of a build.
pub fn plant(command: &mut Command) {
    command.envs(PLANTED);
}

/// Reads every file of the site in `folder`; returns how many bytes were read.
///
/// # Errors
/// Something stands there that must not, or what should be searched is not there.
pub fn search(folder: &Path) -> Result<usize, Failure> {
    let mut folders = vec![folder.to_path_buf()];
    let (mut read, mut found, mut parts) = (0, Vec::new(), PARTS.map(|_| false));
    while let Some(folder) = folders.pop() {
        let doing = format!("Reading {}", folder.display());
        for entry in fs::read_dir(&folder).map_err(Failure::while_doing(&doing))? {
            let path = entry.map_err(Failure::while_doing(&doing))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).map_err(Failure::while_doing(&doing))?;
            read += bytes.len();
            for (part, seen) in PARTS.iter().zip(&mut parts) {
                *seen |= path.to_string_lossy().ends_with(part) && !bytes.is_empty();
            }
            let hay = latin1(&bytes);
            let secrets = PLANTED.map(|(_, secret)| secret);
            for word in secrets.into_iter().chain(OF_THE_SERVER) {
                if holds(&hay, word) {
                    found.push(format!("{} holds \"{word}\"", path.display()));
                }
            }
        }
    }
    if let Some((part, _)) = PARTS.iter().zip(parts).find(|(_, seen)| !seen) {
        return Err(Failure::new(format!(
            "There is no *{part} in {}: what browsers get was not searched for secrets.",
            folder.display()
        )));
    }
    if found.is_empty() {
        return Ok(read);
    }
    Err(Failure::new(format!(
        "What every browser may read holds what is for the server alone:\n{}",
        found.join("\n")
    )))
}

/// As text, and with a zero after each letter, as some tools write it.
fn holds(hay: &str, word: &str) -> bool {
    let wide: String = word.chars().flat_map(|letter| [letter, '\0']).collect();
    hay.contains(word) || hay.contains(&wide)
}

/// Bytes as text of one character each: the standard library searches texts quickly also where nothing is optimised.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    /// A site of three files, the script with `script` in it.
    fn site(name: &str, script: &str) -> std::path::PathBuf {
        let folder = workspace::target_dir().join("xtask-site-secrets").join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(folder.join("pkg")).unwrap();
        for (file, content) in [("a.js", script), ("a.wasm", "\0asm"), ("a.css", "body {}")] {
            fs::write(folder.join("pkg").join(file), content).unwrap();
        }
        folder
    }

    #[test]
    fn whatever_was_planted_is_found_and_a_site_without_it_is_fine() {
        assert_eq!(search(&site("clean", "export {}")).unwrap(), 20);
        for (_, secret) in PLANTED {
            let said = search(&site("secret", &format!("const a = \"{secret}\"")))
                .unwrap_err()
                .to_string();
            assert!(said.contains(secret) && said.contains("a.js"), "{said}");
        }
        for word in OF_THE_SERVER {
            assert!(search(&site("word", &format!("…{word}…"))).is_err(), "{word}");
        }
    }

    #[test]
    fn a_site_that_is_not_there_is_no_clean_site() {
        let folder = site("empty", "");
        assert!(search(&folder).is_err(), "an empty script");
        fs::remove_file(folder.join("pkg/a.wasm")).unwrap();
        assert!(search(&folder).is_err(), "no WebAssembly");
        fs::remove_dir_all(&folder).unwrap();
        assert!(search(&folder).is_err(), "no folder");
    }
}

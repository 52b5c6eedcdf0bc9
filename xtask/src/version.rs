//! Versions as tools print them, and as Cargo.lock records them.

use std::fmt;

/// `major.minor.patch`; what follows (pre-releases, build notes) never matters to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64, pub u64, pub u64);

impl Version {
    /// The first word of `text` that reads as a version: "cargo-nextest 0.9.143 (60fa45f 2026-08-04)" → 0.9.143,
    /// "v20.20.2" → 20.20.2, "initdb (PostgreSQL) 15.18 (Debian …)" → 15.18.0.
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
        let numbers = word.split(['-', '+']).next()?;
        let mut parts = numbers.split('.').map(str::parse::<u64>);
        let major = parts.next()?.ok()?;
        let minor = parts.next()?.ok()?;
        let patch = parts.next().unwrap_or(Ok(0)).ok()?;
        parts.next().is_none().then_some(Self(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The version of `package` that the text of a Cargo.lock names.
pub fn locked_version(lock: &str, package: &str) -> Option<Version> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    Version::find(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_tools_print() {
        assert_eq!(Version::find("cargo-leptos 0.3.10"), Some(Version(0, 3, 10)));
        assert_eq!(Version::find("wasm-bindgen 0.2.130\n"), Some(Version(0, 2, 130)));
        assert_eq!(
            Version::find("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)"),
            Some(Version(0, 9, 143))
        );
        assert_eq!(Version::find("v20.20.2"), Some(Version(20, 20, 2)));
        assert_eq!(
            Version::find("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
            Some(Version(15, 18, 0))
        );
        assert_eq!(Version::find("tool 1.4.0-rc.2"), Some(Version(1, 4, 0)));
    }

    #[test]
    fn finds_nothing_where_there_is_no_version() {
        assert_eq!(Version::find("error: no such command: `leptos`"), None);
        assert_eq!(Version::find("build 7 of 2026"), None);
        assert_eq!(Version::find(""), None);
    }

    #[test]
    fn compares_by_number() {
        assert!(Version(0, 9, 143) > Version(0, 9, 99));
    }

    #[test]
    fn reads_the_lock_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = []\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some(Version(0, 2, 130)));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}

//! The settings: every wrong one by its name, and what is sound but should not stay so.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use timetap_providers::mail::Encryption;

use super::finding::Section;
use crate::config::Parts;

/// Where settings are read from when no file is named.
const DEFAULT_FILE: &str = "timetap.toml";

/// The file or the environment cannot be understood at all.
pub fn report_unreadable(section: &mut Section<'_>, error: &anyhow::Error) {
    section.error(
        "settings",
        format!("{error:#}."),
        "Correct what is named there; timetap.example.toml lists every setting.",
    );
}

/// Looks at the settings that could be read.
pub fn check_settings(section: &mut Section<'_>, parts: &Parts, file: Option<&Path>) {
    for problem in &parts.problems {
        section.error(problem.setting, format!("{}.", problem.what), sentence(&problem.fix));
    }
    let file = file.unwrap_or(Path::new(DEFAULT_FILE));
    let is_there = file.exists();
    if parts.problems.is_empty() {
        let source = if is_there {
            format!("{} and the environment", file.display())
        } else {
            "the environment alone".to_owned()
        };
        section.ok("settings", format!("The settings are sound; they come from {source}."));
    }
    if parts.has_example_key {
        section.error(
            "keys",
            "The key of the example file is in use, which everybody knows.",
            "Put a new key in front in keys (printf 'k1:%s\\n' \"$(openssl rand -hex 32)\"), restart, and run: timetap keys rotate",
        );
    }
    if is_there && readable_by_all(file) {
        section.warning(
            "settings_file",
            format!(
                "Everybody on this machine can read {}, and it may hold keys and passwords.",
                file.display()
            ),
            format!("chmod o-rwx {}", file.display()),
        );
    }
    if parts.log.parse::<tracing_subscriber::EnvFilter>().is_err() {
        section.warning(
            "log",
            format!(
                "The setting log cannot be understood ({:?}); info is used instead.",
                parts.log
            ),
            "Write a level such as info, or filters such as warn,timetap=debug.",
        );
    }
    check_proxy(section, parts);
    if let Some(smtp) = &parts.smtp
        && smtp.encryption == Encryption::None
        && !is_loopback(&smtp.host)
    {
        section.warning(
            "smtp_encryption",
            "Mails leave this machine unencrypted.",
            "Set smtp_encryption to starttls or tls.",
        );
    }
}

fn check_proxy(section: &mut Section<'_>, parts: &Parts) {
    let (Some(url), Some(listen)) = (&parts.public_url, parts.listen) else {
        return;
    };
    if url.scheme() == "https" && listen.ip().is_loopback() && parts.trusted_proxies.is_empty() {
        section.warning(
            "trusted_proxies",
            "A proxy must be in front, but none is trusted, so that all visitors count as one for the rate limits.",
            "Set trusted_proxies to the proxy's address as TimeTap sees it, such as 127.0.0.1.",
        );
    }
}

fn readable_by_all(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

/// Whether a host name or address is this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The same text with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    let end = if text.ends_with(['.', ')', '"']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

//! Who runs this program: what root may do (install packages) and what PostgreSQL refuses to do for root (start).

use std::{env, fs, process::Command, sync::OnceLock};

/// A numeric user and its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub user: u32,
    pub group: u32,
}

/// Whether we are root.
pub fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|out| out.stdout.trim_ascii() == b"0")
    })
}

/// Whether this is a build server, where a missing tool is an error and not something to leave out.
pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// An account without rights of its own, for a program that refuses to be root.
pub fn unprivileged() -> Option<Account> {
    let accounts = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| find_account(&accounts, name))
}

/// Finds `name` in the text of /etc/passwd (see passwd(5)).
fn find_account(accounts: &str, name: &str) -> Option<Account> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    let account = Account {
        user: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    };
    (account.user != 0).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
                          postgresql-like:x:7:7::/:/bin/false\n\
                          postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn finds_an_account_by_its_whole_name() {
        assert_eq!(
            find_account(PASSWD, "postgres"),
            Some(Account { user: 101, group: 104 })
        );
        assert_eq!(find_account(PASSWD, "postgresql"), None);
    }

    #[test]
    fn never_offers_root() {
        assert_eq!(find_account(PASSWD, "root"), None);
    }
}

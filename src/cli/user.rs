//! `timetap user`: accounts by the operator's hand.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;
use secrecy::SecretString;
use timetap_core::role::Role;
use timetap_usecases::accounts::change_role::set_role_by_email;
use timetap_usecases::accounts::set_password::set_password;
use timetap_usecases::accounts::{NewUser, create_user};

use crate::compose::compose;
use crate::config::Config;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account. Its address counts as proven.
    Create {
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// How to address the person.
        #[arg(long)]
        name: String,
        /// customer, staff, manager or admin.
        #[arg(long)]
        role: Role,
        /// Read the password from standard input. Without it the person chooses one by "Forgot password".
        #[arg(long)]
        password_stdin: bool,
    },
    /// Change what a person may do.
    SetRole {
        /// The account's e-mail address.
        email: String,
        /// customer, staff, manager or admin.
        role: Role,
    },
    /// Set a password, read from standard input. The person is signed out everywhere and told by mail.
    SetPassword {
        /// The account's e-mail address.
        email: String,
    },
}

/// Does it and says so.
pub async fn run(file: Option<&Path>, command: UserCommand) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    // Read before the database is opened: a terminal may take its time.
    let password = match &command {
        UserCommand::Create {
            password_stdin: true, ..
        }
        | UserCommand::SetPassword { .. } => Some(read_password()?),
        _ => None,
    };
    let app = compose(&config).await?;
    let done = match command {
        UserCommand::Create { email, name, role, .. } => {
            let chooses = password.is_none();
            let new = NewUser {
                email,
                name,
                role,
                password,
                verified: true,
            };
            create_user(&app, new).await.map(|_| {
                if chooses {
                    format!(
                        "The account is made, as {role}. Its password is chosen at {}",
                        app.settings.link("/forgot-password")
                    )
                } else {
                    format!("The account is made, as {role}.")
                }
            })?
        }
        UserCommand::SetRole { email, role } => {
            set_role_by_email(&app, &email, role).await?;
            format!("The account is {role} now.")
        }
        UserCommand::SetPassword { email } => {
            set_password(&app, &email, &password.unwrap_or_default()).await?;
            "The password is set, and the account signed out everywhere.".to_owned()
        }
    };
    app.db
        .clone()
        .close()
        .await
        .context("the database could not be closed")?;
    super::say(&done);
    Ok(())
}

/// The password on standard input, without the line's end.
fn read_password() -> anyhow::Result<SecretString> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .context("standard input cannot be read as text")?;
    let password = text.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        bail!("no password came on standard input; try: printf '%s' 'the password' | timetap user …");
    }
    Ok(SecretString::from(password))
}

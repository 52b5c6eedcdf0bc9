//! What forms are posted to: one action a file, each parses, calls one use case, and either redirects or shows the page
//! again with what was typed.
//!
//! A form is posted to the address of its own page, so that an action's path is the path of the page which is shown again.

pub mod account;
pub mod admin;
pub mod booking;
pub mod host;
pub mod shop;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::StatusCode;
use timetap_usecases::carts::CartOwner;
use timetap_usecases::{FieldErrors, TimeTap, Unexpected};
use uuid::Uuid;

use crate::page::form::{FormReply, Values};
use crate::page::viewer::{Client, Viewer};

/// A submitted form with all that an action may need.
#[derive(Debug)]
pub struct Submission {
    /// The program.
    pub app: Arc<TimeTap>,
    /// Who submitted it.
    pub viewer: Option<Viewer>,
    /// From which browser.
    pub client: Client,
    /// The parameters of the path, such as `id`.
    pub path: HashMap<String, String>,
    /// The query of the address.
    pub query: Values,
    /// The fields.
    pub form: Values,
    /// The token of the browser's cart.
    pub cart_token: Option<String>,
}

impl Submission {
    /// A parameter of the path; empty where the route has none of this name.
    pub fn param(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whose cart this is about.
    pub fn cart_owner(&self) -> CartOwner {
        CartOwner {
            token: self.cart_token.clone(),
            user_id: self.viewer.as_ref().map(|viewer| viewer.user_id),
        }
    }

    /// The signed-in person. `let viewer = match s.require_viewer() { Ok(viewer) => viewer, Err(reply) => return Ok(reply) };`
    ///
    /// # Errors
    /// The reply to give where nobody is signed in.
    pub fn require_viewer(&self) -> Result<Viewer, Reply> {
        self.viewer.clone().ok_or(Reply::SignIn)
    }

    /// The signed-in host.
    ///
    /// # Errors
    /// The reply to give where nobody is signed in, or somebody who is not booked by others.
    pub fn require_host(&self) -> Result<Viewer, Reply> {
        self.require_viewer().and_then(|viewer| {
            if viewer.role.is_host() {
                Ok(viewer)
            } else {
                Err(Reply::Forbidden)
            }
        })
    }

    /// The signed-in host's id, and the one that the path names.
    ///
    /// # Errors
    /// As [`Self::require_host`], or the path names none.
    pub fn host_and_id(&self) -> Result<(Uuid, Uuid), Reply> {
        let host = self.require_host()?;
        let id = self.param("id").parse().map_err(|_| Reply::NotFound)?;
        Ok((host.user_id, id))
    }

    /// The signed-in administrator.
    ///
    /// # Errors
    /// The reply to give where nobody is signed in, or somebody who does not run the installation.
    pub fn require_admin(&self) -> Result<Viewer, Reply> {
        self.require_viewer().and_then(|viewer| {
            if viewer.role.is_admin() {
                Ok(viewer)
            } else {
                Err(Reply::Forbidden)
            }
        })
    }

    /// The page again, with a message at each field.
    pub fn invalid(self, form: &str, errors: FieldErrors) -> Reply {
        self.again(StatusCode::UNPROCESSABLE_ENTITY, form, errors, None)
    }

    /// The page again, with a message above the form.
    pub fn refused(self, status: StatusCode, form: &str, message: impl Into<String>) -> Reply {
        self.again(status, form, FieldErrors::new(), Some(message.into()))
    }

    /// The page again.
    pub fn again(mut self, status: StatusCode, form: &str, errors: FieldErrors, message: Option<String>) -> Reply {
        self.form.forget_passwords();
        Reply::Again {
            status,
            reply: FormReply {
                form: form.to_owned(),
                values: self.form,
                errors,
                message,
            },
        }
    }
}

/// What an action answers.
#[derive(Debug)]
pub enum Reply {
    /// Done: see this address of ours (303), with cookies to set.
    SeeOther {
        /// A path of ours, or a provider's address where the action sends people there.
        to: String,
        /// Whole `Set-Cookie` values.
        cookies: Vec<String>,
    },
    /// Not done: the same page, with what was typed and what to do.
    Again {
        /// The status that says why.
        status: StatusCode,
        /// For the page.
        reply: FormReply,
    },
    /// There is nothing at this address for this visitor.
    NotFound,
    /// Signing in comes first.
    SignIn,
    /// Known, but not allowed.
    Forbidden,
}

impl Reply {
    /// Done: see `to`.
    pub fn see(to: impl Into<String>) -> Self {
        Self::SeeOther {
            to: to.into(),
            cookies: Vec::new(),
        }
    }
}

/// The answer of an action, once it has one.
pub type ActionFuture = Pin<Box<dyn Future<Output = Result<Reply, Unexpected>> + Send>>;

/// An action.
pub type Action = fn(Submission) -> ActionFuture;

/// Every action and the address it is posted to, in the router's notation.
pub fn all() -> Vec<(&'static str, Action)> {
    [account::all(), host::all(), shop::all(), booking::all(), admin::all()].concat()
}

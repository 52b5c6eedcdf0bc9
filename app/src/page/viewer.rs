//! Who is looking at the page.

use leptos::prelude::*;
use timetap_core::role::Role;
use uuid::Uuid;

use crate::page::loading::PageError;

/// The signed-in person, resolved once per request from the session cookie and put into the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The account.
    pub user_id: Uuid,
    /// The session in use.
    pub session_id: Uuid,
    /// How to address the person.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// Whether that address was proven.
    pub email_verified: bool,
    /// What the person may do.
    pub role: Role,
    /// The address of the public page, where the person is a host who has chosen one.
    pub host_slug: Option<String>,
}

impl Viewer {
    /// Whether others can be the person's business: managers and administrators.
    pub fn looks_after_others(&self) -> bool {
        self.role >= Role::Manager
    }

    /// Whether the person works for others and is not booked: a manager or administrator without a page of their own.
    pub fn has_only_others(&self) -> bool {
        self.looks_after_others() && self.host_slug.is_none()
    }

    /// Where the person's work begins.
    pub fn home(&self) -> &'static str {
        if self.has_only_others() {
            if self.role.is_admin() {
                "/admin/people"
            } else {
                "/host/team"
            }
        } else if self.role.is_host() {
            "/host"
        } else {
            "/account/bookings"
        }
    }
}

/// Facts about the browser that sent the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The network address, from the connection or, behind a trusted proxy, from its header.
    pub ip: String,
    /// A few words such as "Firefox on Linux".
    pub device: String,
}

/// The signed-in person, if any.
pub fn viewer() -> Option<Viewer> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Viewer>().cloned())
}

/// Whether who is signed in is booked by others.
pub fn is_host() -> bool {
    viewer().is_some_and(|viewer| viewer.role.is_host())
}

/// Whether who is signed in runs the installation.
pub fn is_admin() -> bool {
    viewer().is_some_and(|viewer| viewer.role.is_admin())
}

/// The signed-in person, or the way to the sign-in page. Call it before the first await of a page:
/// `let viewer = require_viewer(); load_page(async move { let viewer = viewer?; … })`.
///
/// # Errors
/// Nobody is signed in.
pub fn require_viewer() -> Result<Viewer, PageError> {
    viewer().ok_or(PageError::SignIn)
}

/// The signed-in host.
///
/// # Errors
/// Nobody is signed in, or somebody who is not booked by others.
pub fn require_host() -> Result<Viewer, PageError> {
    require_viewer().and_then(|viewer| {
        if viewer.role.is_host() {
            Ok(viewer)
        } else {
            Err(PageError::Forbidden)
        }
    })
}

/// The signed-in administrator.
///
/// # Errors
/// Nobody is signed in, or somebody who does not run the installation.
pub fn require_admin() -> Result<Viewer, PageError> {
    require_viewer().and_then(|viewer| {
        if viewer.role.is_admin() {
            Ok(viewer)
        } else {
            Err(PageError::Forbidden)
        }
    })
}

/// Facts about the browser.
pub fn client() -> Client {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Client>().cloned())
        .unwrap_or_default()
}

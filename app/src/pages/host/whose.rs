//! Whose services or bookings a page is about, in words and addresses: one's own, or those of somebody whom one looks after.

use timetap_usecases::TimeTap;
use timetap_usecases::hosts::{HostView, load_host_for};
use uuid::Uuid;

use crate::components::layout::Section;
use crate::page::loading::PageError;
use crate::page::viewer::Viewer;

/// Where the services of a host are listed, for somebody else who looks after them.
pub fn services_of(host_id: Uuid) -> String {
    format!("/host/team/{host_id}/services")
}

/// Where the bookings of a host are listed, for somebody else who looks after them.
pub fn bookings_of(host_id: Uuid) -> String {
    format!("/host/team/{host_id}/bookings")
}

/// Where a page about `host_id` is in the frame that stands under `own` for themselves, and for whoever looks after nobody.
pub fn section_of(viewer: &Viewer, host_id: Uuid, own: Section) -> Section {
    if viewer.user_id == host_id || !viewer.looks_after_others() {
        own
    } else {
        Section::Team
    }
}

/// The host, seen by who looks.
#[derive(Clone, Debug)]
pub struct Whose {
    /// The host.
    pub host: HostView,
    /// Whether they look themselves.
    pub own: bool,
}

impl Whose {
    /// The host, for a viewer who was let in.
    pub fn of(viewer: &Viewer, host: HostView) -> Self {
        let own = host.user_id == viewer.user_id;
        Self { host, own }
    }

    /// The host of this id, where the viewer may act for them.
    pub async fn find(app: &TimeTap, viewer: &Viewer, host_id: Uuid) -> Result<Self, PageError> {
        let host = load_host_for(app, viewer.user_id, host_id).await?;
        Ok(Self::of(viewer, host.ok_or(PageError::NotFound)?))
    }

    /// Words for one's own, or for somebody else's.
    pub fn say<'a>(&self, own: &'a str, other: &'a str) -> &'a str {
        if self.own { own } else { other }
    }

    /// `own`, or the name of somebody else.
    pub fn name(&self, own: &str) -> String {
        self.say(own, &self.host.display_name).to_owned()
    }

    /// `what`, and whose where they are not one's own.
    fn titled(&self, what: &str) -> String {
        if self.own {
            what.to_owned()
        } else {
            format!("{what} of {}", self.host.display_name)
        }
    }

    /// "Services", and whose where they are not one's own.
    pub fn services(&self) -> String {
        self.titled("Services")
    }

    /// Where all of them are listed.
    pub fn list(&self) -> String {
        if self.own {
            "/host/services".to_owned()
        } else {
            services_of(self.host.user_id)
        }
    }

    /// "Bookings", and whose where they are not one's own.
    pub fn bookings(&self) -> String {
        self.titled("Bookings")
    }

    /// Where all of them are listed.
    pub fn booking_list(&self) -> String {
        if self.own {
            "/host/bookings".to_owned()
        } else {
            bookings_of(self.host.user_id)
        }
    }

    /// Where a page is in the frame that stands under `own` for oneself.
    pub fn section(&self, own: Section) -> Section {
        if self.own { own } else { Section::Team }
    }
}

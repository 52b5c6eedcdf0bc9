//! Reads a host's profile and rules.

use timetap_store::hosts::find_host::{find_host, find_host_by_slug};
use uuid::Uuid;

use super::host_view::HostView;
use super::works_for::works_for;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The host of this account; `None` where it has no profile yet.
///
/// # Errors
/// The database refuses.
pub async fn load_host(app: &TimeTap, user_id: Uuid) -> Result<Option<HostView>, Unexpected> {
    find_host(app.db.reader(), user_id)
        .await?
        .map(HostView::from_row)
        .transpose()
}

/// The host, where `user_id` may act for them; `None` for everybody else as for a host that does not exist.
///
/// # Errors
/// The database refuses.
pub async fn load_host_for(app: &TimeTap, user_id: Uuid, host_id: Uuid) -> Result<Option<HostView>, Unexpected> {
    if works_for(app.db.reader(), user_id, &[host_id]).await? {
        load_host(app, host_id).await
    } else {
        Ok(None)
    }
}

/// The host at this public address.
///
/// # Errors
/// The database refuses.
pub async fn load_host_by_slug(app: &TimeTap, slug: &str) -> Result<Option<HostView>, Unexpected> {
    find_host_by_slug(app.db.reader(), slug)
        .await?
        .map(HostView::from_row)
        .transpose()
}

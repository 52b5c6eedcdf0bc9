//! Loads what a calendar write needs.

use timetap_core::ical::IcsMethod;
use timetap_store::calendars::load_writes::{LoadedWrite, load_writes};
use uuid::Uuid;

use crate::calendars::marks::installation;
use crate::calendars::write_task::{Target, WriteTask};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The task of this write; `None` where the write is gone.
pub(super) async fn load_task(app: &TimeTap, write_id: Uuid) -> Result<Option<WriteTask>, Unexpected> {
    // A reader sees all that was committed before, and stands in nobody's way.
    let loaded = load_writes(app.db.reader(), &[write_id]).await?.pop();
    let installation = installation(app).await?;
    Ok(loaded.map(|loaded| make_task(loaded, &installation)))
}

/// The task of what was loaded, for the installation of this name.
pub(super) fn make_task(mut loaded: LoadedWrite, installation: &str) -> WriteTask {
    let target = find_target(&mut loaded);
    WriteTask {
        invited_by_mail: loaded.told_by_mail.as_deref() == Some(IcsMethod::Request.as_str()),
        host_name: loaded.host_name.unwrap_or_default(),
        installation: installation.to_owned(),
        place_is_noted: false,
        target,
        write: loaded.write,
        appointment: loaded.appointment,
    }
}

/// An event that stands somewhere stays there, as long as that account is connected. Otherwise the owner's calendar for
/// events is the place; an event left behind in an account that was disconnected counts as lost then. `None` where there is
/// no calendar to write to.
fn find_target(loaded: &mut LoadedWrite) -> Option<Target> {
    let (write, connection) = (&mut loaded.write, loaded.connection.clone()?);
    let calendar_id = if loaded.stands {
        write.calendar_id.clone()?
    } else {
        connection.write_calendar_id.clone()?
    };
    if !loaded.stands && write.remote_event_id.is_some() {
        if !write.desired_present {
            return None;
        }
        write.generation += 1;
        write.remote_event_id = None;
        write.written_version = None;
        write.etag = None;
        "none".clone_into(&mut write.conference_state);
    }
    Some(Target {
        connection,
        calendar_id,
        makes_meet_links: loaded.makes_meet_links,
    })
}

//! Our marks on events: by them we know our own, whatever else happened to an event.

use std::collections::BTreeMap;

use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::entities::calendar_write;
use timetap_store::settings::keep_setting::{find_setting, keep_setting};
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// On every event of any TimeTap.
pub(super) const MARK_KIND: (&str, &str) = ("timetap", "session");
/// Which TimeTap it is.
const MARK_INSTALLATION: &str = "timetap_installation";
/// Which write it is.
pub(super) const MARK_WRITE: &str = "timetap_write";
const MARK_APPOINTMENT: &str = "timetap_appointment";
const MARK_GENERATION: &str = "timetap_generation";
/// Where an installation keeps its name.
const SETTING: &str = "installation";

/// The name of this installation, which goes with its database: made when it is first needed.
pub(crate) async fn installation(app: &TimeTap) -> Result<String, Unexpected> {
    if let Some(name) = find_setting(app.db.reader(), SETTING).await? {
        return Ok(name);
    }
    let now = app.clock.now();
    let name = app.entropy.uuid(now).to_string();
    Ok(keep_setting(app.db.writer(), SETTING, &name, now).await?)
}

/// The marks of the event of `write`.
pub(super) fn marks(write: &calendar_write::Model, installation: &str) -> BTreeMap<String, String> {
    [
        (MARK_KIND.0, MARK_KIND.1.to_owned()),
        (MARK_INSTALLATION, installation.to_owned()),
        (MARK_WRITE, write.id.to_string()),
        (MARK_APPOINTMENT, write.appointment_id.to_string()),
        (MARK_GENERATION, write.generation.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Which write `event` belongs to.
pub(super) fn marked_write(event: &RemoteEvent) -> Option<Uuid> {
    event.private.get(MARK_WRITE)?.parse().ok()
}

/// Which generation of ids it is.
pub(super) fn marked_generation(event: &RemoteEvent) -> i64 {
    let text = event.private.get(MARK_GENERATION).map(String::as_str);
    text.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Whether the installation of this name made it.
pub(super) fn is_from(event: &RemoteEvent, installation: &str) -> bool {
    event
        .private
        .get(MARK_INSTALLATION)
        .is_some_and(|name| name == installation)
}

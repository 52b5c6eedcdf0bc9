//! A host, as pages show one.

use timetap_core::text::ZoneName;
use timetap_store::entities::host;
use uuid::Uuid;

use super::load_rules::fit;
use crate::platform::unexpected::Unexpected;

/// What is offered while a host's calendars cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarPolicy {
    /// What the hours allow, with a notice.
    Offer,
    /// Nothing.
    OfferNothing,
}

impl CalendarPolicy {
    /// The text form, as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::OfferNothing => "offer_nothing",
        }
    }

    /// The policy of this text form.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Offer, Self::OfferNothing]
            .into_iter()
            .find(|policy| policy.as_str() == text)
    }
}

/// When and how often a host can be booked, besides the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingRules {
    /// Minutes kept free before a booking.
    pub buffer_before: u16,
    /// Minutes kept free after a booking.
    pub buffer_after: u16,
    /// Minutes between booking and start, at least.
    pub minimum_notice: u32,
    /// Days ahead, at most.
    pub horizon_days: u16,
    /// Minutes between two start times.
    pub slot_interval: u16,
    /// Bookings a day, at most.
    pub daily_limit: Option<u16>,
    /// Minutes before the start until which customers may change or cancel.
    pub change_cutoff: u32,
    /// What is offered while calendars cannot be read.
    pub when_calendar_unknown: CalendarPolicy,
}

impl Default for BookingRules {
    /// What a new host starts with: no buffers, two hours' notice, two months ahead, every half hour.
    fn default() -> Self {
        Self {
            buffer_before: 0,
            buffer_after: 0,
            minimum_notice: 120,
            horizon_days: 60,
            slot_interval: 30,
            daily_limit: None,
            change_cutoff: 120,
            when_calendar_unknown: CalendarPolicy::Offer,
        }
    }
}

/// A host's profile and rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostView {
    /// The account.
    pub user_id: Uuid,
    /// The address below the site's root.
    pub slug: String,
    /// The name shown to customers.
    pub display_name: String,
    /// The zone that hours are meant in.
    pub time_zone: ZoneName,
    /// A few words about the host; may be empty.
    pub about: String,
    /// A telephone number for customers.
    pub phone: Option<String>,
    /// Besides the hours.
    pub rules: BookingRules,
}

impl HostView {
    /// The view of a row.
    ///
    /// # Errors
    /// The row says something that no rule allows.
    pub fn from_row(row: host::Model) -> Result<Self, Unexpected> {
        let time_zone = ZoneName::parse(&row.time_zone)
            .map_err(|_| Unexpected::Inconsistent(format!("hosts.time_zone of {} is no zone", row.user_id)))?;
        let when_calendar_unknown = CalendarPolicy::parse(&row.when_calendar_unknown).ok_or_else(|| {
            Unexpected::Inconsistent(format!("hosts.when_calendar_unknown “{}”", row.when_calendar_unknown))
        })?;
        Ok(Self {
            rules: BookingRules {
                buffer_before: fit("hosts.buffer_before_minutes", row.buffer_before_minutes)?,
                buffer_after: fit("hosts.buffer_after_minutes", row.buffer_after_minutes)?,
                minimum_notice: fit("hosts.minimum_notice_minutes", row.minimum_notice_minutes)?,
                horizon_days: fit("hosts.horizon_days", row.horizon_days)?,
                slot_interval: fit("hosts.slot_interval_minutes", row.slot_interval_minutes)?,
                daily_limit: row
                    .daily_limit
                    .map(|limit| fit("hosts.daily_limit", limit))
                    .transpose()?,
                change_cutoff: fit("hosts.change_cutoff_minutes", row.change_cutoff_minutes)?,
                when_calendar_unknown,
            },
            user_id: row.user_id,
            slug: row.slug,
            display_name: row.display_name,
            time_zone,
            about: row.about,
            phone: row.phone,
        })
    }
}

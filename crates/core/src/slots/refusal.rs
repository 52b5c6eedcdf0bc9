//! The reasons why a time is not offered, in words for the host and for the customer.

text_enum! {
    /// Why a time cannot be booked. Where several reasons hold, the first in this order is told.
    pub enum Refusal: "reason of refusal" {
        /// It is over.
        Past = "past",
        /// It is nearer than the minimum notice.
        TooSoon = "too_soon",
        /// It is further than the booking horizon.
        BeyondHorizon = "beyond_horizon",
        /// It starts or ends outside the open hours of its day.
        OutsideHours = "outside_hours",
        /// The day has no open hours.
        DayClosed = "day_closed",
        /// It lies in open hours, but not on a start time.
        OffGrid = "off_grid",
        /// The wall clock skips this time.
        ClockGap = "clock_gap",
        /// The day has as many bookings as the host wants.
        DailyLimit = "daily_limit",
        /// A booking overlaps it.
        Booked = "booked",
        /// A booking overlaps the breaks around it.
        BookedBuffer = "booked_buffer",
        /// Something in the host's other calendars overlaps it.
        ExternallyBusy = "externally_busy",
        /// Something in the host's other calendars overlaps the breaks around it.
        ExternallyBusyBuffer = "externally_busy_buffer",
        /// The host's other calendars are not known, and nothing is offered until they are.
        CalendarUnknown = "calendar_unknown",
    }
}

impl Refusal {
    /// The sentence for the host, who may know everything.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Past => "This time has passed.",
            Self::TooSoon => "This is sooner than your minimum notice allows.",
            Self::BeyondHorizon => "This is further ahead than your booking horizon.",
            Self::OutsideHours => "This starts or ends outside your working hours.",
            Self::DayClosed => "You have no working hours on this day.",
            Self::OffGrid => "This is not one of your start times.",
            Self::ClockGap => "The clocks go forward here: this time does not exist.",
            Self::DailyLimit => "You have reached your daily limit of bookings on this day.",
            Self::Booked => "You have a booking at this time.",
            Self::BookedBuffer => "This is too close to another booking: the breaks around them would overlap.",
            Self::ExternallyBusy => "Your calendar says that you are busy.",
            Self::ExternallyBusyBuffer => {
                "This is too close to something in your calendar: the break would be cut short."
            }
            Self::CalendarUnknown => {
                "Your calendar cannot be read at the moment, and you chose to offer nothing until it can."
            }
        }
    }

    /// The sentence for a customer: what it means for them, and nothing about the host's life.
    pub const fn customer_message(self) -> &'static str {
        match self {
            Self::Past => "This time has passed. Please choose a later one.",
            Self::TooSoon => "This time is too soon to be booked. Please choose a later one.",
            Self::BeyondHorizon => "This day cannot be booked yet. Please choose an earlier one.",
            Self::OutsideHours | Self::DayClosed | Self::OffGrid => "This time is not offered. Please choose another.",
            Self::ClockGap => "The clocks go forward here, so this time does not exist. Please choose another.",
            Self::DailyLimit => "This day is fully booked. Please choose another.",
            Self::Booked | Self::BookedBuffer | Self::ExternallyBusy | Self::ExternallyBusyBuffer => {
                "This time is no longer free. Please choose another."
            }
            Self::CalendarUnknown => "Times cannot be offered at the moment. Please try again in a few minutes.",
        }
    }

    /// What follows the name of a colleague who cannot take a booking over at this time; nothing about their life.
    pub const fn colleague_message(self) -> &'static str {
        match self {
            Self::Past | Self::TooSoon => "cannot be booked at a time that has passed.",
            Self::BeyondHorizon => "cannot be booked that far ahead.",
            Self::OutsideHours | Self::DayClosed => "does not work at that time.",
            Self::OffGrid => "begins at other times.",
            Self::ClockGap => "has no such time: the clocks go forward.",
            Self::DailyLimit => "has enough bookings on that day.",
            Self::Booked | Self::BookedBuffer | Self::ExternallyBusy | Self::ExternallyBusyBuffer => {
                "is not free at that time."
            }
            Self::CalendarUnknown => "has a calendar that cannot be read at the moment.",
        }
    }

    /// Whether the time was free in principle and others may be: worth showing the nearest free ones.
    pub const fn is_taken(self) -> bool {
        matches!(
            self,
            Self::DailyLimit | Self::Booked | Self::BookedBuffer | Self::ExternallyBusy | Self::ExternallyBusyBuffer
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_cannot_tell_a_booking_from_a_private_event() {
        for taken in [
            Refusal::BookedBuffer,
            Refusal::ExternallyBusy,
            Refusal::ExternallyBusyBuffer,
        ] {
            assert_eq!(taken.customer_message(), Refusal::Booked.customer_message());
            assert_eq!(taken.colleague_message(), Refusal::Booked.colleague_message());
            assert!(taken.is_taken());
        }
        assert!(!Refusal::Past.is_taken() && !Refusal::CalendarUnknown.is_taken());
    }

    #[test]
    fn every_reason_has_its_own_words_for_the_host() {
        let mut messages: Vec<_> = Refusal::ALL.iter().map(|r| r.message()).collect();
        messages.sort_unstable();
        messages.dedup();
        assert_eq!(messages.len(), 13);
        assert!(
            Refusal::ALL
                .iter()
                .all(|r| r.message().ends_with('.') && r.customer_message().ends_with('.'))
        );
    }
}

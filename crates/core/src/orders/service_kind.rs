//! The four kinds of services, and what is different about each.

text_enum! {
    /// What kind of thing a service is.
    pub enum ServiceKind: "kind of service" {
        /// One to one, at a chosen time.
        Session = "session",
        /// On dates that stand, with seats.
        Camp = "camp",
        /// At a chosen time, with a host and perhaps a room.
        Party = "party",
        /// Every week at a time that stands, paid as it goes.
        Subscription = "subscription",
    }
}

impl ServiceKind {
    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::Camp => "Camp",
            Self::Party => "Party",
            Self::Subscription => "Weekly subscription",
        }
    }

    /// Whether the customer chooses a free time of the staff.
    pub const fn takes_a_time(self) -> bool {
        matches!(self, Self::Session | Self::Party)
    }

    /// Whether each participant takes a seat, so that there has to be at least one.
    pub const fn has_seats(self) -> bool {
        matches!(self, Self::Camp | Self::Subscription)
    }

    /// How long it lasts where nothing else is said, in minutes.
    pub const fn usual_minutes(self) -> u16 {
        match self {
            Self::Session | Self::Subscription => 60,
            Self::Camp => 6 * 60,
            Self::Party => 2 * 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_chosen_or_a_seat_is_taken() {
        for kind in ServiceKind::ALL {
            assert_ne!(kind.takes_a_time(), kind.has_seats(), "{kind}");
        }
        assert_eq!(ServiceKind::Party.usual_minutes(), 120);
    }
}

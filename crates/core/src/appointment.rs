//! The life of an appointment: where it stands and where it may go from there.

text_enum! {
    /// Where an appointment stands.
    pub enum AppointmentStatus: "appointment status" {
        /// Agreed and still to come, or not yet marked otherwise.
        Scheduled = "scheduled",
        /// It took place.
        Completed = "completed",
        /// Called off; its time is free again.
        Cancelled = "cancelled",
        /// The customer did not come.
        NoShow = "no_show",
    }
}

/// A change of status that the rules do not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an appointment that is {from} cannot become {to}")]
pub struct TransitionError {
    /// Where it stands.
    pub from: AppointmentStatus,
    /// Where it was asked to go.
    pub to: AppointmentStatus,
}

impl AppointmentStatus {
    /// Whether an appointment may go from here to `to`.
    ///
    /// A cancelled one never comes back, as its time may be somebody else's by now; whether it took place can be
    /// corrected later. Staying where it is counts as no change and is not a transition.
    pub const fn can_become(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Scheduled, Self::Completed | Self::Cancelled | Self::NoShow)
                | (Self::Completed, Self::NoShow)
                | (Self::NoShow, Self::Completed)
        )
    }

    /// `to`, where the step is allowed.
    pub const fn become_checked(self, to: Self) -> Result<Self, TransitionError> {
        if self.can_become(to) {
            Ok(to)
        } else {
            Err(TransitionError { from: self, to })
        }
    }

    /// Whether it holds its host's time.
    pub const fn holds_time(self) -> bool {
        !matches!(self, Self::Cancelled)
    }

    /// Whether its time may still be moved, and whether it may be cancelled.
    pub const fn can_be_changed(self) -> bool {
        matches!(self, Self::Scheduled)
    }

    /// The word shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
            Self::NoShow => "No-show",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AppointmentStatus::{self, Cancelled, Completed, NoShow, Scheduled};
    use super::*;

    #[test]
    fn exactly_these_steps_are_allowed() {
        let allowed: Vec<_> = AppointmentStatus::ALL
            .iter()
            .flat_map(|from| AppointmentStatus::ALL.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| from.can_become(*to))
            .collect();
        assert_eq!(
            allowed,
            [
                (Scheduled, Completed),
                (Scheduled, Cancelled),
                (Scheduled, NoShow),
                (Completed, NoShow),
                (NoShow, Completed)
            ]
        );
    }

    #[test]
    fn a_refused_step_says_which() {
        assert_eq!(
            Cancelled.become_checked(Scheduled),
            Err(TransitionError {
                from: Cancelled,
                to: Scheduled
            })
        );
        assert_eq!(
            Cancelled.become_checked(Scheduled).unwrap_err().to_string(),
            "an appointment that is cancelled cannot become scheduled"
        );
        assert_eq!(Scheduled.become_checked(Cancelled), Ok(Cancelled));
    }

    #[test]
    fn only_cancelling_frees_the_time_and_only_scheduled_ones_move() {
        assert!(Scheduled.holds_time() && Completed.holds_time() && NoShow.holds_time() && !Cancelled.holds_time());
        assert!(Scheduled.can_be_changed() && !Completed.can_be_changed());
        assert_eq!("no_show".parse::<AppointmentStatus>().unwrap(), NoShow);
        assert_eq!(NoShow.label(), "No-show");
    }
}

//! The wish that an appointment stands in somebody's calendar: its states, and the one decision what to do next.

text_enum! {
    /// How far a calendar write got.
    pub enum WriteState: "calendar write state" {
        /// Waiting for the worker, or between two attempts.
        Pending = "pending",
        /// The calendar says what it should.
        Written = "written",
        /// Given up; a person may retry.
        Failed = "failed",
        /// There is no calendar to write to.
        Skipped = "skipped",
        /// The calendar's grant is gone; reconnecting continues.
        NeedsReconnect = "needs_reconnect",
        /// Taken out of the calendar, or never put there because it was called off first.
        Removed = "removed",
    }
}

impl WriteState {
    /// Whether nothing will happen any more without somebody's doing.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Pending)
    }
}

/// What the calendar should say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desired {
    /// Whether the event should stand there at all.
    pub present: bool,
    /// Grows with every change of the appointment that a calendar shows.
    pub version: i32,
}

/// What the calendar was last told, successfully.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The version that stands there.
    pub version: i32,
}

/// The next step towards what is desired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The calendar already says what it should.
    Nothing,
    /// Create the event.
    Insert,
    /// Change the event that stands there.
    Patch,
    /// Remove the event.
    Delete,
}

/// What to do so that the calendar says what it should.
///
/// `remote_id_exists` says that an event of ours may stand in the calendar: set it before the first insert goes out
/// (ids are made by us), clear it once a delete is confirmed or the event is known to be gone. So an insert whose answer
/// was lost is later patched or deleted, never made twice. Create-then-cancel before the first attempt is nothing to do.
pub const fn decide(desired: Desired, written: Option<Written>, remote_id_exists: bool) -> Action {
    match (desired.present, remote_id_exists) {
        (false, false) => Action::Nothing,
        (false, true) => Action::Delete,
        (true, false) => Action::Insert,
        (true, true) => match written {
            Some(written) if written.version == desired.version => Action::Nothing,
            // Any difference counts, a written version from the future too: what is desired now is the truth.
            _ => Action::Patch,
        },
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::first_write(true, 1, None, false, Action::Insert)]
    #[case::create_then_cancel(false, 2, None, false, Action::Nothing)]
    #[case::up_to_date(true, 3, Some(3), true, Action::Nothing)]
    #[case::rescheduled(true, 4, Some(3), true, Action::Patch)]
    #[case::cancelled(false, 4, Some(3), true, Action::Delete)]
    #[case::already_removed(false, 4, Some(4), false, Action::Nothing)]
    #[case::answer_lost_then_still_wanted(true, 1, None, true, Action::Patch)]
    #[case::answer_lost_then_cancelled(false, 2, None, true, Action::Delete)]
    #[case::gone_at_the_provider(true, 3, Some(3), false, Action::Insert)]
    #[case::written_ahead_of_desired(true, 2, Some(3), true, Action::Patch)]
    fn next_step(
        #[case] present: bool,
        #[case] version: i32,
        #[case] written: Option<i32>,
        #[case] remote_id_exists: bool,
        #[case] expected: Action,
    ) {
        let written = written.map(|version| Written { version });
        assert_eq!(
            decide(Desired { present, version }, written, remote_id_exists),
            expected
        );
    }

    /// Whatever is asked in whatever order, applying the steps ends with the calendar as desired, and stays there.
    #[test]
    fn every_history_converges_in_one_step() {
        for history in 0..64_u32 {
            let (mut written, mut remote) = (None, false);
            for (step, version) in (1..=6).enumerate() {
                let desired = Desired {
                    present: history >> step & 1 == 1,
                    version,
                };
                match decide(desired, written, remote) {
                    Action::Nothing => {}
                    Action::Insert | Action::Patch => (written, remote) = (Some(Written { version }), true),
                    Action::Delete => (written, remote) = (Some(Written { version }), false),
                }
                assert_eq!(remote, desired.present);
                assert_eq!(decide(desired, written, remote), Action::Nothing);
            }
        }
    }

    #[test]
    fn only_pending_is_unsettled() {
        for state in WriteState::ALL {
            assert_eq!(state.is_settled(), *state != WriteState::Pending);
        }
        assert_eq!(WriteState::NeedsReconnect.as_str(), "needs_reconnect");
    }
}

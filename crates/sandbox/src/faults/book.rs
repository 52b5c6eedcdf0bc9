//! The faults in force, and which of them acts on a request.

use serde::{Deserialize, Serialize};
use timetap_core::entropy::Entropy;

use super::{
    STRIPE_METHODS,
    kind::{FaultKind, Place},
    rule::{FaultRule, METHODS},
};

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Number to remove it by.
    pub id: u64,
    /// The rule, `times` counting down.
    pub rule: FaultRule,
    /// How often it has acted.
    pub hits: u64,
}

/// Why a fault was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FaultError {
    /// The operation's name is not known.
    #[error("Unknown method \"{0}\". Use one of: {google}, {stripe}.", google = METHODS.join(", "), stripe = STRIPE_METHODS.join(", "))]
    UnknownMethod(String),
    /// The status is not an error status.
    #[error("A fault's status must lie between 400 and 599, not {0}.")]
    Status(u16),
    /// The chance is not between 0 and 1.
    #[error("A fault's probability must lie between 0 and 1.")]
    Probability,
    /// The share is larger than everything.
    #[error("A fault's percent must lie between 0 and 100, not {0}.")]
    Percent(u8),
    /// Google knows no such fault.
    #[error("Only Stripe knows this fault: name a method that begins with \"stripe\".")]
    StripeOnly,
    /// Stripe knows no such fault.
    #[error("Stripe does not know this fault: name a method of Google or of the mailbox.")]
    NotOfStripe,
    /// It would never act.
    #[error("A fault's times must be at least 1; leave it out for \"until removed\".")]
    Never,
}

/// The faults in force, in the order they were asked for.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct FaultBook {
    last_id: u64,
    faults: Vec<ActiveFault>,
}

impl FaultBook {
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<u64, FaultError> {
        if let Some(method) = &rule.matching.method
            && !METHODS.contains(&method.as_str())
            && !STRIPE_METHODS.contains(&method.as_str())
        {
            return Err(FaultError::UnknownMethod(method.clone()));
        }
        match rule.fault {
            FaultKind::Status { status, .. } | FaultKind::RetryAfterDate { status, .. }
                if !(400..=599).contains(&status) =>
            {
                return Err(FaultError::Status(status));
            }
            FaultKind::LostAnswer { percent } if percent > 100 => return Err(FaultError::Percent(percent)),
            FaultKind::SlowWork { .. } | FaultKind::DelayNotifications { .. } if !rule.is_of_stripe() => {
                return Err(FaultError::StripeOnly);
            }
            _ => {}
        }
        if rule.is_of_stripe() && !rule.fault.fits_stripe() {
            return Err(FaultError::NotOfStripe);
        }
        if rule.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err(FaultError::Probability);
        }
        if rule.times == Some(0) {
            return Err(FaultError::Never);
        }
        let mut rule = rule;
        if rule.fault == FaultKind::Smtp451ThenOk {
            rule.times = rule.times.or(Some(1));
        }
        self.last_id += 1;
        self.faults.push(ActiveFault {
            id: self.last_id,
            rule,
            hits: 0,
        });
        Ok(self.last_id)
    }

    pub(crate) fn list(&self) -> &[ActiveFault] {
        &self.faults
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// The first fault that acts here and now; counts the hit and retires a fault that has acted often enough.
    pub(crate) fn take(
        &mut self,
        place: Place,
        method: &str,
        account: Option<&str>,
        calendar: Option<&str>,
        entropy: &Entropy,
    ) -> Option<FaultKind> {
        self.take_where(entropy, |rule| {
            rule.fault.place() == place
                && !rule.is_of_stripe()
                && rule.acts_on(method)
                && rule
                    .matching
                    .account
                    .as_deref()
                    .is_none_or(|wanted| Some(wanted) == account)
                && rule
                    .matching
                    .calendar
                    .as_deref()
                    .is_none_or(|wanted| Some(wanted) == calendar)
        })
    }

    /// As [`Self::take`], for a request to Stripe or (with the event's type) for a message from it.
    pub(crate) fn take_for_stripe(
        &mut self,
        place: Place,
        method: &str,
        event: Option<&str>,
        entropy: &Entropy,
    ) -> Option<FaultKind> {
        self.take_where(entropy, |rule| {
            let wanted = rule.matching.method.as_deref();
            rule.fault.place() == place
                && (wanted == Some(method) || wanted == Some("stripe"))
                && rule.matching.event.as_deref().is_none_or(|kind| Some(kind) == event)
        })
    }

    fn take_where(&mut self, entropy: &Entropy, matches: impl Fn(&FaultRule) -> bool) -> Option<FaultKind> {
        let position = self.faults.iter().position(|fault| {
            let rule = &fault.rule;
            matches(rule)
                && rule.probability.is_none_or(|chance| rolls_below(entropy, chance))
                && match rule.fault {
                    FaultKind::LostAnswer { percent } => rolls_below(entropy, f64::from(percent) / 100.0),
                    _ => true,
                }
        })?;
        let fault = &mut self.faults[position];
        fault.hits += 1;
        let kind = fault.rule.fault.clone();
        if let Some(times) = &mut fault.rule.times {
            *times -= 1;
            if *times == 0 {
                self.faults.remove(position);
            }
        }
        Some(kind)
    }
}

fn rolls_below(entropy: &Entropy, chance: f64) -> bool {
    const SIDES: i32 = 1_000_000;
    let roll = i32::try_from(entropy.between(0, i64::from(SIDES) - 1)).unwrap_or_default();
    f64::from(roll) < chance * f64::from(SIDES)
}

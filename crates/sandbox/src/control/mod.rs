//! Everything a drill or a test may do to the sandbox: faults, the plug, people, tokens, the ledger, the inbox.
//! [`Control`] is the one implementation; the HTTP API and the control page call it.

pub(crate) mod api;
mod calendars;
pub(crate) mod mails;
pub(crate) mod page;
pub(crate) mod stripe;
pub(crate) mod stripe_api;
pub(crate) mod stripe_page;
mod stripe_webhooks;
pub(crate) mod summary;
pub(crate) mod tokens;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::{
    faults::{ActiveFault, FaultError, FaultRule},
    google::{
        accounts::{self, Account, AccountError, NewAccount},
        calendar::channels::Delivery,
        oauth::{revoke_token::revoke_grant, scopes},
        turn::Turn,
    },
    ledger::{LedgerQuery, LedgerRow},
    world::{Shared, World},
};

/// Why a control operation was refused.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The fault makes no sense.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// The account cannot be added.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// There is no such account.
    #[error("There is no sandbox account {0}. See /api/control/accounts.")]
    UnknownAccount(String),
    /// There is no such fault, event or mail.
    #[error("There is no {what} {id}.")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The calendar refused the event, in Google's words.
    #[error("The calendar refuses: {message}")]
    Refused {
        /// Google's status.
        status: u16,
        /// Google's message.
        message: String,
    },
    /// Stripe refuses it, in its words.
    #[error("Stripe refuses: {message}")]
    Stripe {
        /// Stripe's status.
        status: u16,
        /// Stripe's message.
        message: String,
    },
    /// The request's body is not what the operation takes.
    #[error("The body is not what this address takes: {0}.")]
    Body(serde_json::Error),
    /// The clock is the machine's, or stands as somebody else has set it.
    #[error("This sandbox goes by a clock that cannot be moved.")]
    ClockRuns,
    /// A scope is not known.
    #[error("Unknown scope: {0}")]
    UnknownScope(String),
}

/// The controls of a running sandbox.
#[derive(Clone)]
pub struct Control {
    engine: Shared,
}

impl Control {
    pub(crate) fn new(engine: Shared) -> Self {
        Self { engine }
    }

    /// Google stops answering: every connection to it is closed at once.
    pub fn unplug(&self) {
        self.engine.change(|world| world.plugged = false);
    }

    /// Google answers again.
    pub fn plug(&self) {
        self.engine.change(|world| world.plugged = true);
    }

    /// Whether Google answers at all.
    pub fn is_plugged(&self) -> bool {
        self.engine.read().plugged
    }

    /// Puts a fault in force and gives its number.
    pub fn add_fault(&self, rule: FaultRule) -> Result<u64, ControlError> {
        Ok(self.engine.change(|world| world.faults.add(rule))?)
    }

    /// The faults in force.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.engine.read().faults.list().to_vec()
    }

    /// Ends a fault.
    pub fn remove_fault(&self, id: u64) -> Result<(), ControlError> {
        let removed = self.engine.change(|world| world.faults.remove(id));
        if removed {
            Ok(())
        } else {
            Err(ControlError::NotFound {
                what: "fault",
                id: id.to_string(),
            })
        }
    }

    /// Ends all faults; the plug stays as it is.
    pub fn clear_faults(&self) {
        self.engine.change(|world| world.faults.clear());
    }

    /// Back to a fresh sandbox: seeded people, nothing granted, nothing received.
    pub fn reset(&self) {
        let options = &self.engine.options;
        self.engine.change(|world| *world = World::seeded(options));
    }

    /// Lets time pass at once, for the sandbox and for whoever shares its clock. Gives the moment it then shows.
    pub fn advance_clock(&self, by: SignedDuration) -> Result<Timestamp, ControlError> {
        let clock = &self.engine.options.clock;
        if by.is_negative() || !clock.advance(by) {
            return Err(ControlError::ClockRuns);
        }
        Ok(clock.now())
    }

    /// The accounts, by address.
    pub fn accounts(&self) -> Vec<Account> {
        self.engine.read().accounts.values().cloned().collect()
    }

    /// Adds a person with a primary calendar.
    pub fn add_account(&self, new: &NewAccount) -> Result<Account, ControlError> {
        Ok(self.engine.change(|world| accounts::add_account(world, new))?)
    }

    /// Makes access tokens expire now, of one account or of all; gives their number. Refresh tokens stay good.
    pub fn expire_access_tokens(&self, account: Option<&str>) -> usize {
        let now = self.engine.options.clock.now();
        self.engine.change(|world| world.grants.expire_access(account, now))
    }

    /// Ends the grant of one account or of all, as the user may in the Google account; gives the tokens that died.
    pub fn revoke_grant(&self, account: Option<&str>) -> usize {
        self.engine.change(|world| {
            let accounts = account.map_or_else(|| world.grants.accounts(), |account| vec![account.to_owned()]);
            accounts.iter().map(|account| revoke_grant(world, account)).sum()
        })
    }

    /// Makes sync tokens invalid, of one calendar or of all: the next use answers 410.
    pub fn expire_sync_tokens(&self, calendar: Option<&str>) -> usize {
        self.engine.change(|world| {
            let mut expired = 0;
            for found in world
                .calendars
                .values_mut()
                .filter(|found| calendar.is_none_or(|id| id == found.id))
            {
                found.sync_generation += 1;
                expired += 1;
            }
            expired
        })
    }

    /// Ledger rows, oldest first.
    pub fn ledger(&self, query: &LedgerQuery) -> Vec<LedgerRow> {
        self.engine.read().ledger.find(query)
    }

    /// Number of matching ledger rows.
    pub fn count(&self, query: &LedgerQuery) -> usize {
        self.engine.read().ledger.count(query)
    }

    /// Forgets ledger rows and counts.
    pub fn clear_ledger(&self) {
        self.engine.change(|world| world.ledger.clear());
    }

    /// Push messages sent, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.engine.read().channels.deliveries.iter().cloned().collect()
    }

    /// Number of open push channels.
    pub fn open_channels(&self) -> usize {
        self.engine.read().channels.open.len()
    }

    /// Runs an operation of the calendar without a request.
    fn with_turn<R>(&self, method: &'static str, work: impl FnOnce(&mut Turn<'_>) -> R) -> R {
        self.engine.change(|world| {
            work(&mut Turn {
                world,
                now: self.engine.options.clock.now(),
                entropy: &self.engine.options.entropy,
                options: &self.engine.options,
                base_url: &self.engine.base_url,
                method,
            })
        })
    }

    fn read_scopes(text: &str) -> Result<scopes::Scopes, ControlError> {
        scopes::parse(text).map_err(ControlError::UnknownScope)
    }
}

impl From<&Shared> for Control {
    fn from(engine: &Shared) -> Self {
        Self::new(Arc::clone(engine))
    }
}

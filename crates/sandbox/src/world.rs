//! The whole state of the stand-ins, one value behind one lock, and the engine that owns it.
//! Operations run synchronously under the lock; what has to happen later (a notification, a conference becoming
//! ready) is queued in the outbox and started once the lock is free.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    faults::FaultBook,
    google::{
        accounts::{Account, seed},
        calendar::{calendars::Calendar, channels::Channels},
        oauth::grants::Grants,
        quota::QuotaWindows,
    },
    ledger::Ledger,
    mailbox::store::Mailbox,
    options::SandboxOptions,
    pages::Pages,
    stripe::state::StripeState,
};

/// Everything the stand-ins remember.
#[derive(Serialize, Deserialize)]
pub(crate) struct World {
    pub plugged: bool,
    /// The last change number given out; every change of an event takes the next one.
    pub last_change: u64,
    pub accounts: BTreeMap<String, Account>,
    pub calendars: BTreeMap<String, Calendar>,
    pub grants: Grants,
    pub channels: Channels,
    pub faults: FaultBook,
    pub ledger: Ledger,
    pub mailbox: Mailbox,
    #[serde(default)]
    pub stripe: StripeState,
    #[serde(skip)]
    pub quota: QuotaWindows,
    #[serde(skip)]
    pub outbox: VecDeque<Later>,
}

/// Work that an operation leaves behind.
pub(crate) enum Later {
    /// A conference request becomes `success` after the delay, unless replaced before.
    ConferenceReady {
        calendar: String,
        event: String,
        request_id: String,
        delay: Duration,
    },
    /// Messages of one channel, to be posted in this order, the first after the delay.
    Notify {
        channel: String,
        numbers: Vec<u64>,
        state: &'static str,
        delay: Duration,
    },
    /// A message of Stripe that was held back goes out, should it not have gone by then.
    StripeRelease { delivery: u64, ms: u64 },
    /// A message of Stripe that was not taken is tried again.
    StripeRetry { delivery: u64, pause: Duration },
}

impl World {
    /// The state of a fresh sandbox: the seeded accounts, their calendars, and nothing else.
    pub(crate) fn seeded(options: &SandboxOptions) -> Self {
        let mut world = Self {
            plugged: true,
            last_change: 0,
            accounts: BTreeMap::new(),
            calendars: BTreeMap::new(),
            grants: Grants::default(),
            channels: Channels::default(),
            faults: FaultBook::default(),
            ledger: Ledger::default(),
            mailbox: Mailbox::default(),
            stripe: StripeState::fresh(&options.stripe),
            quota: QuotaWindows::default(),
            outbox: VecDeque::new(),
        };
        seed(&mut world);
        world
    }

    /// The next change number: larger than all before, over all calendars.
    pub(crate) fn next_change(&mut self) -> u64 {
        self.last_change += 1;
        self.last_change
    }
}

/// The running sandbox as its tasks and handlers see it.
pub(crate) struct Engine {
    world: Mutex<World>,
    pub options: SandboxOptions,
    pub base_url: String,
    pub pages: Pages,
    pub notifier: reqwest::Client,
    pub tracker: TaskTracker,
    pub stop: CancellationToken,
    pub dirty: Notify,
    /// There may be messages of Stripe to send.
    pub stripe_mail: Notify,
}

pub(crate) type Shared = Arc<Engine>;

impl Engine {
    pub(crate) fn new(
        world: World,
        options: SandboxOptions,
        base_url: String,
        pages: Pages,
        notifier: reqwest::Client,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            options,
            base_url,
            pages,
            notifier,
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
            dirty: Notify::new(),
            stripe_mail: Notify::new(),
        }
    }

    /// Looks at the state. A poisoned lock is entered all the same: a panic in one request must not end the rest.
    pub(crate) fn read(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, marks it for saving, and starts what the change left in the outbox.
    pub(crate) fn change<R>(self: &Arc<Self>, work: impl FnOnce(&mut World) -> R) -> R {
        let (result, later) = {
            let mut world = self.read();
            let result = work(&mut world);
            (result, std::mem::take(&mut world.outbox))
        };
        self.dirty.notify_one();
        self.stripe_mail.notify_one();
        for item in later {
            let engine = Arc::clone(self);
            self.tracker
                .spawn(async move { crate::google::later::run_later(&engine, item).await });
        }
        result
    }
}

//! What there is at the moment: the numbers drills compare, and the people with their calendars.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Control;
use crate::{
    google::{accounts::Account, calendar::calendars::Calendar},
    ledger::MethodCount,
};

/// Counts of what exists and of what was received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Events made through the API and not cancelled; guests' copies do not count.
    pub events_live: usize,
    /// Events made by people in their calendars and not cancelled.
    pub foreign_live: usize,
    /// Guests' copies that are not cancelled.
    pub copies_live: usize,
    /// Live events made through the API, by `name=value` of each private extended property.
    pub events_by_private_property: BTreeMap<String, usize>,
    /// Mails taken by the SMTP server since the start or the last reset.
    pub mails: u64,
    /// Mails Google sent to guests.
    pub invitations: u64,
    /// Open push channels.
    pub channels: usize,
    /// Requests and effects by operation.
    pub methods: BTreeMap<String, MethodCount>,
}

/// An account and its calendars.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountView {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// Ids of its calendars, the primary one first.
    pub calendars: Vec<String>,
    /// Space-separated scopes granted at the moment.
    pub granted: String,
}

impl Control {
    /// The counts.
    pub fn summary(&self) -> Summary {
        let world = self.engine.read();
        let mut summary = Summary {
            mails: world.mailbox.received,
            invitations: world.mailbox.invitations,
            channels: world.channels.open.len(),
            methods: world.ledger.counts.clone(),
            ..Summary::default()
        };
        let live = world
            .calendars
            .values()
            .flat_map(Calendar::all)
            .filter(|event| !event.is_cancelled());
        for event in live {
            if event.is_copy {
                summary.copies_live += 1;
            } else if event.by_hand {
                summary.foreign_live += 1;
            } else {
                summary.events_live += 1;
                let private = event
                    .fields
                    .get("extendedProperties")
                    .and_then(|all| all.get("private"));
                for (name, value) in private.and_then(Value::as_object).into_iter().flatten() {
                    let pair = format!("{name}={}", value.as_str().unwrap_or_default());
                    *summary.events_by_private_property.entry(pair).or_default() += 1;
                }
            }
        }
        summary
    }

    /// The accounts with their calendars and grants.
    pub fn account_views(&self) -> Vec<AccountView> {
        let world = self.engine.read();
        let view = |account: &Account| {
            let mut own: Vec<_> = world
                .calendars
                .values()
                .filter(|calendar| calendar.account == account.email)
                .collect();
            own.sort_by_key(|calendar| !calendar.primary);
            AccountView {
                account: account.clone(),
                calendars: own.into_iter().map(|calendar| calendar.id.clone()).collect(),
                granted: world
                    .grants
                    .granted(&account.email)
                    .map(crate::google::oauth::scopes::join)
                    .unwrap_or_default(),
            }
        };
        world.accounts.values().map(view).collect()
    }
}

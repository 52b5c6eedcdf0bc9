//! Push channels, and the record of the messages sent through them.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Messages remembered.
const KEPT: usize = 2_000;

/// A channel made by `events.watch`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub id: String,
    pub account: String,
    pub calendar: String,
    pub resource_id: String,
    pub resource_uri: String,
    pub address: String,
    pub token: Option<String>,
    /// Epoch milliseconds.
    pub expires: i64,
    /// Number of the last message; numbers rise, with gaps.
    pub last_number: u64,
    /// Number of a message held back by a fault.
    pub held: Option<u64>,
}

/// One message to a channel's address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// Channel id.
    pub channel: String,
    /// `X-Goog-Message-Number`.
    pub number: u64,
    /// `sync` or `exists`.
    pub state: String,
    /// How often it was posted.
    pub attempts: u32,
    /// Status of the last answer; absent when none came.
    pub status: Option<u16>,
}

/// All channels and what went through them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Channels {
    pub open: BTreeMap<String, Channel>,
    pub deliveries: VecDeque<Delivery>,
}

impl Channels {
    pub(crate) fn record(&mut self, delivery: Delivery) {
        if self.deliveries.len() == KEPT {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(delivery);
    }

    /// Closes the channels an account has made.
    pub(crate) fn remove_of(&mut self, account: &str) {
        self.open.retain(|_, channel| channel.account != account);
    }
}

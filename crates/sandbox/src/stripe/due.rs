//! What has to happen at a moment of Stripe's clock: sessions expire, delayed payments settle, subscriptions renew,
//! invoices are finalized and tried again. Done in the order of the moments, each as if the clock stood there.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{billing, checkout, turn::Turn};
use crate::world::Shared;

/// How often the running clock is looked at.
const TICK: Duration = Duration::from_millis(250);

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "id", rename_all = "snake_case")]
pub(crate) enum Due {
    ExpireSession(String),
    SettleSession(String),
    RenewSubscription(String),
    FinalizeInvoice(String),
    RetryInvoice(String),
}

/// All that is to be done, by moment. Who finds that nothing is left to do, does nothing.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct DueBook {
    work: BTreeMap<i64, VecDeque<Due>>,
}

impl DueBook {
    pub(crate) fn add(&mut self, moment: i64, due: Due) {
        self.work.entry(moment).or_default().push_back(due);
    }

    /// Whether something is due.
    pub(crate) fn waits(&self, moment: i64) -> bool {
        self.work.first_key_value().is_some_and(|(at, _)| *at <= moment)
    }

    fn pop(&mut self, moment: i64) -> Option<(i64, Due)> {
        let mut first = self.work.first_entry().filter(|first| *first.key() <= moment)?;
        let at = *first.key();
        let due = first.get_mut().pop_front();
        if first.get().is_empty() {
            first.remove();
        }
        due.map(|due| (at, due))
    }
}

/// Does all that is due by now.
pub(crate) fn run_due(turn: &mut Turn<'_>) {
    let until = turn.moment;
    let request = (turn.request_id.take(), turn.idempotency_key.take());
    while let Some((at, due)) = turn.state().due.pop(until) {
        turn.moment = at;
        match due {
            Due::ExpireSession(id) => checkout::expire::expire_now(turn, &id),
            Due::SettleSession(id) => checkout::settle::settle_as_planned(turn, &id),
            Due::RenewSubscription(id) => billing::renew::renew(turn, &id),
            Due::FinalizeInvoice(id) => billing::pay_invoice::finalize(turn, &id),
            Due::RetryInvoice(id) => billing::pay_invoice::attempt(turn, &id),
        }
    }
    turn.moment = until;
    (turn.request_id, turn.idempotency_key) = request;
}

/// Looks at the clock until the sandbox stops: a running clock makes things due without a request.
pub(crate) async fn keep_time(engine: Shared) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = engine.stop.cancelled() => return,
        }
        let now = engine.options.clock.now().as_second();
        let waits = {
            let world = engine.read();
            world.stripe.due.waits(now.saturating_add(world.stripe.ahead))
        };
        if waits {
            engine.change(|world| run_due(&mut Turn::new(&engine, world)));
        }
    }
}

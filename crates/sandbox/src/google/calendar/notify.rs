//! Push messages: headers and no body, numbers that rise with gaps, sent again after a 5xx.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, USER_AGENT};
use jiff::Timestamp;
use timetap_core::entropy::Entropy;

use super::channels::{Channel, Delivery};
use crate::{
    faults::{FaultKind, Place},
    world::{Later, Shared, World},
};

const ATTEMPTS: u32 = 5;
/// A message held back goes out after this time, should no later one overtake it.
const LONGEST_HOLD: Duration = Duration::from_secs(3);

/// Queues a message to every channel of the calendar.
pub(super) fn announce(world: &mut World, entropy: &Entropy, calendar: &str) {
    let watching: Vec<_> = world
        .channels
        .open
        .values()
        .filter(|channel| channel.calendar == calendar)
        .map(|channel| (channel.id.clone(), channel.account.clone()))
        .collect();
    for (id, account) in watching {
        let fault = world
            .faults
            .take(Place::Notification, "notify", Some(&account), Some(calendar), entropy);
        let Some(channel) = world.channels.open.get_mut(&id) else {
            continue;
        };
        channel.last_number += u64::try_from(entropy.between(1, 4)).unwrap_or(1);
        let number = channel.last_number;
        let mut delay = Duration::ZERO;
        let mut numbers = vec![number];
        match fault {
            Some(FaultKind::DropNotifications) => continue,
            Some(FaultKind::DuplicateNotifications) => numbers.push(number),
            Some(FaultKind::ReorderNotifications) if channel.held.is_none() => {
                channel.held = Some(number);
                delay = LONGEST_HOLD;
            }
            _ => numbers.extend(channel.held.take()),
        }
        world.outbox.push_back(Later::Notify {
            channel: id,
            numbers,
            state: "exists",
            delay,
        });
    }
}

/// Posts the messages one after the other.
pub(crate) async fn deliver(engine: &Shared, channel_id: &str, numbers: &[u64], state: &'static str, held: bool) {
    for number in numbers {
        let channel = engine.change(|world| {
            let channel = world.channels.open.get_mut(channel_id)?;
            // A held message that was overtaken has gone out with the later one.
            if held && channel.held.take_if(|number| numbers.contains(number)).is_none() {
                return None;
            }
            Some(channel.clone())
        });
        let Some(channel) = channel else { return };
        if engine.options.clock.now().as_millisecond() >= channel.expires {
            engine.change(|world| world.channels.open.remove(channel_id));
            return;
        }
        post(engine, &channel, *number, state).await;
    }
}

async fn post(engine: &Shared, channel: &Channel, number: u64, state: &'static str) {
    let mut pause = engine.options.notification_retry;
    let mut delivery = Delivery {
        channel: channel.id.clone(),
        number,
        state: state.to_owned(),
        attempts: 0,
        status: None,
    };
    while delivery.attempts < ATTEMPTS {
        if delivery.attempts > 0 {
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        delivery.attempts += 1;
        let mut request = engine
            .notifier
            .post(&channel.address)
            .header(
                USER_AGENT,
                "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
            )
            .header(CONTENT_LENGTH, "0")
            .header("X-Goog-Channel-ID", &channel.id)
            .header("X-Goog-Message-Number", number.to_string())
            .header("X-Goog-Resource-ID", &channel.resource_id)
            .header("X-Goog-Resource-State", state)
            .header("X-Goog-Resource-URI", &channel.resource_uri)
            .header("X-Goog-Channel-Expiration", rfc1123(channel.expires));
        if let Some(token) = &channel.token {
            request = request.header("X-Goog-Channel-Token", token);
        }
        delivery.status = request.send().await.ok().map(|response| response.status().as_u16());
        // No answer at all is treated like an unavailable server.
        if !matches!(delivery.status, None | Some(500 | 502 | 503 | 504)) {
            break;
        }
    }
    engine.change(|world| world.channels.record(delivery));
}

fn rfc1123(milliseconds: i64) -> String {
    let instant = Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

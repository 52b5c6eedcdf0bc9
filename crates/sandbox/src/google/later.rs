//! Work that happens after a request: a Meet conference becomes ready, a push message goes out.

use crate::world::{Later, Shared};

/// Runs one item left in the outbox; the stop of the sandbox ends it early.
pub(crate) async fn run_later(engine: &Shared, item: Later) {
    let work = async {
        match item {
            Later::ConferenceReady {
                calendar,
                event,
                request_id,
                delay,
            } => {
                tokio::time::sleep(delay).await;
                engine.change(|world| {
                    let now = engine.options.clock.now();
                    super::calendar::conference::finish(
                        world,
                        now,
                        &engine.options.entropy,
                        &calendar,
                        &event,
                        &request_id,
                    );
                });
            }
            Later::Notify {
                channel,
                numbers,
                state,
                delay,
            } => {
                tokio::time::sleep(delay).await;
                super::calendar::notify::deliver(engine, &channel, &numbers, state, !delay.is_zero()).await;
            }
            of_stripe => crate::stripe::deliver_webhooks::run_later(engine, of_stripe).await,
        }
    };
    tokio::select! {
        () = work => {}
        () = engine.stop.cancelled() => {}
    }
}

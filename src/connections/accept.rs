//! Takes connections in, on a thread that does nothing else.
//!
//! The threads that make pages are busy exactly when a crowd comes. Were they to take connections in too, the system's line
//! of those that wait would overflow, and a client that finds it full tries again only after a second, then three.

use std::io::{Error, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Limits;
use super::serve_one::serve_one;

/// After a refusal by the system, such as of one more open file, this passes before the next try.
const PAUSE: Duration = Duration::from_millis(200);
/// The log hears of one and the same trouble once in this time.
const SAID_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// Takes in the connections of `listener`, which does not block, until `closing`, and serves them on the runtime of the
/// caller. The tracker that comes back is empty once the last of them has ended after that.
///
/// # Errors
/// The system gives no thread, or no watch over sockets.
pub fn begin(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    closing: CancellationToken,
) -> Result<TaskTracker, Error> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let connections = TaskTracker::new();
    connections.close();
    let accept = Accept {
        // Finished here, and not again for each connection.
        router: router.with_state(()),
        limits,
        places: Arc::new(Semaphore::new(limits.most)),
        closing,
        connections: connections.clone(),
        serving: Handle::current(),
        said: None,
    };
    let alive = connections.token();
    std::thread::Builder::new().name("accept".to_owned()).spawn(move || {
        runtime.block_on(accept.run(listener));
        drop(alive);
    })?;
    Ok(connections)
}

struct Accept {
    router: Router,
    limits: Limits,
    places: Arc<Semaphore>,
    closing: CancellationToken,
    connections: TaskTracker,
    serving: Handle,
    said: Option<Instant>,
}

impl Accept {
    async fn run(mut self, listener: TcpListener) {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(%error, "connections cannot be taken in"),
        };
        let closing = self.closing.clone();
        let taking_in = async {
            loop {
                let place = self.place().await;
                match listener
                    .accept()
                    .await
                    .and_then(|(stream, peer)| Ok((stream.into_std()?, peer)))
                {
                    Ok((stream, peer)) => self.hand_over(stream, peer, place),
                    Err(error) if has_gone(&error) => {}
                    Err(error) => {
                        if self.may_say() {
                            tracing::error!(%error, "a connection cannot be taken in; it waits");
                        }
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        };
        closing.run_until_cancelled(taking_in).await;
    }

    /// Waits until there is room for one more connection. Those that come meanwhile wait in the system's line, in order.
    async fn place(&mut self) -> Option<OwnedSemaphorePermit> {
        if self.places.available_permits() == 0 && self.may_say() {
            tracing::warn!(
                most = self.limits.most,
                "as many connections are open as may be; others wait"
            );
        }
        // Closed it is never.
        self.places.clone().acquire_owned().await.ok()
    }

    fn hand_over(&self, stream: std::net::TcpStream, peer: SocketAddr, place: Option<OwnedSemaphorePermit>) {
        let (router, limits, closing) = (self.router.clone(), self.limits, self.closing.clone());
        let connection = async move {
            serve_one(stream, peer, router, limits, closing).await;
            drop(place);
        };
        self.connections.spawn_on(connection, &self.serving);
    }

    fn may_say(&mut self) -> bool {
        let now = Instant::now();
        let may = self
            .said
            .is_none_or(|said| now.duration_since(said) >= SAID_AGAIN_AFTER);
        if may {
            self.said = Some(now);
        }
        may
    }
}

/// Whether only this one client is concerned, who gave up while it waited.
fn has_gone(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::NotConnected
    )
}

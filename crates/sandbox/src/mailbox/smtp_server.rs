//! Listens for SMTP and runs one session per connection, all of them tracked tasks.

use std::sync::Arc;

use tokio::net::TcpListener;

use super::smtp_session::run_session;
use crate::{
    faults::{FaultKind, Place},
    world::Shared,
};

/// Accepts connections until the sandbox stops.
pub(crate) async fn serve_smtp(engine: Shared, listener: TcpListener) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = engine.stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let down = engine.change(|world| {
                    world
                        .faults
                        .take(Place::SmtpConnect, "smtp", None, None, &engine.options.entropy)
                });
                if down == Some(FaultKind::SmtpDown) {
                    continue;
                }
                let engine = Arc::clone(&engine);
                engine.tracker.clone().spawn(async move {
                    tokio::select! {
                        // A client that goes away in the middle is no concern of the server.
                        _ = run_session(&engine, stream) => {}
                        () = engine.stop.cancelled() => {}
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "sandbox mail connection not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

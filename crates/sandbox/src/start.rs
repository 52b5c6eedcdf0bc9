//! Starts and stops the sandbox.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::net::TcpListener;

use crate::{
    connection::{CuttableListener, Wire},
    control::Control,
    google::calendar::conference,
    mailbox::smtp_server::serve_smtp,
    options::SandboxOptions,
    pages::Pages,
    persistence::{self, StateFileError},
    router,
    stripe::{deliver_webhooks::dispatch, due::keep_time},
    world::{Engine, Shared, World},
};

/// How long a stop waits for open connections.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why the sandbox could not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// An address could not be listened on.
    #[error("The sandbox cannot listen on {addr}: {source}. Stop what uses it or choose another address.")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The state file could not be used.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    /// A page of the sandbox is broken.
    #[error("A page of the sandbox is broken: {0}")]
    Page(#[from] minijinja::Error),
    /// The client that sends notifications could not be made.
    #[error("The sandbox's notification client cannot be made: {0}")]
    Notifier(reqwest::Error),
}

/// A running sandbox. It goes on until [`Sandbox::shutdown`] or until the value is dropped.
pub struct Sandbox {
    engine: Shared,
    smtp_addr: SocketAddr,
    control: Control,
}

/// Starts the stand-ins and gives their addresses.
pub async fn start(options: SandboxOptions) -> Result<Sandbox, SandboxError> {
    let world = match &options.state_file {
        Some(path) => persistence::load_world(path)
            .await?
            .unwrap_or_else(|| World::seeded(&options)),
        None => World::seeded(&options),
    };
    let (http, http_addr) = listen(options.http_addr).await?;
    let (smtp, smtp_addr) = listen(options.smtp_addr).await?;
    let base_url = options.public_url.as_deref().map_or_else(
        || format!("http://{http_addr}"),
        |url| url.trim_end_matches('/').to_owned(),
    );
    let engine = Arc::new(Engine::new(world, options, base_url, Pages::new()?, build_notifier()?));
    engine.change(|world| {
        conference::resume(world, engine.options.meet_delay);
        world.stripe.webhooks.resume(&engine.options.stripe.webhook_endpoints);
    });

    let app = router::build_router(&engine).into_make_service_with_connect_info::<Wire>();
    let stop = engine.stop.clone();
    engine.tracker.spawn(async move {
        let serving = axum::serve(CuttableListener(http), app).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!(%error, "sandbox web server ended");
        }
    });
    engine.tracker.spawn(serve_smtp(Arc::clone(&engine), smtp));
    engine.tracker.spawn(keep_time(Arc::clone(&engine)));
    engine.tracker.spawn(dispatch(Arc::clone(&engine)));
    if let Some(path) = engine.options.state_file.clone() {
        engine.tracker.spawn(persistence::keep_saved(Arc::clone(&engine), path));
    }
    Ok(Sandbox {
        control: Control::new(Arc::clone(&engine)),
        engine,
        smtp_addr,
    })
}

impl Sandbox {
    /// Where Google, the inbox and the control page are, without a slash at the end.
    pub fn base_url(&self) -> String {
        self.engine.base_url.clone()
    }

    /// Where Stripe's API is, with the slash at the end that Stripe's clients want: they put `v1/…` behind it.
    pub fn stripe_url(&self) -> String {
        format!("{}/stripe/", self.engine.base_url)
    }

    /// Where the SMTP server listens.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp_addr
    }

    /// Faults, ledger, inbox and people, without HTTP.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Stops listening, saves the state, and waits a little for what is open.
    pub async fn shutdown(self) {
        self.engine.stop.cancel();
        self.engine.tracker.close();
        if tokio::time::timeout(PATIENCE, self.engine.tracker.wait())
            .await
            .is_err()
        {
            tracing::warn!("sandbox stopped with connections still open");
        }
        // What the last requests changed after the saving task had ended.
        if let Some(path) = &self.engine.options.state_file
            && let Err(error) = persistence::save_world(&self.engine, path).await
        {
            tracing::error!(%error, "sandbox state not saved");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.engine.stop.cancel();
    }
}

async fn listen(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let failed = |source| SandboxError::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox depends on core only; timeouts and redirects are set here"
)]
fn build_notifier() -> Result<reqwest::Client, SandboxError> {
    // Another part of the program may have installed the provider already; either one will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(3))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(SandboxError::Notifier)
}

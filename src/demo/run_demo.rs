//! Starts the sandbox and TimeTap beside it, and tells the person at the terminal what to try.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::Context;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{Sandbox, SandboxOptions, StripeOptions, WebhookEndpoint};

use super::keys::keys_of;
use super::people::{ADMIN, HOSTS, PASSWORD};
use super::seed::seed;
use crate::cli::say;
use crate::compose::compose_by;
use crate::config::{Config, RawConfig};
use crate::serve::{ServeOptions, serve};

/// Where the demo lives.
#[derive(Debug)]
pub struct DemoPlace {
    /// The folder of its data.
    pub data_dir: PathBuf,
    /// The port of TimeTap.
    pub port: u16,
    /// The port of the sandbox's pages and APIs.
    pub sandbox_port: u16,
    /// The port of the sandbox's mail server.
    pub smtp_port: u16,
}

/// Runs the demo until told to stop.
///
/// # Errors
/// A part cannot be had, most often because a port is in use.
pub async fn run_demo(place: DemoPlace) -> anyhow::Result<()> {
    std::fs::create_dir_all(&place.data_dir)
        .with_context(|| format!("cannot make the folder {}", place.data_dir.display()))?;
    let entropy = Entropy::system();
    // One clock for both: what passes in the sandbox has passed for TimeTap.
    let clock = Clock::movable();
    let public_url = format!("http://127.0.0.1:{}", place.port);
    let sandbox = start_sandbox(&place, &public_url, clock.clone(), entropy.clone()).await?;
    let config = Config::check(RawConfig {
        public_url: Some(public_url.clone()),
        listen: Some(local(place.port).to_string()),
        database_url: std::env::var("DATABASE_URL")
            .ok()
            .or_else(|| Some(format!("sqlite:{}", place.data_dir.join("timetap.db").display()))),
        keys: Some(keys_of(&place.data_dir, &entropy)?),
        google_client_id: Some(CLIENT_ID.to_owned()),
        google_client_secret: Some(CLIENT_SECRET.to_owned()),
        google_base_url: Some(sandbox.base_url().clone()),
        stripe_secret_key: Some(StripeOptions::default().secret_key),
        stripe_webhook_secrets: Some(SIGNING_SECRET.to_owned()),
        stripe_base_url: Some(sandbox.stripe_url()),
        smtp_host: Some("127.0.0.1".to_owned()),
        smtp_port: Some(place.smtp_port),
        smtp_encryption: Some("none".to_owned()),
        // In the demo everybody comes from this machine: a proxy or a test in front says for whom it speaks.
        trusted_proxies: Some("127.0.0.1".to_owned()),
        mail_from: Some("hello@timetap.test".to_owned()),
        log: std::env::var("TIMETAP_LOG")
            .ok()
            .or_else(|| Some("warn,timetap=info".to_owned())),
        ..RawConfig::default()
    })?;
    config.start_logging();
    let app = compose_by(&config, clock).await?;
    seed(&app, &sandbox).await?;
    welcome(&public_url, &sandbox.base_url());
    let options = ServeOptions {
        listen: config.listen,
        worker: true,
        trusted_proxies: config.trusted_proxies.clone(),
        watch: config.watch.clone(),
    };
    let outcome = serve(app, options).await;
    sandbox.shutdown().await;
    outcome
}

/// The OAuth client that the demo's sandbox knows.
const CLIENT_ID: &str = "timetap-demo.apps.sandbox.test";
const CLIENT_SECRET: &str = "demo-secret-of-the-sandbox";
/// What the demo's Stripe signs its messages with.
const SIGNING_SECRET: &str = "whsec_of_the_demo";

async fn start_sandbox(place: &DemoPlace, public_url: &str, clock: Clock, entropy: Entropy) -> anyhow::Result<Sandbox> {
    let options = SandboxOptions {
        http_addr: local(place.sandbox_port),
        smtp_addr: local(place.smtp_port),
        state_file: Some(place.data_dir.join("sandbox.json")),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        redirect_uris: vec![format!("{public_url}/api/google/calendar/callback")],
        stripe: StripeOptions {
            webhook_endpoints: vec![WebhookEndpoint::new(
                format!("{public_url}/api/stripe/webhooks"),
                SIGNING_SECRET,
            )],
            ..StripeOptions::default()
        },
        ..SandboxOptions::new(clock, entropy)
    };
    timetap_sandbox::start(options).await.with_context(|| {
        format!(
            "the sandbox cannot start on the ports {} and {}",
            place.sandbox_port, place.smtp_port
        )
    })
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn welcome(timetap: &str, sandbox: &str) {
    let [ada, ben, nico, juno] = HOSTS else { return };
    say(&format!(
        "
  TimeTap            {timetap}
  Book with {}  {timetap}/{}      (her Google calendar is connected)
  Book with {} {timetap}/{}     (his is not, yet)
  Buy from {} {timetap}/{}      (lessons, parties, camps, a choir)
  Sandbox            {sandbox}      (its Google, its Stripe, its mailbox, and the switches to break them)
  Mailbox            {sandbox}/mail

  Sign in at {timetap}/sign-in with the password  {PASSWORD}
    {}   host, connected
    {}   host, not connected
    {}  host with a shop
    {}  serves there too
    {}  administrator

  What to try
    1. Book a session with {}; watch the Meet link appear, open the mailbox, find the event in her calendar.
    2. Unplug Google at {sandbox}/control and book again: the booking stands. Plug it back in and see the link arrive.
    3. Put a camp and a party of {}'s into the cart, and pay on the sandbox's page: nothing is charged.
    4. Sign in as {} and connect a calendar.
    5. Buy a ukulele lesson; sign in as {}, open its order, and let somebody else serve it.

  Stop with Ctrl-C; the data stays. Start over with: cargo xtask run --fresh
",
        ada.name,
        ada.slug,
        ben.name,
        ben.slug,
        juno.name,
        juno.slug,
        ada.email,
        ben.email,
        juno.email,
        nico.email,
        ADMIN.0,
        ada.name,
        juno.name,
        ben.name,
        ADMIN.0,
    ));
}

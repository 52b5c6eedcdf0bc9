//! The real program with a Google of its own: the sandbox, over HTTP.

use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{Sandbox, SandboxOptions};
use timetap_testing::Engine;

use super::{Server, free_address};

/// The real program, and a Google for it.
pub struct Stage {
    pub server: Server,
    pub google: Sandbox,
}

impl Stage {
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &["serve"]).await
    }

    /// The same with other arguments, such as `serve --no-worker`.
    pub async fn start_with(engine: Engine, arguments: &[&str]) -> Self {
        let address = free_address();
        let options = SandboxOptions {
            redirect_uris: vec![format!("http://{address}/api/google/calendar/callback")],
            client_id: "the-client".to_owned(),
            client_secret: "the-secret".to_owned(),
            ..SandboxOptions::new(Clock::system(), Entropy::system())
        };
        let google = timetap_sandbox::start(options).await.unwrap();
        let settings = [
            ("TIMETAP_GOOGLE_CLIENT_ID", "the-client".to_owned()),
            ("TIMETAP_GOOGLE_CLIENT_SECRET", "the-secret".to_owned()),
            ("TIMETAP_GOOGLE_BASE_URL", google.base_url()),
        ];
        Self {
            server: Server::start_with(engine, address, &settings, arguments).await,
            google,
        }
    }
}

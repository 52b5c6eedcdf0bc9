//! Stand-ins of Google, Stripe and a mailbox: a strict Google (OAuth, userinfo, Calendar v3) and a strict Stripe (its
//! REST API, payment page and signed webhooks) over loopback HTTP, an SMTP server with an inbox page, faults on demand,
//! and a ledger of everything received.
//!
//! A person with no account anywhere can try every path with it, and tests can break each path on purpose. It keeps
//! Google's rules down to status codes and error bodies. Known deviations: push addresses may be plain HTTP on
//! loopback, recurrence rules go as far as FREQ, INTERVAL, COUNT, UNTIL, BYDAY of weeks and EXDATE, and there is one OAuth
//! client.
//!
//! Under one address: Google at `/o/oauth2/v2/auth`, `/token`, `/revoke`, `/oauth2/v3/userinfo` and `/calendar/v3/…`;
//! Stripe's API at `/stripe/v1/…` and its payment page at `/stripe/c/pay/{session}`;
//! pages at `/`, `/mail`, `/control`, `/calendar/u/{account}` and `/meet/{code}`; JSON at `/api/mail`, `/api/ledger`,
//! `/api/ledger/summary` and `/api/control/…` (`faults`, `unplug`, `plug`, `reset`, `accounts`, `tokens`, `deliveries`,
//! `expire-access-tokens`, `revoke-grant`, `expire-sync-tokens`, `calendars/{calendar}/events`, `stripe/…`).
//!
//! [`start`] runs it; [`Sandbox::control`] offers in the same process what `/api/control` offers over HTTP.

mod answer;
mod connection;
mod control;
mod deliver_answer;
mod faults;
mod google;
mod ledger;
mod mailbox;
mod options;
mod pages;
mod persistence;
mod router;
mod silent_address;
mod start;
mod stripe;
mod world;

pub use control::{
    Control, ControlError,
    mails::{MailFilter, MailView},
    stripe::{SessionOutcome, StripeSummary},
    summary::{AccountView, Summary},
    tokens::TokenPair,
};
pub use faults::{ActiveFault, FaultError, FaultKind, FaultMatch, FaultRule, METHODS, STRIPE_METHODS};
pub use google::{
    accounts::{Account, AccountError, NewAccount},
    calendar::channels::Delivery,
};
pub use ledger::{LedgerQuery, LedgerRow, MethodCount};
pub use mailbox::{
    parse::{MailPart, ParsedMail},
    store::Origin,
};
pub use options::{Quotas, SandboxOptions};
pub use persistence::StateFileError;
pub use silent_address::SilentAddress;
pub use start::{Sandbox, SandboxError, start};
pub use stripe::{
    checkout::pay::PayWith,
    effects::StripeEffect,
    options::{API_VERSION, StripeOptions, WebhookEndpoint},
    webhooks::{DeliveryState, ReleaseOrder, StripeDelivery},
};

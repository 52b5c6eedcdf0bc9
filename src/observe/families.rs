//! Every figure that is kept, with its help text. What is not in this table is not kept, whoever counts it: a new figure is
//! a decision, and labels take few values (routes by template, kinds, outcomes) and never ids.

/// How a figure behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Seconds, in buckets.
    Seconds,
}

/// Name, behaviour and help.
pub const FAMILIES: [(&str, Kind, &str); 19] = [
    (
        "timetap_http_requests_total",
        Kind::Counter,
        "Answers by route, method and status; status gone means that the client left first",
    ),
    (
        "timetap_http_request_duration_seconds",
        Kind::Seconds,
        "Until the answer was ready",
    ),
    (
        "timetap_http_requests_in_flight",
        Kind::Gauge,
        "Requests being answered",
    ),
    (
        "timetap_public_pages_total",
        Kind::Counter,
        "Public pages for visitors without cookies by outcome: made and kept, or answered from what is kept",
    ),
    (
        "timetap_bookings_total",
        Kind::Counter,
        "Submitted booking forms by what they came to",
    ),
    (
        "timetap_orders_total",
        Kind::Counter,
        "Submitted orders by what they came to",
    ),
    (
        "timetap_order_states_total",
        Kind::Counter,
        "How often an order came into a state, such as paid, expired or refunded",
    ),
    (
        "timetap_stripe_events_total",
        Kind::Counter,
        "Messages of Stripe's that were believed, by whether they were new",
    ),
    ("timetap_jobs", Kind::Gauge, "Jobs in the database by kind and state"),
    (
        "timetap_job_attempts_total",
        Kind::Counter,
        "Attempts at jobs by kind and outcome",
    ),
    (
        "timetap_job_attempt_duration_seconds",
        Kind::Seconds,
        "How long attempts took",
    ),
    (
        "timetap_provider_calls_total",
        Kind::Counter,
        "Calls of Google, Stripe and the mail server by operation and outcome",
    ),
    (
        "timetap_provider_call_duration_seconds",
        Kind::Seconds,
        "How long these calls took",
    ),
    (
        "timetap_oldest_due_job_age_seconds",
        Kind::Gauge,
        "How long the oldest due job has been waiting",
    ),
    (
        "timetap_oldest_busy_times_age_seconds",
        Kind::Gauge,
        "Age of the stalest busy times of a connected calendar",
    ),
    (
        "timetap_database_up",
        Kind::Gauge,
        "Whether the database answered this reading",
    ),
    ("timetap_build_info", Kind::Gauge, "1, with the version"),
    ("process_resident_memory_bytes", Kind::Gauge, "Memory in use"),
    ("process_open_fds", Kind::Gauge, "Open files and sockets"),
];

//! On whose behalf work is being done: the request that began it, carried along so that the log lines of a request and of the
//! jobs it made can be joined.
//!
//! It decides nothing and is read by no rule. That is why it travels beside the arguments instead of among them: every use
//! case on the way would otherwise pass on what it has no use for.

use std::sync::OnceLock;

use timetap_store::entities::job;

tokio::task_local! {
    static CAUSE: Cause;
}

/// The request that began it all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its id, as in the log and in the answer's `x-request-id`.
    pub request_id: String,
    /// Its span as a W3C `traceparent`, where traces are kept.
    pub trace_parent: Option<String>,
}

impl Cause {
    /// What stands in a job's row.
    pub fn of_job(row: &job::Model) -> Option<Self> {
        row.caused_by.clone().map(|request_id| Self {
            request_id,
            trace_parent: row.trace_parent.clone(),
        })
    }
}

/// Makes a span that was not entered yet a part of the trace that a `traceparent` names.
pub type JoinTrace = fn(&tracing::Span, &str);

static JOIN_TRACE: OnceLock<JoinTrace> = OnceLock::new();

/// How traces are joined is the program's to know, which sends them; without this call they are not. A second call changes
/// nothing.
pub fn join_traces_by(join: JoinTrace) {
    let _ = JOIN_TRACE.set(join);
}

/// Makes `span` a part of the trace of the request that made `row`.
pub fn join_trace(span: &tracing::Span, row: &job::Model) {
    if let (Some(join), Some(trace_parent)) = (JOIN_TRACE.get(), &row.trace_parent) {
        join(span, trace_parent);
    }
}

/// Does `work` on behalf of `cause`: jobs that it queues carry it on. Tasks that `work` spawns do not.
pub async fn on_behalf_of<F: Future>(cause: Option<Cause>, work: F) -> F::Output {
    match cause {
        Some(cause) => CAUSE.scope(cause, work).await,
        None => work.await,
    }
}

/// On whose behalf this task works, where it is known.
pub fn current_cause() -> Option<Cause> {
    CAUSE.try_with(Clone::clone).ok()
}

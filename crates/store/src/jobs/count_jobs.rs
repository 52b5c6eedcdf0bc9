//! How much work there is, for the admin's page.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::error::StoreError;

/// So many jobs of one kind are in one state.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct JobCount {
    /// The state.
    pub state: String,
    /// The kind.
    pub kind: String,
    /// How many.
    pub jobs: i64,
}

/// Counts jobs by state and kind.
///
/// # Errors
/// The database refuses.
pub async fn count_jobs(on: &impl ConnectionTrait) -> Result<Vec<JobCount>, StoreError> {
    Ok(JobCount::find_by_statement(Statement::from_string(
        on.get_database_backend(),
        "SELECT state, kind, COUNT(*) AS jobs FROM jobs GROUP BY state, kind ORDER BY state, kind",
    ))
    .all(on)
    .await?)
}

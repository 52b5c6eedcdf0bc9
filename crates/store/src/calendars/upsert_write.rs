//! Notes what should stand in people's calendars.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;
use crate::number_rows::number_rows;

const PENDING: &str = "pending";

/// What should stand in one person's calendar for one appointment.
#[derive(Clone, Debug)]
pub struct WriteWish {
    /// The id for a new row; an existing row keeps its own.
    pub id: Uuid,
    /// The appointment.
    pub appointment_id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// As whom: `customer`, `staff`, `manager` or `admin`. Decides what the event says.
    pub role: &'static str,
    /// Where.
    pub provider: &'static str,
    /// Whether it should stand there at all.
    pub present: bool,
    /// Code and words, where nothing is to be done about it until somebody asks.
    pub skipped: Option<(&'static str, &'static str)>,
}

/// Inserts the wishes in one statement, or raises the desired version of those that stand there. No two may be of the same
/// person. Returns the ids of the rows that are work to do.
///
/// # Errors
/// The database refuses.
pub async fn upsert_writes(
    on: &impl ConnectionTrait,
    wishes: &[WriteWish],
    now: Timestamp,
) -> Result<Vec<Uuid>, StoreError> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let Statement { sql, values, .. } = upsert(on.get_database_backend(), wishes, now);
    let statement = Statement {
        sql: format!("{sql} RETURNING id, state"),
        values,
        db_backend: on.get_database_backend(),
    };
    let rows = on.query_all_raw(statement).await?;
    let mut work = Vec::new();
    for row in rows {
        if row.try_get::<String>("", "state")? == PENDING {
            work.push(row.try_get("", "id")?);
        }
    }
    Ok(work)
}

/// The statement of it.
pub(crate) fn upsert(backend: DatabaseBackend, wishes: &[WriteWish], now: Timestamp) -> Statement {
    let rows = number_rows(
        wishes.len(),
        2,
        |[id, about, user, provider, role, present, state, code, words]| {
            format!(
                "(${id}, ${about}, ${user}, ${provider}, ${role}, 1, 'none', 0, ${present}, 1, ${state}, 0, ${code}, ${words}, \
                 $1, $1)"
            )
        },
    );
    // What a row says of an earlier skip is over with it; what it says of a failure is told until it succeeds.
    let sql = format!(
        "INSERT INTO calendar_writes (id, appointment_id, user_id, provider, role, generation, conference_state, \
         conference_attempt, desired_present, desired_version, state, attempts, last_error_code, last_error, created_at, \
         updated_at) VALUES {rows} \
         ON CONFLICT (appointment_id, user_id, provider) DO UPDATE SET role = excluded.role, \
         desired_present = excluded.desired_present, desired_version = calendar_writes.desired_version + 1, \
         last_error_code = CASE WHEN 'skipped' IN (excluded.state, calendar_writes.state) THEN excluded.last_error_code \
         ELSE calendar_writes.last_error_code END, \
         last_error = CASE WHEN 'skipped' IN (excluded.state, calendar_writes.state) THEN excluded.last_error \
         ELSE calendar_writes.last_error END, \
         state = excluded.state, next_attempt_at = NULL, updated_at = excluded.updated_at"
    );
    let mut values: Vec<Value> = vec![now.as_millisecond().into()];
    for wish in wishes {
        let (code, words) = wish.skipped.unzip();
        values.extend([
            wish.id.into(),
            wish.appointment_id.into(),
            wish.user_id.into(),
            wish.provider.into(),
            wish.role.into(),
            wish.present.into(),
            if code.is_some() { "skipped" } else { PENDING }.into(),
            code.into(),
            words.into(),
        ]);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

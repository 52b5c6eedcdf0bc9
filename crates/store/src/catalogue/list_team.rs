//! Who works with whom.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::accounts::may_be_booked::may_be_booked;
use crate::error::StoreError;

/// Somebody who can be booked.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Member {
    /// The account.
    pub user_id: Uuid,
    /// The name on the public page.
    pub display_name: String,
    /// The public page.
    pub slug: String,
    /// The account's address.
    pub email: String,
    /// The role.
    pub role: String,
    /// To whom they report.
    pub manager_id: Option<Uuid>,
    /// How many appointments lie ahead.
    pub ahead: i64,
}

/// Everybody with a page of their own who may be booked, by name.
///
/// # Errors
/// The database refuses.
pub async fn list_members(on: &impl ConnectionTrait, now: jiff::Timestamp) -> Result<Vec<Member>, StoreError> {
    let sql = format!(
        "SELECT h.user_id, h.display_name, h.slug, u.email, u.role, u.manager_id, \
         (SELECT COUNT(*) FROM appointments a WHERE a.host_id = h.user_id AND a.status = 'scheduled' \
          AND a.ends_at > $1) AS ahead \
         FROM hosts h JOIN users u ON u.id = h.user_id \
         WHERE {may_be_booked} ORDER BY LOWER(h.display_name), h.user_id",
        may_be_booked = may_be_booked("u"),
    );
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [now.as_millisecond().into()]);
    Ok(Member::find_by_statement(statement).all(on).await?)
}

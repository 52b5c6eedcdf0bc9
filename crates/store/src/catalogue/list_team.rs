//! Who works with whom.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::accounts::may_be_booked::may_be_booked;
use crate::error::StoreError;

/// Somebody who can be booked, or is.
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
    /// Whether they may be booked: neither disabled nor a mere customer.
    pub may_be_booked: bool,
}

/// Everybody with a page of their own who may be booked, by name.
///
/// # Errors
/// The database refuses.
pub async fn list_members(on: &impl ConnectionTrait, now: jiff::Timestamp) -> Result<Vec<Member>, StoreError> {
    let mut known = list_known(on, now).await?;
    known.retain(|member| member.may_be_booked);
    Ok(known)
}

/// The same with those who may not be booked any more, but are: somebody has to look after that.
///
/// # Errors
/// The database refuses.
pub async fn list_known(on: &impl ConnectionTrait, now: jiff::Timestamp) -> Result<Vec<Member>, StoreError> {
    let sql = format!(
        "SELECT * FROM (SELECT h.user_id, h.display_name, h.slug, u.email, u.role, u.manager_id, \
         (SELECT COUNT(*) FROM appointments a WHERE a.host_id = h.user_id AND a.status = 'scheduled' \
          AND a.ends_at > $1) AS ahead, ({may_be_booked}) AS may_be_booked \
         FROM hosts h JOIN users u ON u.id = h.user_id) known \
         WHERE may_be_booked OR ahead > 0 ORDER BY LOWER(display_name), user_id",
        may_be_booked = may_be_booked("u"),
    );
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [now.as_millisecond().into()]);
    Ok(Member::find_by_statement(statement).all(on).await?)
}

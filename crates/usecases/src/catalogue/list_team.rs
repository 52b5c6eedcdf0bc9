//! Whom somebody may give work to.

use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::role::Role;
use timetap_store::catalogue::list_team::list_members;
use timetap_store::entities::user;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Somebody who can be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    /// The account.
    pub user_id: Uuid,
    /// The name on the public page.
    pub name: String,
    /// The public page.
    pub slug: String,
    /// The account's address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// How many appointments lie ahead.
    pub ahead: i64,
}

/// The people whom `user_id` may give work to, by name: an administrator everybody, a manager those who report to them, and
/// each themselves.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_team(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<Vec<TeamMember>, Unexpected> {
    let role = match user::Entity::find_by_id(user_id).one(on).await? {
        Some(person) if person.disabled_at.is_none() => read_role(&person.role)?,
        _ => return Ok(Vec::new()),
    };
    let mut team = Vec::new();
    for member in list_members(on, app.clock.now()).await? {
        let reports = role >= Role::Manager && member.manager_id == Some(user_id);
        if role.is_admin() || reports || member.user_id == user_id {
            team.push(TeamMember {
                user_id: member.user_id,
                name: member.display_name,
                slug: member.slug,
                email: member.email,
                role: read_role(&member.role)?,
                ahead: member.ahead,
            });
        }
    }
    Ok(team)
}

fn read_role(text: &str) -> Result<Role, Unexpected> {
    text.parse()
        .map_err(|error| Unexpected::Inconsistent(format!("users.role: {error}")))
}

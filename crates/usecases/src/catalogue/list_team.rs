//! Whom somebody may give work to.

use sea_orm::ConnectionTrait;
use timetap_core::may_act_for::{Responsible, may_act_for};
use timetap_core::role::Role;
use timetap_store::catalogue::list_team::list_known;
use uuid::Uuid;

use crate::hosts::find_acting;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Somebody who can be booked, or is.
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
    /// Whether they may be booked.
    pub may_be_booked: bool,
}

/// The people whom `user_id` may give work to, by name: an administrator everybody, a manager those who report to them, and
/// each themselves.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_team(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<Vec<TeamMember>, Unexpected> {
    let mut team = list_looked_after(on, app, user_id).await?;
    team.retain(|member| member.may_be_booked);
    Ok(team)
}

/// The same with those who may not be booked any more, but have something booked ahead.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn list_looked_after(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
) -> Result<Vec<TeamMember>, Unexpected> {
    let Some(acting) = find_acting(on, user_id).await? else {
        return Ok(Vec::new());
    };
    let mut team = Vec::new();
    for member in list_known(on, app.clock.now()).await? {
        let whose = Responsible {
            user_id: member.user_id,
            manager_id: member.manager_id,
        };
        if may_act_for(acting, whose) {
            team.push(TeamMember {
                user_id: member.user_id,
                name: member.display_name,
                slug: member.slug,
                email: member.email,
                role: member
                    .role
                    .parse()
                    .map_err(|error| Unexpected::Inconsistent(format!("users.role: {error}")))?,
                ahead: member.ahead,
                may_be_booked: member.may_be_booked,
            });
        }
    }
    Ok(team)
}

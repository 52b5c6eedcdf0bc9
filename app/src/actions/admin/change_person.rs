//! What an administrator changes about somebody's account.

use http::StatusCode;
use timetap_core::role::Role;
use timetap_usecases::Unexpected;
use timetap_usecases::accounts::Actor;
use timetap_usecases::accounts::change_role::{ChangeRoleError, change_role};
use timetap_usecases::accounts::disable_user::{DisableUserError, disable_user};
use timetap_usecases::catalogue::set_manager;
use timetap_usecases::catalogue::set_manager::SetManagerError;
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};
use crate::pages::admin::people::people_address;

/// `POST /admin/people`. The field `form` says which: `role`, `manager` or `access`.
pub fn change_person(s: Submission) -> ActionFuture {
    Box::pin(async move {
        let viewer = match s.require_admin() {
            Ok(viewer) => viewer,
            Err(reply) => return Ok(reply),
        };
        let by = Actor {
            user_id: viewer.user_id,
            role: viewer.role,
        };
        let Ok(id) = s.form.text("id").parse::<Uuid>() else {
            return Ok(refuse(s, "There is no such account."));
        };
        match s.form.text("form") {
            "role" => set_role(s, by, id).await,
            "access" => set_access(s, by, id).await,
            "manager" => put_manager(s, by, id).await,
            _ => Ok(refuse(
                s,
                "This form is not known here. Please reload the page and try again.",
            )),
        }
    })
}

async fn set_role(s: Submission, by: Actor, id: Uuid) -> Result<Reply, Unexpected> {
    let Ok(role) = s.form.text("role").parse::<Role>() else {
        return Ok(refuse(s, "Please choose one of the roles."));
    };
    match change_role(&s.app, by, id, role).await {
        // Whoever is no administrator any more has no business on this page.
        Ok(()) if id == by.user_id && !role.is_admin() => Ok(Reply::see("/account")),
        Ok(()) => Ok(done(&s, "role")),
        Err(ChangeRoleError::Forbidden) => Ok(Reply::Forbidden),
        Err(ChangeRoleError::Unexpected(error)) => Err(error),
        Err(error @ (ChangeRoleError::NoSuchAccount | ChangeRoleError::LastAdmin)) => Ok(refuse(s, error.to_string())),
    }
}

async fn put_manager(s: Submission, by: Actor, id: Uuid) -> Result<Reply, Unexpected> {
    let manager_id = match s.form.text("manager") {
        "" => None,
        text => match text.parse::<Uuid>() {
            Ok(id) => Some(id),
            Err(_) => return Ok(refuse(s, "There is no such account.")),
        },
    };
    match set_manager(&s.app, by, id, manager_id).await {
        Ok(()) => Ok(done(&s, "manager")),
        Err(SetManagerError::Forbidden) => Ok(Reply::Forbidden),
        Err(SetManagerError::Unexpected(error)) => Err(error),
        Err(error) => Ok(refuse(s, error.to_string())),
    }
}

async fn set_access(s: Submission, by: Actor, id: Uuid) -> Result<Reply, Unexpected> {
    let disabled = match s.form.text("access") {
        "disabled" => true,
        "enabled" => false,
        _ => return Ok(refuse(s, "Please reload the page and try again.")),
    };
    match disable_user(&s.app, by, id, disabled).await {
        Ok(()) => Ok(done(&s, if disabled { "disabled" } else { "enabled" })),
        Err(DisableUserError::Forbidden) => Ok(Reply::Forbidden),
        Err(DisableUserError::Unexpected(error)) => Err(error),
        Err(error @ (DisableUserError::NoSuchAccount | DisableUserError::Oneself | DisableUserError::LastAdmin)) => {
            Ok(refuse(s, error.to_string()))
        }
    }
}

/// Back to the same page of the list.
fn done(s: &Submission, code: &str) -> Reply {
    let page = s.query.text("page").parse().unwrap_or(1);
    Reply::see(format!("{}&done={code}", people_address(s.query.text("q"), page)))
}

fn refuse(s: Submission, sentence: impl Into<String>) -> Reply {
    s.refused(StatusCode::UNPROCESSABLE_ENTITY, "", sentence)
}

//! An administrator retries what failed for good.

use http::StatusCode;
use timetap_usecases::jobs::retry_dead;
use uuid::Uuid;

use crate::actions::{ActionFuture, Reply, Submission};

/// `POST /admin/jobs`. The field `job` is a job's id, or `all`.
pub fn change_jobs(s: Submission) -> ActionFuture {
    Box::pin(async move {
        if let Err(reply) = s.require_admin() {
            return Ok(reply);
        }
        let wanted = s.form.text("job");
        let (id, done) = if wanted == "all" {
            (None, "retried_all")
        } else if let Ok(id) = wanted.parse::<Uuid>() {
            (Some(id), "retried")
        } else {
            return Ok(s.refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "",
                "This form is not known here. Please reload the page and try again.",
            ));
        };
        let jobs = retry_dead(&s.app, id).await?;
        let done = if jobs == 0 { "none" } else { done };
        Ok(Reply::see(format!("/admin/jobs?done={done}")))
    })
}

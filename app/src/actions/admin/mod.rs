//! Forms of the admin pages.

mod change_jobs;
mod change_person;

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("/admin/jobs", change_jobs::change_jobs),
        ("/admin/people", change_person::change_person),
    ]
}

//! Forms of the admin pages.

mod change_person;

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![("/admin/people", change_person::change_person)]
}

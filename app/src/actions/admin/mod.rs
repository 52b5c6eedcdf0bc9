//! Forms of the admin pages.

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![]
}

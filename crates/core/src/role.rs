//! What a user is here: one role each, every role including what the lower ones may do.

text_enum! {
    /// The role of a user. Ordered: a later one may do all that an earlier one may.
    pub enum Role: "role" {
        /// Books.
        Customer = "customer",
        /// Is booked: has a page, hours and calendars.
        Staff = "staff",
        /// Is booked, and has staff who report to them.
        Manager = "manager",
        /// Runs the installation.
        Admin = "admin",
    }
}

impl Role {
    /// Whether this user can have a public page and be booked.
    pub const fn is_host(self) -> bool {
        !matches!(self, Self::Customer)
    }

    /// Whether this user runs the installation.
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::Admin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_customers_are_no_hosts_and_only_admins_are_admins() {
        assert_eq!(
            Role::ALL.iter().map(|r| r.is_host()).collect::<Vec<_>>(),
            [false, true, true, true]
        );
        assert_eq!(
            Role::ALL.iter().map(|r| r.is_admin()).collect::<Vec<_>>(),
            [false, false, false, true]
        );
        assert!(Role::Admin > Role::Manager && Role::Manager > Role::Staff && Role::Staff > Role::Customer);
        assert_eq!(serde_json::to_string(&Role::Manager).unwrap(), "\"manager\"");
    }
}

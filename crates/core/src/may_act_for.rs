//! Who may work on what is another one's: the one rule for services, dates, weekly times, and those who come.

use uuid::Uuid;

use crate::role::Role;

/// Somebody who wants to see or change something, as they are at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The account.
    pub user_id: Uuid,
    /// Its role.
    pub role: Role,
}

/// Somebody whose thing it is: whose service, or who serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Responsible {
    /// The account.
    pub user_id: Uuid,
    /// To whom they report.
    pub manager_id: Option<Uuid>,
}

/// Whether `acting` may see and change what is `whose`: what is their own, of those who report to them as long as they are a
/// manager, and of everybody for an administrator. A customer has nothing of the kind.
pub fn may_act_for(acting: Acting, whose: Responsible) -> bool {
    match acting.role {
        Role::Customer => false,
        Role::Staff => acting.user_id == whose.user_id,
        Role::Manager => acting.user_id == whose.user_id || whose.manager_id == Some(acting.user_id),
        Role::Admin => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_their_manager_and_administrators_may() {
        let [juno, manager, other] = [1, 2, 3].map(Uuid::from_u128);
        let whose = Responsible {
            user_id: juno,
            manager_id: Some(manager),
        };
        let may = |user_id| -> Vec<bool> {
            let roles = Role::ALL.iter();
            roles
                .map(|role| may_act_for(Acting { user_id, role: *role }, whose))
                .collect()
        };
        // As a customer, staff, manager, administrator.
        assert_eq!(may(juno), [false, true, true, true]);
        assert_eq!(may(manager), [false, false, true, true]);
        assert_eq!(may(other), [false, false, false, true]);
        let alone = Responsible {
            manager_id: None,
            ..whose
        };
        let role = Role::Manager;
        assert!(!may_act_for(Acting { user_id: manager, role }, alone));
    }
}

//! Who may be booked.

/// The condition, in SQL, on the row of `users` that goes by `account` there: the account is neither disabled nor a mere
/// customer's.
pub(crate) fn may_be_booked(account: &str) -> String {
    format!("{account}.disabled_at IS NULL AND {account}.role <> 'customer'")
}

//! A subscription is ordered by itself.

use super::ServiceKind;

/// Of things that are to be ordered together a subscription and another thing, by their places. A subscription is a bill of its
/// own that comes every week: it can be ended, or fail, without anything else being touched, and what is paid once can be given
/// back without touching it. So the two do not go together, and neither do two subscriptions.
pub fn find_bill_of_its_own(kinds: &[ServiceKind]) -> Option<(usize, usize)> {
    let subscription = kinds.iter().position(|kind| *kind == ServiceKind::Subscription)?;
    let other = (0..kinds.len()).find(|place| *place != subscription)?;
    Some((subscription, other))
}

/// What the matter is with the subscription of this title, in a sentence for the customer.
pub fn bill_of_its_own_message(title: &str) -> String {
    format!(
        "“{title}” has a bill of its own every week, so it is ordered by itself. Please take it out and order the rest first, or \
         order it first."
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::ServiceKind::{Camp, Session, Subscription};
    use super::*;

    #[rstest]
    #[case::nothing(&[], None)]
    #[case::by_itself(&[Subscription], None)]
    #[case::none_of_them(&[Session, Camp, Session], None)]
    #[case::the_last(&[Session, Camp, Subscription], Some((2, 0)))]
    #[case::the_first(&[Subscription, Camp], Some((0, 1)))]
    #[case::two(&[Subscription, Subscription], Some((0, 1)))]
    fn a_subscription_and_something_else(#[case] kinds: &[ServiceKind], #[case] found: Option<(usize, usize)>) {
        assert_eq!(find_bill_of_its_own(kinds), found);
    }
}

//! What cannot be ordered together.

use timetap_core::orders::{CartConflict, CartEntry, Participant, ServiceKind, find_conflicts};
use uuid::Uuid;

use super::view_cart::CartLine;

/// Every conflict between two things of the cart, who attends each being as `attending` says.
pub(super) fn conflicts_of(lines: &[CartLine], attending: impl Fn(&CartLine) -> Vec<Participant>) -> Vec<CartConflict> {
    let entries: Vec<CartEntry> = lines
        .iter()
        .map(|line| CartEntry {
            id: line.item.id,
            title: line.ware.service.title.clone(),
            staff_id: line.ware.staff_id,
            takes_staff_time: line.ware.kind.takes_a_time(),
            spans: line.ware.spans.clone(),
            participants: attending(line).iter().map(Participant::key).collect(),
            currency: line.ware.price.currency,
        })
        .collect();
    let mut found = find_conflicts(&entries);
    found.extend(bills_of_their_own(lines));
    found
}

/// A subscription is a bill of its own that comes every week: it can be ended, or fail, without anything else being touched,
/// and what is paid once can be given back without touching it. So it is ordered by itself.
fn bills_of_their_own(lines: &[CartLine]) -> Option<CartConflict> {
    let subscription = lines.iter().find(|line| line.ware.kind == ServiceKind::Subscription)?;
    let other: Option<Uuid> = lines
        .iter()
        .map(|line| line.item.id)
        .find(|id| *id != subscription.item.id);
    other.map(|other| CartConflict {
        item: subscription.item.id,
        with: other,
        message: format!(
            "“{}” has a bill of its own every week, so it is ordered by itself. Please take it out and order the rest first, \
             or order it first.",
            subscription.ware.service.title
        ),
    })
}

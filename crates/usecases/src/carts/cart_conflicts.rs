//! What cannot be ordered together.

use timetap_core::orders::{
    CartConflict, CartEntry, Participant, ServiceKind, bill_of_its_own_message, find_bill_of_its_own, find_conflicts,
};

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

fn bills_of_their_own(lines: &[CartLine]) -> Option<CartConflict> {
    let kinds: Vec<ServiceKind> = lines.iter().map(|line| line.ware.kind).collect();
    let (subscription, other) = find_bill_of_its_own(&kinds)?;
    let subscription = &lines[subscription];
    Some(CartConflict {
        item: subscription.item.id,
        with: lines[other].item.id,
        message: bill_of_its_own_message(&subscription.ware.service.title),
    })
}

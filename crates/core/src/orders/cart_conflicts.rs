//! What cannot stand together in one cart, said before anybody pays.

use jiff::civil::Date;
use uuid::Uuid;

use crate::money::Currency;
use crate::span::Span;

/// One thing in a cart, as far as it can be in another's way.
#[derive(Clone, Debug)]
pub struct CartEntry {
    /// The cart item.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// Who serves, where that is settled.
    pub staff_id: Option<Uuid>,
    /// Whose time it takes by itself: a camp's staff is there for all of its seats.
    pub takes_staff_time: bool,
    /// When it happens; of a subscription the first dates.
    pub spans: Vec<Span>,
    /// Who attends, as [`super::Participant::key`] tells.
    pub participants: Vec<(String, Option<Date>)>,
    /// What it is paid in.
    pub currency: Currency,
}

/// Two entries that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartConflict {
    /// The later one, which is to be changed or removed.
    pub item: Uuid,
    /// The one it collides with.
    pub with: Uuid,
    /// What the matter is, in a sentence for the customer.
    pub message: String,
}

/// Every conflict between two entries, in the order of the later one.
pub fn find_conflicts(entries: &[CartEntry]) -> Vec<CartConflict> {
    let mut found = Vec::new();
    for (index, item) in entries.iter().enumerate() {
        for with in &entries[..index] {
            if let Some(message) = conflict(item, with) {
                found.push(CartConflict {
                    item: item.id,
                    with: with.id,
                    message,
                });
            }
        }
    }
    found
}

fn conflict(item: &CartEntry, with: &CartEntry) -> Option<String> {
    if item.currency != with.currency {
        return Some(format!(
            "“{}” is paid in {} and “{}” in {}. Please order them one after the other.",
            item.title, item.currency, with.title, with.currency
        ));
    }
    let at_once = item
        .spans
        .iter()
        .any(|span| with.spans.iter().any(|other| span.overlaps(other)));
    if !at_once {
        return None;
    }
    let twice = item.participants.iter().any(|one| with.participants.contains(one));
    if twice {
        return Some(format!(
            "The same participant would be in “{}” and “{}” at the same time. Please choose another date or participant.",
            with.title, item.title
        ));
    }
    let same_staff = item.staff_id.is_some() && item.staff_id == with.staff_id;
    if same_staff && item.takes_staff_time && with.takes_staff_time {
        return Some(format!(
            "“{}” and “{}” are with the same person at the same time. Please choose another time for one of them.",
            with.title, item.title
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u128, hours: (i64, i64), staff: Option<u128>, participant: &str) -> CartEntry {
        let at = |hour: i64| jiff::Timestamp::from_second(hour * 3600).unwrap();
        CartEntry {
            id: Uuid::from_u128(number),
            title: format!("Thing {number}"),
            staff_id: staff.map(Uuid::from_u128),
            takes_staff_time: true,
            spans: vec![Span::new(at(hours.0), at(hours.1)).unwrap()],
            participants: vec![(participant.to_owned(), None)],
            currency: Currency::EUR,
        }
    }

    #[test]
    fn the_same_child_twice_at_once() {
        let found = find_conflicts(&[entry(1, (9, 15), Some(1), "mia"), entry(2, (14, 16), Some(2), "mia")]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].item, found[0].with), (Uuid::from_u128(2), Uuid::from_u128(1)));
        assert!(found[0].message.contains("same participant"));
    }

    #[test]
    fn the_same_person_serves_one_at_a_time_but_a_camp_of_several_seats() {
        let two = [entry(1, (9, 10), Some(1), "mia"), entry(2, (9, 10), Some(1), "leo")];
        assert!(find_conflicts(&two)[0].message.contains("same person"));
        let camp = two.map(|entry| CartEntry {
            takes_staff_time: false,
            ..entry
        });
        assert_eq!(find_conflicts(&camp), []);
    }

    #[test]
    fn one_after_the_other_and_different_people_go_together() {
        let good = [
            entry(1, (9, 10), Some(1), "mia"),
            entry(2, (10, 11), Some(1), "mia"),
            entry(3, (9, 10), Some(2), "leo"),
            entry(4, (9, 10), None, "ana"),
            entry(5, (9, 10), None, "ben"),
        ];
        assert_eq!(find_conflicts(&good), []);
    }

    #[test]
    fn one_currency_a_cart() {
        let mut dollars = entry(2, (20, 21), None, "leo");
        dollars.currency = Currency::parse("usd").unwrap();
        let found = find_conflicts(&[entry(1, (9, 10), None, "mia"), dollars]);
        assert!(found[0].message.contains("EUR") && found[0].message.contains("USD"));
    }
}

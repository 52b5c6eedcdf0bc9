//! The number of an order that people read to each other.

use crate::entropy::Entropy;

/// Crockford's base 32 without the letters that are taken for digits (crockford.com/base32.html).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A new number such as `TT-7K3M-9QFD`: 40 random bits, so that nobody learns from it how many orders there are. Two orders
/// may draw the same one, though hardly ever; the database's unique rule notices, and another is drawn.
pub fn new_order_number(entropy: &Entropy) -> String {
    let mut number = String::from("TT");
    for (index, byte) in entropy.bytes::<8>().into_iter().enumerate() {
        if index % 4 == 0 {
            number.push('-');
        }
        number.push(char::from(ALPHABET[usize::from(byte & 31)]));
    }
    number
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_can_be_read_aloud_and_hardly_ever_repeat() {
        let entropy = Entropy::seeded(5);
        let numbers: BTreeSet<String> = (0..10_000).map(|_| new_order_number(&entropy)).collect();
        assert!(numbers.len() > 9_990);
        for number in &numbers {
            assert_eq!(number.len(), 12);
            assert!(number.starts_with("TT-") && number.as_bytes()[7] == b'-');
            assert!(!number[3..].contains(['I', 'L', 'O', 'U']));
        }
    }
}

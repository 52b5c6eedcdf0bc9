//! How a sum is shared out over things of different prices, to the last minor unit.

/// Shares `sum` out over `weights`: each gets its part rounded down, and what is left goes by one to those with the largest
/// remainders, the first of equals first. The parts are never negative and add up to `sum`; nothing is shared over weights that
/// are all zero.
pub fn share_out(sum: i64, weights: &[i64]) -> Vec<i64> {
    let sum = i128::from(sum.max(0));
    let weights: Vec<i128> = weights.iter().map(|weight| i128::from((*weight).max(0))).collect();
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<i128> = weights.iter().map(|weight| sum * weight / whole).collect();
    let mut left = sum - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(sum * weights[*place] % whole));
    for place in order {
        if left == 0 {
            break;
        }
        parts[place] += 1;
        left -= 1;
    }
    parts
        .into_iter()
        .map(|part| i64::try_from(part).unwrap_or(i64::MAX))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_cent_goes_to_the_largest_remainder() {
        assert_eq!(share_out(1_000, &[1, 1, 1]), [334, 333, 333]);
        assert_eq!(share_out(100, &[4_000, 3_000, 0]), [57, 43, 0]);
        assert_eq!(share_out(7_000, &[4_000, 3_000]), [4_000, 3_000]);
        assert_eq!(share_out(10, &[0, 0]), [0, 0]);
        assert!(share_out(10, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_gets_more_than_a_unit_too_much(
            sum in 0..10_000_000_i64,
            weights in prop::collection::vec(0..1_000_000_i64, 1..20),
        ) {
            let parts = share_out(sum, &weights);
            let whole: i64 = weights.iter().sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), if whole == 0 { 0 } else { sum });
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*part >= 0);
                if whole > 0 {
                    let exact = i128::from(sum) * i128::from(*weight);
                    let got = i128::from(*part) * i128::from(whole);
                    prop_assert!((got - exact).abs() < i128::from(whole));
                    prop_assert!(*weight > 0 || *part == 0);
                }
            }
        }
    }
}

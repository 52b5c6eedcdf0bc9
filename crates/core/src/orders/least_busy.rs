//! Who of several serves: whoever has least to do.

use uuid::Uuid;

/// The candidates in the order in which they are asked: least minutes of work first; of equals the one that the service
/// names first, which `candidates` is ordered by.
pub fn least_busy(candidates: &[(Uuid, i64)]) -> Vec<Uuid> {
    let mut order: Vec<&(Uuid, i64)> = candidates.iter().collect();
    order.sort_by_key(|(_, minutes)| *minutes);
    order.into_iter().map(|(id, _)| *id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_work_first_then_the_services_own_order() {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        assert_eq!(least_busy(&[(a, 120), (b, 60), (c, 60)]), [b, c, a]);
        assert!(least_busy(&[]).is_empty());
    }
}

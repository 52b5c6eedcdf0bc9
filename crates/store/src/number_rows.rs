//! The `VALUES` of statements that name several rows.

/// `count` rows, one after the other, separated by commas. `row` writes one of them from the numbers of its parameters; the
/// first row's begin with `first`.
pub(crate) fn number_rows<const COLUMNS: usize>(
    count: usize,
    first: usize,
    row: impl Fn([usize; COLUMNS]) -> String,
) -> String {
    let rows: Vec<String> = (0..count)
        .map(|number| row(std::array::from_fn(|column| first + number * COLUMNS + column)))
        .collect();
    rows.join(", ")
}

/// The same rows, the last one repeated until their number is a power of two: for statements to which the same row twice is
/// as good as once, so that databases need not prepare another text for each number of rows.
pub(crate) fn padded<T>(rows: &[T]) -> Vec<&T> {
    let count = rows.len().next_power_of_two();
    rows.iter().chain(rows.last().into_iter().cycle()).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_numbers_of_its_own() {
        let rows = number_rows(3, 2, |[id, name]| format!("(${id}, ${name}, $1)"));
        assert_eq!(rows, "($2, $3, $1), ($4, $5, $1), ($6, $7, $1)");
        assert_eq!(number_rows(0, 1, |[id]| format!("(${id})")), "");
    }

    #[test]
    fn rows_are_padded_with_the_last_one() {
        assert_eq!(padded(&[1, 2, 3]), [&1, &2, &3, &3]);
        assert_eq!(padded(&[1]), [&1]);
        assert_eq!(padded::<i32>(&[]), Vec::<&i32>::new());
    }
}

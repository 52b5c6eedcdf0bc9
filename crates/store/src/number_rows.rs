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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_numbers_of_its_own() {
        let rows = number_rows(3, 2, |[id, name]| format!("(${id}, ${name}, $1)"));
        assert_eq!(rows, "($2, $3, $1), ($4, $5, $1), ($6, $7, $1)");
        assert_eq!(number_rows(0, 1, |[id]| format!("(${id})")), "");
    }
}

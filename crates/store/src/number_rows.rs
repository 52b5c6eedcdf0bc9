//! The `VALUES` of statements that name several rows.

use sea_orm::DatabaseBackend;

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

/// `count` rows of `COLUMNS` parameters each, which must be the first ones of the statement. To bind a parameter of many that
/// have a number, SQLite's driver goes through the names of all of them; these have none there.
pub(crate) fn leading_rows<const COLUMNS: usize>(backend: DatabaseBackend, count: usize) -> String {
    number_rows(count, 1, |columns: [usize; COLUMNS]| {
        let parameters = columns.map(|number| match backend {
            DatabaseBackend::Postgres => format!("${number}"),
            _ => "?".to_owned(),
        });
        format!("({})", parameters.join(", "))
    })
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
    fn leading_rows_have_names_where_they_cost_nothing() {
        assert_eq!(leading_rows::<2>(DatabaseBackend::Postgres, 2), "($1, $2), ($3, $4)");
        assert_eq!(leading_rows::<2>(DatabaseBackend::Sqlite, 2), "(?, ?), (?, ?)");
    }

    #[test]
    fn rows_are_padded_with_the_last_one() {
        assert_eq!(padded(&[1, 2, 3]), [&1, &2, &3, &3]);
        assert_eq!(padded(&[1]), [&1]);
        assert_eq!(padded::<i32>(&[]), Vec::<&i32>::new());
    }
}

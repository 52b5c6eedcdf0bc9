//! Rows and ids that a statement is given, in a text that is the same however many there are: a database prepares each text
//! by itself, on each of its connections.

use sea_orm::{DatabaseBackend, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// One value of a given row.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// For a column of ids.
    Id(Option<Uuid>),
    /// For a column of texts.
    Text(Option<String>),
    /// For a column of whole numbers.
    Number(Option<i64>),
    /// For a column of JSON.
    Json(Json),
}

/// What a column holds, by the name of PostgreSQL's type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Id,
    Text,
    Number,
    Json,
}

/// Rows under a name, as the first part of a statement's `WITH`. Their parameters are the first ones of the statement.
#[derive(Debug)]
pub(crate) struct GivenRows {
    backend: DatabaseBackend,
    name: String,
    table: String,
    values: Vec<Value>,
}

impl GivenRows {
    /// `rows` under the name `name`, with these columns.
    pub(crate) fn new<const COLUMNS: usize>(
        backend: DatabaseBackend,
        name: &str,
        columns: [(&str, Kind); COLUMNS],
        rows: &[[Cell; COLUMNS]],
    ) -> Self {
        if backend == DatabaseBackend::Postgres {
            return Self::in_json(name, columns, rows);
        }
        // Parameters without names: to bind one that has, the driver goes through the names before it. The last row is
        // repeated until their number is a power of two, and left out again.
        let names = columns.map(|(name, _)| name).join(", ");
        let padded = padded(rows);
        let row = format!("({})", ["?"; COLUMNS].join(", "));
        let texts = vec![row; padded.len()].join(", ");
        let mut values: Vec<Value> = padded.into_iter().flatten().cloned().map(Value::from).collect();
        values.push(i64::try_from(rows.len()).unwrap_or(i64::MAX).into());
        Self {
            backend,
            name: name.to_owned(),
            // A bare parameter as a limit would make SQLite prepare the statement anew each time it is bound.
            table: format!("{name} ({names}) AS (SELECT * FROM (VALUES {texts}) LIMIT CAST(? AS INTEGER))"),
            values,
        }
    }

    /// All in one parameter: hundreds of them would be read and planned for one by one.
    fn in_json<const COLUMNS: usize>(name: &str, columns: [(&str, Kind); COLUMNS], rows: &[[Cell; COLUMNS]]) -> Self {
        let rows = rows.iter().map(|row| {
            let cells = columns.iter().zip(row);
            let cells = cells.map(|((name, _), cell)| ((*name).to_owned(), cell.clone().into_json()));
            Json::Object(cells.collect::<Map<_, _>>())
        });
        let types = columns.map(|(name, kind)| format!("{name} {}", kind.in_postgres()));
        Self {
            backend: DatabaseBackend::Postgres,
            name: name.to_owned(),
            table: format!(
                "{name} AS (SELECT * FROM jsonb_to_recordset($1) AS given ({}))",
                types.join(", ")
            ),
            values: vec![Json::Array(rows.collect()).into()],
        }
    }

    /// The rows as a common table expression.
    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// The condition that `id` is the `column` of a given row. PostgreSQL is told in a way that leaves it no choice but to find
    /// them by their ids: as a mere join, what it had known of a small table would let it go through the whole of it.
    pub(crate) fn joined(&self, id: &str, column: &str) -> String {
        let name = &self.name;
        let joined = format!("{id} = {name}.{column}");
        match self.backend {
            DatabaseBackend::Postgres => format!("{joined} AND {id} = ANY (ARRAY(SELECT {column} FROM {name}))"),
            _ => joined,
        }
    }

    /// The number of the first parameter after them.
    pub(crate) fn next(&self) -> usize {
        self.values.len() + 1
    }

    /// Their parameters, and `others` after them.
    pub(crate) fn values(self, others: impl IntoIterator<Item = Value>) -> Vec<Value> {
        let mut values = self.values;
        values.extend(others);
        values
    }
}

/// What stands after a column that is to be one of `ids`, and the parameters of it. `first` is the number of the first one,
/// of those that have numbers there.
pub(crate) fn one_of(backend: DatabaseBackend, ids: &[Uuid], first: usize) -> (String, Vec<Value>) {
    if backend == DatabaseBackend::Postgres {
        let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let list = format!("{{{}}}", ids.join(","));
        return (format!("= ANY (CAST(${first} AS UUID[]))"), vec![list.into()]);
    }
    let ids = padded(ids);
    let list = vec!["?"; ids.len()].join(", ");
    (
        format!("IN ({list})"),
        ids.into_iter().copied().map(Value::from).collect(),
    )
}

/// The last one repeated until their number is a power of two.
fn padded<T>(rows: &[T]) -> Vec<&T> {
    let count = rows.len().next_power_of_two();
    rows.iter().chain(rows.last().into_iter().cycle()).take(count).collect()
}

impl Kind {
    fn in_postgres(self) -> &'static str {
        match self {
            Self::Id => "UUID",
            Self::Text => "TEXT",
            Self::Number => "BIGINT",
            Self::Json => "JSONB",
        }
    }
}

impl Cell {
    fn into_json(self) -> Json {
        match self {
            Self::Id(id) => id.map(|id| id.to_string()).into(),
            Self::Text(text) => text.into(),
            Self::Number(number) => number.into(),
            Self::Json(json) => json,
        }
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Id(id) => id.into(),
            Cell::Text(text) => text.into(),
            Cell::Number(number) => number.into(),
            Cell::Json(json) => json.into(),
        }
    }
}

macro_rules! cells {
    ($($from:ty => $cell:ident),*) => {$(
        impl From<$from> for Cell {
            fn from(value: $from) -> Self {
                Self::$cell(Some(value.into()))
            }
        }
        impl From<Option<$from>> for Cell {
            fn from(value: Option<$from>) -> Self {
                Self::$cell(value.map(Into::into))
            }
        }
    )*};
}
cells!(Uuid => Id, &str => Text, String => Text, i64 => Number);

impl From<Json> for Cell {
    fn from(json: Json) -> Self {
        Self::Json(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [(&str, Kind); 2] = [("id", Kind::Id), ("at", Kind::Number)];

    fn rows(count: u8) -> Vec<[Cell; 2]> {
        let row = |number: u8| [Uuid::from_u128(number.into()).into(), i64::from(number).into()];
        (1..=count).map(row).collect()
    }

    #[test]
    fn postgres_is_given_all_of_them_in_one_parameter() {
        let given = GivenRows::new(DatabaseBackend::Postgres, "told", COLUMNS, &rows(2));
        assert_eq!(
            given.table(),
            "told AS (SELECT * FROM jsonb_to_recordset($1) AS given (id UUID, at BIGINT))"
        );
        assert_eq!(
            given.joined("a.id", "id"),
            "a.id = told.id AND a.id = ANY (ARRAY(SELECT id FROM told))"
        );
        assert_eq!(given.next(), 2);
        let json = serde_json::json!([
            {"id": Uuid::from_u128(1).to_string(), "at": 1},
            {"id": Uuid::from_u128(2).to_string(), "at": 2},
        ]);
        assert_eq!(given.values([7_i64.into()]), vec![json.into(), 7_i64.into()]);
    }

    #[test]
    fn sqlite_leaves_out_what_was_repeated() {
        let given = GivenRows::new(DatabaseBackend::Sqlite, "told", COLUMNS, &rows(3));
        let four = "(?, ?), (?, ?), (?, ?), (?, ?)";
        assert_eq!(
            given.table(),
            format!("told (id, at) AS (SELECT * FROM (VALUES {four}) LIMIT CAST(? AS INTEGER))")
        );
        assert_eq!(given.joined("a.id", "id"), "a.id = told.id");
        assert_eq!(given.next(), 10);
        let values = given.values([]);
        assert_eq!(values[4..6], values[6..8]);
        assert_eq!(values[8], 3_i64.into());
    }

    #[test]
    fn rows_are_padded_with_the_last_one() {
        assert_eq!(padded(&[1, 2, 3]), [&1, &2, &3, &3]);
        assert_eq!(padded(&[1]), [&1]);
        assert_eq!(padded::<i32>(&[]), Vec::<&i32>::new());
    }

    #[test]
    fn ids_are_one_parameter_or_as_many_as_a_power_of_two() {
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let (sql, values) = one_of(DatabaseBackend::Postgres, &ids, 4);
        assert_eq!(sql, "= ANY (CAST($4 AS UUID[]))");
        let list = format!("{{{},{},{}}}", ids[0], ids[1], ids[2]);
        assert_eq!(values, vec![list.into()]);
        let (sql, values) = one_of(DatabaseBackend::Sqlite, &ids, 4);
        assert_eq!(sql, "IN (?, ?, ?, ?)");
        assert_eq!(values, [ids[0], ids[1], ids[2], ids[2]].map(Value::from));
    }
}

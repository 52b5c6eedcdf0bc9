//! Several writes in one way to the database and back.

use std::fmt::Write;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value, Values};

use crate::error::StoreError;

/// Carries out `statements`, which insert or change rows, return nothing, and do not build on what another one of them
/// writes, other than by referring to it: on PostgreSQL, where each statement is a way to the server and back, as one; on
/// SQLite one after the other, without a way to the connection's thread and back for each.
///
/// # Errors
/// What the first one that is refused is refused for; then the transaction `on` has to be undone.
pub(crate) async fn write_together(on: &impl ConnectionTrait, statements: Vec<Statement>) -> Result<(), StoreError> {
    let joined = match on.get_database_backend() {
        DatabaseBackend::Postgres => join(&statements),
        _ => queue_up(&statements),
    };
    if let Some(one) = joined {
        on.execute_raw(one).await?;
    }
    Ok(())
}

/// All but the last one as parts of the last one. PostgreSQL looks at what refers to other rows when all of them are done
/// (postgresql.org/docs/current/queries-with.html, "Data-Modifying Statements in WITH").
fn join(statements: &[Statement]) -> Option<Statement> {
    let (last, others) = statements.split_last()?;
    let mut sql = String::new();
    let mut values: Vec<Value> = Vec::new();
    for (number, statement) in others.iter().enumerate() {
        let before = if number == 0 { "WITH" } else { "," };
        let own = renumber(&statement.sql, |number| number + values.len());
        // Writing to a text never fails.
        let _ = write!(sql, "{before} write_{number} AS ({own}) ");
        values.extend(own_values(statement));
    }
    sql.push_str(&renumber(&last.sql, |number| number + values.len()));
    values.extend(own_values(last));
    Some(Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values))
}

/// One behind the other. SQLite's driver runs such a text from its beginning to its end or to the first one that is refused.
/// To parameters without a number it gives values from the first one on, through all of them; so the values of all those
/// come first, and those that have a number are counted on.
fn queue_up(statements: &[Statement]) -> Option<Statement> {
    let (mut values, mut numbered) = (Vec::new(), Vec::new());
    for statement in statements {
        let mut own = own_values(statement);
        let without = statement.sql.matches('?').count().min(own.len());
        numbered.push((without, own.split_off(without)));
        values.extend(own);
    }
    let mut sql = Vec::with_capacity(statements.len());
    for (statement, (without, own)) in statements.iter().zip(numbered) {
        sql.push(renumber(&statement.sql, |number| number - without + values.len()));
        values.extend(own);
    }
    (!sql.is_empty()).then(|| Statement::from_sql_and_values(DatabaseBackend::Sqlite, sql.join("; "), values))
}

fn own_values(statement: &Statement) -> Vec<Value> {
    statement.values.clone().map_or_else(Vec::new, |Values(values)| values)
}

/// `sql` with another number for each `$n`. Our statements have neither a dollar nor a question mark in a literal.
fn renumber(sql: &str, anew: impl Fn(usize) -> usize) -> String {
    let mut parts = sql.split('$');
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number: usize = number.parse().unwrap_or_default();
        let _ = write!(renumbered, "${}{rest}", anew(number));
    }
    renumbered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sql: &str, values: &[i64]) -> Statement {
        let values = values.iter().map(|value| Value::from(*value));
        Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values)
    }

    #[test]
    fn each_keeps_its_own_values() {
        let one = statement("INSERT INTO a (b, c) VALUES ($1, $2), ($1, $2)", &[1, 2]);
        let two = statement("INSERT INTO d (e) VALUES ($1)", &[3]);
        let three = statement("INSERT INTO f (g, h) VALUES ($2, $1)", &[4, 5]);
        let joined = join(&[one, two, three]).unwrap();
        assert_eq!(
            joined.sql,
            "WITH write_0 AS (INSERT INTO a (b, c) VALUES ($1, $2), ($1, $2)) , \
             write_1 AS (INSERT INTO d (e) VALUES ($3)) INSERT INTO f (g, h) VALUES ($5, $4)"
        );
        let values: Vec<Value> = (1..=5_i64).map(Value::from).collect();
        assert_eq!(joined.values, Some(Values(values)));
    }

    #[test]
    fn sqlite_finds_each_value_where_its_driver_looks() {
        let numbered = statement("INSERT INTO a (b, c) VALUES ($1, $2), ($1, $2)", &[1, 2]);
        let mixed = statement(
            "INSERT INTO d (e, f, g) VALUES (?, ?, $5), (?, ?, $5)",
            &[3, 4, 5, 6, 7],
        );
        let bare = statement("DELETE FROM h WHERE i = ?", &[8]);
        let joined = queue_up(&[numbered, mixed, bare]).unwrap();
        assert_eq!(
            joined.sql,
            "INSERT INTO a (b, c) VALUES ($6, $7), ($6, $7); INSERT INTO d (e, f, g) VALUES (?, ?, $8), (?, ?, $8); \
             DELETE FROM h WHERE i = ?"
        );
        let values = [3, 4, 5, 6, 8, 1, 2, 7].map(|value: i64| Value::from(value));
        assert_eq!(joined.values, Some(Values(values.to_vec())));
        assert_eq!(queue_up(&[]), None);
    }

    #[test]
    fn one_alone_stays_as_it_is() {
        let one = statement("INSERT INTO d (e) VALUES ($1)", &[3]);
        assert_eq!(join(std::slice::from_ref(&one)), Some(one));
        assert_eq!(join(&[]), None);
    }
}

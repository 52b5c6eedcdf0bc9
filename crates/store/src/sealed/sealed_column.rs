//! Where sealed values stand, and which row each belongs to.

use sea_orm::Value;
use uuid::Uuid;

/// A column of sealed values. A test compares [`SEALED_COLUMNS`] with the schema: every column that ends in `_sealed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The table's primary key.
    pub key: &'static str,
    /// Whether the primary key is text; it is an id otherwise.
    pub text_key: bool,
    /// The column with the id that a value is sealed for.
    pub owner: &'static str,
    /// When a value may be replaced by the same value in another form, in SQL that may use `$4`, the present instant.
    pub replaceable: Option<&'static str>,
}

/// All of them.
///
/// Tokens of a connection are left alone while a task refreshes them: it recognises the refresh token that it began with
/// by its sealed form.
pub const SEALED_COLUMNS: [SealedColumn; 8] = [
    SealedColumn::by_id("appointments", "capability_sealed", None),
    SealedColumn::by_id("calendar_connections", "access_token_sealed", NOT_REFRESHED),
    SealedColumn::by_id("calendar_connections", "refresh_token_sealed", NOT_REFRESHED),
    SealedColumn::by_id("cart_items", "participants_sealed", None),
    SealedColumn::by_id("messages", "payload_sealed", None),
    SealedColumn {
        table: "oauth_attempts",
        column: "verifier_sealed",
        key: "state_hash",
        text_key: true,
        owner: "login_session_id",
        replaceable: None,
    },
    SealedColumn::by_id("order_items", "participants_sealed", None),
    SealedColumn::by_id("orders", "capability_sealed", None),
];

const NOT_REFRESHED: Option<&str> = Some("(token_lease_until IS NULL OR token_lease_until <= $4)");

impl SealedColumn {
    const fn by_id(table: &'static str, column: &'static str, replaceable: Option<&'static str>) -> Self {
        Self {
            table,
            column,
            key: "id",
            text_key: false,
            owner: "id",
            replaceable,
        }
    }

    /// `table.column`, which is part of what a value is sealed for.
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    /// A key before all others.
    pub fn first_key(&self) -> RowKey {
        if self.text_key {
            RowKey::Text(String::new())
        } else {
            RowKey::Id(Uuid::nil())
        }
    }
}

/// The primary key of a row with a sealed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// An id.
    Id(Uuid),
    /// A text.
    Text(String),
}

impl From<RowKey> for Value {
    fn from(key: RowKey) -> Self {
        match key {
            RowKey::Id(id) => id.into(),
            RowKey::Text(text) => text.into(),
        }
    }
}

//! The tables of TimeTap and their columns, as the entities declare them, parents before children.

use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};

use crate::entities;
use crate::error::StoreError;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Uuid,
    /// A whole number, instants among them.
    Integer,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// JSON.
    Json,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub key: Vec<&'static str>,
    /// A column that points to other rows of the same table, so that it can only be filled in when all are there.
    pub own_reference: Option<&'static str>,
}

impl Table {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// All tables. A row only points to rows of tables before its own, or of its own.
///
/// # Errors
/// An entity has a column of a type that is not known here.
pub fn list_tables() -> Result<Vec<Table>, StoreError> {
    let mut users = describe::<entities::user::Entity>()?;
    users.own_reference = Some("manager_id");
    Ok(vec![
        users,
        describe::<entities::setting::Entity>()?,
        describe::<entities::rate_limit::Entity>()?,
        describe::<entities::login_session::Entity>()?,
        describe::<entities::one_time_token::Entity>()?,
        describe::<entities::oauth_attempt::Entity>()?,
        describe::<entities::host::Entity>()?,
        describe::<entities::schedule_window::Entity>()?,
        describe::<entities::schedule_override::Entity>()?,
        describe::<entities::service::Entity>()?,
        describe::<entities::service_staff::Entity>()?,
        describe::<entities::room::Entity>()?,
        describe::<entities::service_room::Entity>()?,
        describe::<entities::recurring_template::Entity>()?,
        describe::<entities::occurrence::Entity>()?,
        describe::<entities::cart::Entity>()?,
        describe::<entities::cart_item::Entity>()?,
        describe::<entities::order::Entity>()?,
        describe::<entities::order_item::Entity>()?,
        describe::<entities::payment::Entity>()?,
        describe::<entities::refund::Entity>()?,
        describe::<entities::subscription::Entity>()?,
        describe::<entities::webhook_delivery::Entity>()?,
        describe::<entities::seat::Entity>()?,
        describe::<entities::template_seat::Entity>()?,
        describe::<entities::appointment::Entity>()?,
        describe::<entities::claim::Entity>()?,
        describe::<entities::timeline::Entity>()?,
        describe::<entities::calendar_connection::Entity>()?,
        describe::<entities::connection_calendar::Entity>()?,
        describe::<entities::busy_interval::Entity>()?,
        describe::<entities::calendar_write::Entity>()?,
        describe::<entities::job::Entity>()?,
        describe::<entities::message::Entity>()?,
    ])
}

fn describe<E: EntityTrait>() -> Result<Table, StoreError> {
    let name = E::default().table_name();
    let columns = E::Column::iter()
        .map(|column| {
            let kind = match column.def().get_column_type() {
                ColumnType::Uuid => Kind::Uuid,
                ColumnType::Integer | ColumnType::BigInteger => Kind::Integer,
                ColumnType::Boolean => Kind::Bool,
                ColumnType::String(_) | ColumnType::Text => Kind::Text,
                ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
                other => {
                    return Err(StoreError::Inconsistent {
                        place: name,
                        what: format!("a column of the type {other:?} cannot be copied"),
                    });
                }
            };
            Ok(Column {
                name: column.as_str(),
                kind,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Table {
        name,
        columns,
        key: E::PrimaryKey::iter().map(|key| key.as_str()).collect(),
        own_reference: None,
    })
}

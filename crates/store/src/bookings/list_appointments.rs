//! Appointments of a host or a customer, a page at a time.

use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::entities::appointment;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Whose appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Those that this user hosts.
    Host(Uuid),
    /// Those that this user booked while signed in.
    Customer(Uuid),
}

/// Which of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// Not over and not cancelled, soonest first.
    #[default]
    Upcoming,
    /// Over and not cancelled, latest first.
    Past,
    /// Cancelled, latest first.
    Cancelled,
}

/// A question for a page of appointments.
#[derive(Clone, Debug)]
pub struct AppointmentQuery {
    /// Whose.
    pub party: Party,
    /// Which.
    pub shelf: Shelf,
    /// Only those whose customer's name or address holds this text, whatever its case.
    pub search: Option<String>,
    /// How many to leave out from the start.
    pub offset: u64,
    /// How many at most.
    pub limit: u64,
}

/// The appointments, and how many there are without the limit.
///
/// # Errors
/// The database refuses.
pub async fn list_appointments(
    on: &impl ConnectionTrait,
    question: &AppointmentQuery,
    now: Timestamp,
) -> Result<(Vec<appointment::Model>, u64), StoreError> {
    use appointment::Column;
    let now = UnixMillis::from(now);
    let mut query = appointment::Entity::find();
    query = match question.party {
        Party::Host(id) => query.filter(Column::HostId.eq(id)),
        Party::Customer(id) => query.filter(Column::CustomerUserId.eq(id)),
    };
    let order = match question.shelf {
        Shelf::Upcoming => {
            query = query
                .filter(Column::Status.ne("cancelled"))
                .filter(Column::EndsAt.gt(now));
            Order::Asc
        }
        Shelf::Past => {
            query = query
                .filter(Column::Status.ne("cancelled"))
                .filter(Column::EndsAt.lte(now));
            Order::Desc
        }
        Shelf::Cancelled => {
            query = query.filter(Column::Status.eq("cancelled"));
            Order::Desc
        }
    };
    if let Some(search) = question.search.as_deref().filter(|search| !search.is_empty()) {
        let pattern = format!("%{}%", escape_like(&search.to_lowercase()));
        let holds = |column: Column| {
            Expr::expr(Func::lower(Expr::col((appointment::Entity, column))))
                .like(LikeExpr::new(pattern.clone()).escape('\\'))
        };
        query = query.filter(
            Condition::any()
                .add(holds(Column::CustomerName))
                .add(holds(Column::CustomerEmail)),
        );
    }
    let count = query.clone().count(on).await?;
    let rows = query
        .order_by(Column::StartsAt, order.clone())
        .order_by(Column::Id, order)
        .offset(question.offset)
        .limit(question.limit)
        .all(on)
        .await?;
    Ok((rows, count))
}

/// The text as it stands in a LIKE pattern, none of its characters having a special meaning.
fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

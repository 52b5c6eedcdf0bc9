//! Everybody with an account, a page at a time.

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::entities::user;
use crate::error::StoreError;

/// One page of accounts and how many there are in all.
#[derive(Clone, Debug)]
pub struct PeoplePage {
    /// The accounts, by name.
    pub people: Vec<user::Model>,
    /// How many there are on all pages.
    pub total: u64,
}

/// The accounts whose name or address contains `search` (all of them where it is empty), `size` to a page, from page 0.
///
/// # Errors
/// The database refuses.
pub async fn list_people(
    on: &impl ConnectionTrait,
    search: &str,
    page: u64,
    size: u64,
) -> Result<PeoplePage, StoreError> {
    let mut query = user::Entity::find();
    if !search.is_empty() {
        let pattern = format!("%{}%", escape_like(&search.to_lowercase()));
        let like = || LikeExpr::new(pattern.clone()).escape('\\');
        query = query.filter(
            Condition::any()
                .add(Expr::expr(Func::lower(Expr::col(user::Column::Name))).like(like()))
                .add(user::Column::EmailKey.like(like())),
        );
    }
    let pages = query
        .order_by_asc(Func::lower(Expr::col(user::Column::Name)))
        .order_by_asc(user::Column::Id)
        .paginate(on, size);
    Ok(PeoplePage {
        people: pages.fetch_page(page).await?,
        total: pages.num_items().await?,
    })
}

/// What people search for is text, not a pattern.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

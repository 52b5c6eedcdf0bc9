//! Links that work once. Only the hash of a link's token is stored.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use timetap_store::accounts::find_token::find_token;
use timetap_store::accounts::find_user::find_user;
use timetap_store::accounts::insert_token::{NewToken, insert_token};
use uuid::Uuid;

pub use timetap_store::accounts::insert_token::Purpose;

use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// How long a link of this purpose works.
pub const fn lifetime(purpose: Purpose) -> SignedDuration {
    match purpose {
        // It goes by mail and may lie in an inbox for a weekend.
        Purpose::VerifyEmail | Purpose::Setup => SignedDuration::from_hours(7 * 24),
        Purpose::ResetPassword => SignedDuration::from_hours(1),
    }
}

/// The path that links of this purpose lead to.
const fn path(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Setup => "/setup",
        Purpose::VerifyEmail => "/verify-email",
        Purpose::ResetPassword => "/reset-password",
    }
}

/// Makes a link on the open transaction `on` and returns its address.
pub(super) async fn issue_link(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    purpose: Purpose,
    user_id: Option<Uuid>,
) -> Result<String, Unexpected> {
    let now = app.clock.now();
    let token = app.entropy.token();
    let new = NewToken {
        id: app.entropy.uuid(now),
        token_hash: token_hash(&token),
        purpose,
        user_id,
        expires_at: now.saturating_add(lifetime(purpose)).unwrap_or(now),
    };
    insert_token(on, &new, now).await?;
    Ok(app.settings.link(&format!("{}?token={token}", path(purpose))))
}

/// Whose link it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOwner {
    /// The account.
    pub user_id: Uuid,
    /// How to address the person.
    pub name: String,
    /// The account's address.
    pub email: String,
}

/// Looks at a link without using it: whose it is, or `None` where it does not work (any more).
///
/// # Errors
/// The database refuses.
pub async fn look_at_link(app: &TimeTap, purpose: Purpose, token: &str) -> Result<Option<LinkOwner>, Unexpected> {
    let reader = app.db.reader();
    let Some(link) = find_token(reader, purpose, &token_hash(token), app.clock.now()).await? else {
        return Ok(None);
    };
    let Some(user_id) = link.user_id else { return Ok(None) };
    let owner = find_user(reader, user_id).await?;
    Ok(owner.filter(|user| user.disabled_at.is_none()).map(|user| LinkOwner {
        user_id,
        name: user.name,
        email: user.email,
    }))
}

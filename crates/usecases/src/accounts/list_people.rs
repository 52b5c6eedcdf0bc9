//! Shows administrators who has an account.

use jiff::Timestamp;
use timetap_core::role::Role;
use timetap_store::accounts::list_people;
use uuid::Uuid;

use crate::accounts::actor::Actor;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// So many people to a page.
pub const PAGE_SIZE: u64 = 50;

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: Uuid,
    /// How to address the person.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// Whether that address was proven.
    pub verified: bool,
    /// What the person may do.
    pub role: Role,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// To whom the person reports.
    pub manager_id: Option<Uuid>,
    /// When the account was made.
    pub since: Timestamp,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// The people, by name.
    pub people: Vec<Person>,
    /// How many there are on all pages.
    pub total: u64,
    /// Which page this is, from 1.
    pub page: u64,
    /// How many pages there are, at least 1.
    pub pages: u64,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListPeopleError {
    /// Only administrators see it.
    #[error("Only administrators see who has an account.")]
    Forbidden,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Page `page` (from 1; the last one where there are fewer) of those whose name or address contains `search`.
///
/// # Errors
/// See [`ListPeopleError`].
pub async fn list_people(app: &TimeTap, by: Actor, search: &str, page: u64) -> Result<People, ListPeopleError> {
    if !by.role.is_admin() {
        return Err(ListPeopleError::Forbidden);
    }
    let search: String = search.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let load = async |page: u64| {
        list_people::list_people(app.db.reader(), &search, page - 1, PAGE_SIZE)
            .await
            .map_err(Unexpected::from)
    };
    let mut page = page.clamp(1, u64::from(u32::MAX));
    let mut found = load(page).await?;
    let pages = found.total.div_ceil(PAGE_SIZE).max(1);
    if page > pages {
        page = pages;
        found = load(page).await?;
    }
    let people = found
        .people
        .into_iter()
        .map(|user| {
            let role = user
                .role
                .parse()
                .map_err(|error| Unexpected::Inconsistent(format!("users.role of {}: {error}", user.id)))?;
            Ok(Person {
                id: user.id,
                name: user.name,
                email: user.email,
                verified: user.email_verified_at.is_some(),
                role,
                disabled: user.disabled_at.is_some(),
                manager_id: user.manager_id,
                since: user.created_at.timestamp(),
            })
        })
        .collect::<Result<_, Unexpected>>()?;
    Ok(People {
        people,
        total: found.total,
        page,
        pages,
    })
}

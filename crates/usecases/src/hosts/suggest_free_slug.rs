//! An address that is still free, near to the one that was wanted.

use sea_orm::ConnectionTrait;
use timetap_core::text::Slug;
use timetap_store::hosts::find_host::find_taken_slugs;
use uuid::Uuid;

use crate::platform::unexpected::Unexpected;

/// How many numbers are tried.
const TRIES: u32 = 50;

/// The first of `wanted`, `wanted-2`, `wanted-3`, … that nobody but `user_id` has, in one statement.
pub(super) async fn suggest_free_slug(
    on: &impl ConnectionTrait,
    wanted: &Slug,
    user_id: Uuid,
) -> Result<Option<Slug>, Unexpected> {
    let candidates: Vec<Slug> = std::iter::once(wanted.clone())
        .chain((2..=TRIES).map(|n| wanted.numbered(n)))
        .filter(|slug| Slug::parse(slug.as_str()).is_ok())
        .collect();
    let taken = find_taken_slugs(on, candidates.iter().map(ToString::to_string).collect(), user_id).await?;
    Ok(candidates
        .into_iter()
        .find(|slug| !taken.iter().any(|other| other == slug.as_str())))
}

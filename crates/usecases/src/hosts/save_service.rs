//! Makes a service or changes one.

use sea_orm::ConnectionTrait;
use timetap_core::questions::{Question, QuestionKind};
use timetap_core::text::Slug;
use timetap_store::catalogue::choose_service_people::{
    list_service_staff, replace_service_rooms, replace_service_staff,
};
use timetap_store::catalogue::find_use::is_used;
use timetap_store::catalogue::rooms::list_rooms;
use timetap_store::entities::service;
use timetap_store::hosts::insert_service::insert_service;
use timetap_store::hosts::list_services::list_services;
use timetap_store::hosts::update_service::{StoredService, update_service};
use timetap_store::{StoreError, Transaction};
use uuid::Uuid;

use super::offer_fields::OfferFields;
use super::require_host::{HostRefused, find_host_of, require_host_for};
pub use super::service_fields::{MAX_DESCRIPTION, MAX_TITLE};
use super::service_fields::{ServiceFields, parse_service};
use crate::catalogue::list_team::list_team;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The most services of one host.
pub const MAX_SERVICES: usize = 50;

/// A question as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionForm {
    /// The question's stable name, such as "q1".
    pub id: String,
    /// What customers read.
    pub label: String,
    /// `line`, `block`, `choice` or `checkbox`.
    pub kind: String,
    /// For a choice: one option a line.
    pub options: String,
    /// Whether there is no booking without an answer.
    pub required: bool,
}

impl QuestionForm {
    /// Whether nothing was typed: such a row is no question.
    pub fn is_empty(&self) -> bool {
        self.label.trim().is_empty() && self.options.trim().is_empty()
    }

    /// The row of a stored question.
    pub fn of(question: &Question) -> Self {
        let (kind, options) = match &question.kind {
            QuestionKind::Line => ("line", String::new()),
            QuestionKind::Block => ("block", String::new()),
            QuestionKind::Choice { options } => ("choice", options.join("\n")),
            QuestionKind::Checkbox => ("checkbox", String::new()),
        };
        Self {
            id: question.id.clone(),
            label: question.label.clone(),
            kind: kind.to_owned(),
            options,
            required: question.required,
        }
    }
}

/// A service as typed.
#[derive(Clone, Debug, Default)]
pub struct ServiceForm {
    /// The text form of the kind of service; a session where nothing is said.
    pub kind: String,
    /// What one costs, such as `12.50`; nothing for free.
    pub price: String,
    /// Three letters; euros where nothing is said.
    pub currency: String,
    /// Until how many hours before the beginning all is given back; a day where nothing is said.
    pub refund_until_hours: String,
    /// What is given back later, in per cent; nothing where nothing is said.
    pub late_refund_percent: String,
    /// Who serves, where the customer chooses the time; the host alone where nobody is named.
    pub staff: Vec<String>,
    /// The rooms of which it needs one.
    pub rooms: Vec<String>,
    /// The title.
    pub title: String,
    /// The address below the host's page; empty to have it made from the title.
    pub slug: String,
    /// What it is about; may be empty.
    pub description: String,
    /// Whole minutes.
    pub duration_minutes: String,
    /// The text form of the kind of location.
    pub location_kind: String,
    /// For calls: the number that customers call; empty where the host calls.
    pub location_phone: String,
    /// For meetings in person.
    pub location_address: String,
    /// For the host's own meeting link.
    pub location_link: String,
    /// Whether it can be booked.
    pub active: bool,
    /// What customers are asked.
    pub questions: Vec<QuestionForm>,
}

/// Why the service was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveServiceError {
    /// What to do, by field.
    #[error("the service needs another look")]
    Invalid(FieldErrors),
    /// There is no such service, or it is nobody's for whom this account may act.
    #[error("There is no such service.")]
    NotFound,
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveServiceError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Makes a service of `user_id` (without `service_id`) or changes one, of their own or of a host for whom they may act.
/// Returns its id. What is booked keeps the title, place and questions it was booked with.
///
/// # Errors
/// See [`SaveServiceError`].
pub async fn save_service(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Option<Uuid>,
    form: ServiceForm,
) -> Result<Uuid, SaveServiceError> {
    let txn = app.db.begin().await?;
    let host_id = match service_id {
        Some(id) => find_host_of(&txn, user_id, id)
            .await?
            .ok_or(SaveServiceError::NotFound)?,
        None => user_id,
    };
    save(txn, app, (user_id, host_id), service_id, form).await
}

/// Makes a service on the page of `host_id`, for whom `user_id` may act.
///
/// # Errors
/// See [`SaveServiceError`].
pub async fn add_service_for(
    app: &TimeTap,
    user_id: Uuid,
    host_id: Uuid,
    form: ServiceForm,
) -> Result<Uuid, SaveServiceError> {
    let txn = app.db.begin().await?;
    save(txn, app, (user_id, host_id), None, form).await
}

/// As `user_id`, for the host.
async fn save(
    txn: Transaction,
    app: &TimeTap,
    (user_id, host_id): (Uuid, Uuid),
    service_id: Option<Uuid>,
    form: ServiceForm,
) -> Result<Uuid, SaveServiceError> {
    let parsed = parse_service(&form);
    if !require_host_for(&txn, app, user_id, host_id).await? {
        return Err(SaveServiceError::NotFound);
    }
    // Holding the host's row makes looking and writing one step: nobody takes the address in between.
    let services = list_services(&txn, host_id).await?;
    if service_id.is_some_and(|id| services.iter().all(|service| service.id != id)) {
        return Err(SaveServiceError::NotFound);
    }
    let fields = parsed.map_err(SaveServiceError::Invalid)?;
    let before = services.iter().find(|service| Some(service.id) == service_id);
    let offer = &fields.offer;
    let staff = check_offer(&txn, app, (user_id, host_id), before, offer).await?;
    let slug = choose_slug(&fields, &services, service_id).map_err(SaveServiceError::Invalid)?;
    let stored = StoredService {
        slug: slug.into(),
        title: fields.title,
        description: fields.description,
        duration_minutes: fields.duration_minutes,
        kind: fields.offer.kind.as_str(),
        price_minor: fields.offer.price.minor,
        currency: fields.offer.price.currency.to_string(),
        refund_until_minutes: fields.offer.refund_until_minutes,
        late_refund_percent: fields.offer.late_refund_percent,
        location_kind: fields.location_kind.as_str(),
        location_detail: fields.location_detail.unwrap_or_default(),
        questions: serde_json::to_value(&fields.questions)
            .map_err(|error| Unexpected::Internal(format!("questions as JSON: {error}")))?,
        active: form.active,
    };
    let id = write(&txn, app, host_id, service_id, stored, &services).await?;
    replace_service_staff(&txn, id, &staff).await?;
    replace_service_rooms(&txn, id, &fields.offer.rooms).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// Checks what only the database knows of the offer, and says who is to be named for it.
async fn check_offer(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    (user_id, host_id): (Uuid, Uuid),
    before: Option<&service::Model>,
    offer: &OfferFields,
) -> Result<Vec<Uuid>, SaveServiceError> {
    let invalid = |field: &str, message: String| SaveServiceError::Invalid(FieldErrors::one(field, message));
    let mut known = Vec::new();
    if let Some(before) = before {
        if before.kind != offer.kind.as_str() && is_used(on, before.id).await? {
            return Err(invalid(
                "kind",
                "What it is stands once it has been booked or has dates. Please add another service instead."
                    .to_owned(),
            ));
        }
        known = list_service_staff(on, before.id).await?;
    }
    let team = list_team(on, app, user_id).await?;
    known.extend(team.iter().map(|member| member.user_id));
    if offer.staff.iter().any(|id| !known.contains(id)) {
        return Err(invalid(
            "staff",
            "One of these people is not in your team. Please choose again.".to_owned(),
        ));
    }
    let rooms = list_rooms(on).await?;
    if offer.rooms.iter().any(|id| rooms.iter().all(|room| room.id != *id)) {
        return Err(invalid(
            "rooms",
            "There is no such room. Please choose again.".to_owned(),
        ));
    }
    // The host alone is what nobody being named means.
    Ok(if offer.staff == [host_id] {
        Vec::new()
    } else {
        offer.staff.clone()
    })
}

async fn write(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    host_id: Uuid,
    service_id: Option<Uuid>,
    stored: StoredService,
    services: &[service::Model],
) -> Result<Uuid, SaveServiceError> {
    let now = app.clock.now();
    if let Some(id) = service_id {
        return if update_service(on, host_id, id, stored, now).await? {
            Ok(id)
        } else {
            Err(SaveServiceError::NotFound)
        };
    }
    if services.len() >= MAX_SERVICES {
        return Err(SaveServiceError::Invalid(FieldErrors::one(
            "title",
            format!("There are {MAX_SERVICES} services; that is the most. Change one that is no longer offered."),
        )));
    }
    let id = app.entropy.uuid(now);
    let row = service::Model {
        id,
        host_id,
        kind: stored.kind.to_owned(),
        slug: stored.slug,
        title: stored.title,
        description: stored.description,
        duration_minutes: stored.duration_minutes,
        price_minor: stored.price_minor,
        currency: stored.currency,
        location_kind: stored.location_kind.to_owned(),
        location_detail: stored.location_detail,
        questions: stored.questions,
        refund_until_minutes: stored.refund_until_minutes,
        late_refund_percent: stored.late_refund_percent,
        active: stored.active,
        position: services.iter().map(|service| service.position).max().unwrap_or(0) + 1,
        created_at: now.into(),
        updated_at: now.into(),
    };
    insert_service(on, row).await?;
    Ok(id)
}

/// The address to store: a typed one has to be free, a made one is numbered until it is.
fn choose_slug(fields: &ServiceFields, services: &[service::Model], own_id: Option<Uuid>) -> Result<Slug, FieldErrors> {
    let is_free = |slug: &Slug| {
        services
            .iter()
            .all(|service| Some(service.id) == own_id || service.slug != slug.as_str())
    };
    if is_free(&fields.slug) {
        return Ok(fields.slug.clone());
    }
    // There are fewer services than numbers to try.
    let free = (2..=100).map(|n| fields.slug.numbered(n)).find(is_free);
    match free {
        Some(free) if !fields.slug_was_typed => Ok(free),
        free => Err(FieldErrors::one(
            "slug",
            match free {
                Some(free) => format!(
                    "Another service of this page has the address “{}”. “{free}” is free.",
                    fields.slug
                ),
                None => format!("Another service of this page has the address “{}”.", fields.slug),
            },
        )),
    }
}

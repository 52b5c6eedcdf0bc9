//! The house with everything that can be bought, open for changes.

use std::ops::Deref;

use sea_orm::{EntityTrait, PaginatorTrait};
use timetap_core::role::Role;
use timetap_store::entities::{claim, user};
use timetap_testing::{Engine, OpenShop};
use timetap_usecases::FieldErrors;
use timetap_usecases::accounts::Actor;
use timetap_usecases::catalogue::{AddDateError, OccurrenceForm, TemplateForm};
use timetap_usecases::hosts::ServiceForm;
use uuid::Uuid;

pub struct House {
    shop: OpenShop,
}

impl Deref for House {
    type Target = OpenShop;

    fn deref(&self) -> &OpenShop {
        &self.shop
    }
}

impl House {
    pub async fn open(engine: Engine) -> Self {
        Self {
            shop: OpenShop::open(engine).await,
        }
    }

    pub fn anna(&self) -> Uuid {
        self.scene.anna.id
    }

    pub fn ben(&self) -> Uuid {
        self.scene.ben.id
    }

    pub async fn claims(&self) -> u64 {
        claim::Entity::find().count(self.app().db.reader()).await.unwrap()
    }

    pub async fn make(&self, person: Uuid, role: Role) -> Actor {
        self.sql(&format!(
            "UPDATE users SET role = '{}' WHERE id = {}",
            role.as_str(),
            self.literal(person)
        ))
        .await;
        Actor { user_id: person, role }
    }

    pub async fn person(&self, id: Uuid) -> user::Model {
        user::Entity::find_by_id(id)
            .one(self.app().db.reader())
            .await
            .unwrap()
            .unwrap()
    }
}

/// Two days in summer with two seats.
pub fn summer() -> OccurrenceForm {
    OccurrenceForm {
        first_date: "2027-07-05".to_owned(),
        days: "2".to_owned(),
        hours: "day".to_owned(),
        seats: "2".to_owned(),
        ..OccurrenceForm::default()
    }
}

/// Fridays at five for two.
pub fn fridays() -> TemplateForm {
    TemplateForm {
        weekday: "5".to_owned(),
        from: "17:00".to_owned(),
        seats: "2".to_owned(),
        ..TemplateForm::default()
    }
}

pub fn offer(kind: &str, price: &str) -> ServiceForm {
    ServiceForm {
        title: "Something new".to_owned(),
        kind: kind.to_owned(),
        price: price.to_owned(),
        duration_minutes: "60".to_owned(),
        location_kind: "google_meet".to_owned(),
        active: true,
        ..ServiceForm::default()
    }
}

pub fn complaints(result: Result<impl std::fmt::Debug, AddDateError>) -> FieldErrors {
    match result {
        Err(AddDateError::Invalid(errors)) => errors,
        other => panic!("not refused: {other:?}"),
    }
}

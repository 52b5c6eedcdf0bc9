//! What was ordered for a chosen time can be moved, with its room and its order; what takes place on fixed dates cannot.

use rstest::rstest;
use sea_orm::EntityTrait;
use timetap_store::entities::{appointment, claim, order_item};
use timetap_testing::{Engine, ShopScene, changes, fingerprint};
use timetap_usecases::bookings::{Actor, RescheduleError, Rescheduled, reschedule_appointment, view_booking};
use uuid::Uuid;

use super::support::{ANNA, BEN, DORA, Stage, TUESDAY_AT_10};

const TUESDAY_AT_11: &str = "2026-11-24T11:00:00+01:00";
const AS_DORA: Actor<'static> = Actor::Customer {
    capability: None,
    user_id: Some(DORA),
};

async fn move_it(stage: &Stage, id: Uuid, by: &Actor<'_>, to: &str) -> Result<Rescheduled, RescheduleError> {
    reschedule_appointment(stage.app(), id, by, to, "", "").await
}

async fn item_of(stage: &Stage, appointment: &appointment::Model) -> order_item::Model {
    let found = order_item::Entity::find_by_id(appointment.order_item_id.unwrap());
    found.one(stage.app().db.writer()).await.unwrap().unwrap()
}

/// From when until when the appointment keeps things free, by what it keeps.
async fn claims(stage: &Stage, appointment: &appointment::Model) -> Vec<(Uuid, String)> {
    let all = claim::Entity::find().all(stage.app().db.writer()).await.unwrap();
    let its = all
        .into_iter()
        .filter(|claim| claim.appointment_id == Some(appointment.id));
    let mut its: Vec<_> = its
        .map(|claim| {
            let (from, until) = (claim.starts_at.timestamp(), claim.ends_at.timestamp());
            (claim.resource_id, format!("{from} to {until}"))
        })
        .collect();
    its.sort();
    its
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn fixed_dates_stay(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let camp = stage.buy(&stage.draft(vec![ShopScene::camp(&["Mia"])])).await.remove(0);
    let before = fingerprint(&stage.app().db).await;
    for by in [AS_DORA, Actor::Host { user_id: ANNA }] {
        let refused = move_it(&stage, camp.id, &by, TUESDAY_AT_10).await;
        let Err(RescheduleError::Closed(why)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(
            why,
            "This takes place on fixed dates, so its time cannot be changed. Please choose another date instead."
        );
    }
    let changed = changes(&before, &fingerprint(&stage.app().db).await);
    assert!(changed.is_empty(), "{changed:#?}");
    let view = view_booking(stage.app(), camp.id, &AS_DORA).await.unwrap().unwrap();
    assert!(view.can_change && !view.takes_a_time);
    assert_eq!(view.again, "/anna/camp");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_party_moves_with_its_room_and_its_order(#[case] engine: Engine) {
    let stage = Stage::open(engine).await;
    let party = stage.draft(vec![ShopScene::at(ShopScene::PARTY, TUESDAY_AT_10)]);
    let party = stage.buy(&party).await.remove(0);
    let room = party.room_id.unwrap();
    let view = view_booking(stage.app(), party.id, &AS_DORA).await.unwrap().unwrap();
    assert!(view.takes_a_time);
    assert_eq!(view.again, "/anna/party", "on Anna's page, whoever serves it");

    // An hour later, over its own old time.
    let done = move_it(&stage, party.id, &AS_DORA, TUESDAY_AT_11).await.unwrap();
    assert_eq!(done, Rescheduled::Moved);
    let now = stage.appointment(party.id).await;
    let expected = "2026-11-24T10:00:00Z to 2026-11-24T12:00:00Z".to_owned();
    let mut kept = vec![(BEN, expected.clone()), (room, expected)];
    kept.sort();
    assert_eq!(claims(&stage, &now).await, kept);
    let item = item_of(&stage, &now).await;
    assert_eq!(
        (item.starts_at, item.ends_at),
        (now.starts_at, now.ends_at),
        "the order's page says the same"
    );

    // The room is taken, although Ben is free.
    let other = claim::ActiveModel {
        id: sea_orm::Set(Uuid::from_u128(0xc1)),
        resource_id: sea_orm::Set(room),
        starts_at: sea_orm::Set("2026-11-24T14:00:00Z".parse::<jiff::Timestamp>().unwrap().into()),
        ends_at: sea_orm::Set("2026-11-24T15:00:00Z".parse::<jiff::Timestamp>().unwrap().into()),
        kind: sea_orm::Set("firm".to_owned()),
        expires_at: sea_orm::Set(None),
        appointment_id: sea_orm::Set(None),
        order_item_id: sea_orm::Set(None),
        occurrence_id: sea_orm::Set(None),
        created_at: sea_orm::Set(now.created_at),
    };
    claim::Entity::insert(other)
        .exec(stage.app().db.writer())
        .await
        .unwrap();
    let before = fingerprint(&stage.app().db).await;
    let by_ben = Actor::Host { user_id: BEN };
    let refused = move_it(&stage, party.id, &by_ben, "2026-11-24T14:30:00+01:00").await;
    let Err(RescheduleError::SlotGone { message, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(message, "The room is not free at this time. Please choose another.");
    let changed = changes(&before, &fingerprint(&stage.app().db).await);
    assert!(changed.is_empty(), "{changed:#?}");
}

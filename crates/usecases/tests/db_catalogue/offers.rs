//! Kinds, prices, people and rooms of a service.

use rstest::rstest;
use timetap_core::role::Role;
use timetap_testing::{Engine, ShopScene};
use timetap_usecases::FieldErrors;
use timetap_usecases::catalogue::load_choices;
use timetap_usecases::hosts::save_service::SaveServiceError;
use timetap_usecases::hosts::{ServiceForm, load_service, save_service};
use uuid::Uuid;

use super::support::{House, offer};

async fn refused(house: &House, id: Option<Uuid>, form: ServiceForm) -> FieldErrors {
    match save_service(house.app(), house.anna(), id, form).await {
        Err(SaveServiceError::Invalid(errors)) => errors,
        other => panic!("not refused: {other:?}"),
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn come_back_as_saved(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    house.make(anna, Role::Admin).await;
    let room = house.scene.rooms[1];
    let form = ServiceForm {
        staff: vec![house.ben().to_string(), anna.to_string(), house.ben().to_string()],
        rooms: vec![room.to_string()],
        refund_until_hours: "48".to_owned(),
        late_refund_percent: "25".to_owned(),
        ..offer("party", "120,50")
    };
    let id = save_service(app, anna, None, form).await.unwrap();
    let saved = load_service(app, anna, id).await.unwrap().unwrap();
    assert_eq!(
        (saved.kind.as_str(), saved.price.to_string().as_str()),
        ("party", "€120.50")
    );
    assert_eq!((saved.refund_until_minutes, saved.late_refund_percent), (2880, 25));
    let choices = load_choices(app, anna, anna, Some(id)).await.unwrap();
    assert_eq!(choices.staff, [house.ben(), anna]);
    assert_eq!(choices.service_rooms, [room]);

    // The host alone is what nobody being named means, and a session is what it always was.
    let form = ServiceForm {
        staff: vec![anna.to_string()],
        ..offer("", "")
    };
    assert_eq!(save_service(app, anna, Some(id), form).await.unwrap(), id);
    let saved = load_service(app, anna, id).await.unwrap().unwrap();
    assert_eq!((saved.kind.as_str(), saved.price.minor), ("session", 0));
    let choices = load_choices(app, anna, anna, Some(id)).await.unwrap();
    assert_eq!((choices.staff.len(), choices.service_rooms.len()), (0, 0));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_cannot_be_is_said_at_its_field(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let nobody = Uuid::from_u128(0xdead).to_string();
    for (form, field, words) in [
        (offer("cruise", "10"), "kind", "choose"),
        (offer("session", "ten"), "price", "12.50"),
        (offer("session", "0.20"), "price", "€0.50"),
        (offer("subscription", ""), "price", "each week"),
        (
            ServiceForm {
                currency: "euros".to_owned(),
                ..offer("session", "10")
            },
            "currency",
            "three letters",
        ),
        (
            ServiceForm {
                late_refund_percent: "101".to_owned(),
                ..offer("session", "10")
            },
            "late_refund_percent",
            "100",
        ),
        (
            ServiceForm {
                location_kind: "at_customer".to_owned(),
                ..offer("camp", "10")
            },
            "location_kind",
            "Several customers",
        ),
        // Anna is no manager: Ben is not hers to give work to.
        (
            ServiceForm {
                staff: vec![house.ben().to_string()],
                ..offer("party", "10")
            },
            "staff",
            "team",
        ),
        (
            ServiceForm {
                rooms: vec![nobody],
                ..offer("party", "10")
            },
            "rooms",
            "no such room",
        ),
    ] {
        let errors = refused(&house, None, form).await;
        let said = errors.get(field).unwrap_or_else(|| panic!("{field}: {errors:?}"));
        assert!(said.contains(words), "{said}");
    }
    // What has dates stays what it is.
    let errors = refused(&house, Some(ShopScene::CAMP), offer("session", "10")).await;
    assert!(errors.get("kind").unwrap().contains("another service"), "{errors:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_manager_names_those_who_report_to_them(#[case] engine: Engine) {
    let house = House::open(engine).await;
    let (app, anna) = (house.app(), house.anna());
    house.make(anna, Role::Manager).await;
    let with_ben = || ServiceForm {
        staff: vec![house.ben().to_string()],
        ..offer("party", "10")
    };
    assert!(refused(&house, None, with_ben()).await.get("staff").is_some());
    house
        .sql(&format!(
            "UPDATE users SET manager_id = {} WHERE id = {}",
            house.literal(anna),
            house.literal(house.ben())
        ))
        .await;
    let id = save_service(app, anna, None, with_ben()).await.unwrap();
    // Whoever serves already may go on, though they report to somebody else by now.
    house.sql("UPDATE users SET manager_id = NULL").await;
    save_service(app, anna, Some(id), with_ben()).await.unwrap();
    let choices = load_choices(app, anna, anna, Some(id)).await.unwrap();
    assert!(
        choices.people.contains(&(house.ben(), "Ben Ruiz".to_owned())),
        "{choices:?}"
    );
}
